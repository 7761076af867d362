/** Requests that kt writes itself: see wire.ts. */
import { extension, type NativeHandle } from "../addon/native.ts";
import { codes, explainCode } from "../explain.ts";
import { WireReader, WireWriter } from "./wire.ts";

export interface Question {
  api: number;
  version: number;
  flexible: boolean;
  write(to: WireWriter): void;
}

export interface BrokerAnswer {
  broker: number;
  /** Of librdkafka where nothing came: `unsupported` of a broker that does not know the request, `transport` of one without a connection. */
  error: number;
  answer: WireReader;
}

/** @param brokers their numbers; without any all are asked that this client has spoken to */
export function askBrokers(
  { _client: handle }: { _client: NativeHandle },
  { api, version, flexible, write }: Question,
  brokers: number[],
  timeoutMs: number,
): Promise<BrokerAnswer[]> {
  const body = new WireWriter(flexible);
  write(body);
  return new Promise((resolve, reject) => {
    extension.ktAskBrokers(handle, brokers, api, version, flexible, body.bytes, timeoutMs, (error, list) => {
      if (error) return reject(explainCode(codes.invalidArgument, error.message, "asking the brokers"));
      const answers: BrokerAnswer[] = [];
      for (let i = 0; i + 2 < list.length; i += 3)
        answers.push({ broker: list[i] as number, error: list[i + 1] as number, answer: new WireReader(list[i + 2] as Buffer, flexible) });
      resolve(answers);
    });
  });
}
