/** The end of kt produce: every record is accounted for, and a transaction is all or nothing. */
import { KtError } from "../errors.ts";
import type { KafkaConfig } from "../kafka/config.ts";
import { describeFailure } from "../kafka/produce/failures.ts";
import type { RecordProducer } from "../kafka/produce/producer.ts";
import { shutdown } from "../terminal/shutdown.ts";
import { nounFor } from "../words.ts";
import type { Sender } from "./send.ts";

/** How long after the last record an acknowledgement may take. */
const flushTimeoutMs = 30_000;

export interface Settling {
  sending: Promise<void>;
  sender: Sender;
  producer: RecordProducer;
  config: KafkaConfig;
  topic: string;
  transactional: boolean;
  /** Resolves when the topic was deleted meanwhile. */
  gone: Promise<void>;
}

/** Resolves when everything that was sent is delivered. @throws KtError */
export async function settle(settling: Settling): Promise<void> {
  const { sending, producer, transactional, gone } = settling;
  const unlessGone = (work: Promise<void>) => Promise.race([work, gone.then(() => Promise.reject(deleted(settling)))]);
  try {
    await unlessGone(sending);
    if (transactional && shutdown.aborted) throw new KtError({ code: "not_delivered", message: "The input was interrupted." });
    await unlessGone(deliver(settling));
    if (transactional) await producer.commit();
  } catch (error) {
    if (transactional) {
      // Where the abort fails, the broker makes it itself when the transaction's time is over.
      await producer.abort().catch(() => {});
      throw withHint(error, "Nothing was sent: the transaction was aborted.");
    }
    if (!(error instanceof KtError) || error.code !== "bad_input") throw error;
    await deliver(settling);
    throw withHint(error, `${producer.delivered} ${nounFor(producer.delivered, "record")} before it ${producer.delivered === 1 ? "was" : "were"} delivered.`);
  }
}

async function deliver({ sender, producer, config, topic }: Settling): Promise<void> {
  await sender.submit();
  const complete = await producer.flush(flushTimeoutMs);
  const lost = producer.sent - producer.delivered;
  if (lost === 0) return;
  const reason = complete ? await describeFailure(config, topic, producer.failures) : `no acknowledgement came within ${flushTimeoutMs / 1000} s`;
  throw new KtError({
    code: "not_delivered",
    message: `${lost} of ${producer.sent} records were not delivered to ${topic}: ${reason}.`,
    hint: `kt topic describe ${topic} shows its state.`,
  });
}

/** Whoever deletes a topic while it is written to may not want it back; and with which settings only the user knows. */
function deleted({ producer, topic }: Settling): KtError {
  const lost = producer.sent - producer.delivered;
  return new KtError({
    code: "not_delivered",
    message: `Topic ${topic} was deleted while it was written to: ${lost} of ${producer.sent} records were not delivered.`,
    hint: `kt topic create ${topic} makes it again.`,
  });
}

function withHint(thrown: unknown, hint: string): KtError {
  const { code, message, hint: own, exitCode, retryable, cause } = KtError.from(thrown);
  return new KtError({ code, message, hint: [hint, own].filter(Boolean).join(" "), exitCode, retryable, cause });
}
