/** A record that is to be sent again: handed from where it is opened to the form that sends. */
import type { GivenRecord } from "./produce-form.tsx";

let waiting: { topic: string; record: GivenRecord } | undefined;

export function handOver(topic: string, record: GivenRecord): void {
  waiting = { topic, record };
}

/** It is taken as long as the form of that topic is shown, and forgotten with it. */
export function handedOver(topic: string): GivenRecord | undefined {
  return waiting?.topic === topic ? waiting.record : undefined;
}

export function forgetHandedOver(): void {
  waiting = undefined;
}
