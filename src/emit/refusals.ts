/** Tells while frames are still sent that Kafka does not take them: a camera's emitter may run for months before its end. */
import { codes } from "../kafka/explain.ts";
import type { StreamEmitter } from "./stream.ts";

const lookEveryMs = 1000;
const tellEveryMs = 60_000;

/** What ends a stream, or makes its topic anew, is told of there. */
const toldElsewhere: readonly number[] = [codes.messageTooLarge, codes.unknownTopic, codes.unknownTopicLocal];

/**
 * @param tell called with how often each librdkafka code came since it was called last for that stream; at most once a minute
 * @returns the way to stop
 */
export function watchRefusals(streams: StreamEmitter[], tell: (stream: StreamEmitter, failures: Map<number, number>) => void): () => void {
  const told = new Map<StreamEmitter, { failures: Map<number, number>; atMs: number }>();
  const look = () => {
    const nowMs = performance.now();
    for (const stream of streams) {
      const before = told.get(stream);
      if (before && nowMs - before.atMs < tellEveryMs) continue;
      const failures = new Map(stream.ledger.failures);
      const since = new Map([...failures].map(([code, count]) => [code, count - (before?.failures.get(code) ?? 0)]));
      for (const [code, count] of since) if (count === 0 || toldElsewhere.includes(code)) since.delete(code);
      if (since.size === 0) continue;
      told.set(stream, { failures, atMs: nowMs });
      tell(stream, since);
    }
  };
  const timer = setInterval(look, lookEveryMs);
  return () => clearInterval(timer);
}
