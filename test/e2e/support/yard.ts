/** A topic whose cameras were there at different times, all of them long ago. */
import { openProducer } from "../../../src/kafka/produce/producer.ts";
import { ffmpeg } from "./clips.ts";

/** A stretch of a camera's recording, in seconds since the topic's begin. */
export interface Take {
  key: string;
  from: number;
  to: number;
  /** Pictures a second. */
  rate: number;
}

/** Writes pictures of real JPEG, each a record, in the order of their times. @throws where one was not delivered */
export async function writeYard(brokers: string, topic: string, startMs: number, takes: Take[], folder: string): Promise<void> {
  const picture = `${folder}/yard.jpg`;
  await ffmpeg(["-y", "-f", "lavfi", "-i", "testsrc=size=160x120:rate=1", "-frames:v", "1", picture]);
  const value = Buffer.from(await Bun.file(picture).arrayBuffer());
  const records = takes.flatMap(({ key, from, to, rate }, take) =>
    Array.from({ length: Math.floor((to - from) * rate) }, (_, i) => {
      const headers = Object.entries({ "content-type": "image/jpeg", "kt-seq": i, "kt-run": `run ${take}` });
      return {
        topic,
        partition: 0,
        key: Buffer.from(key),
        timestampMs: Math.round(startMs + (from + i / rate) * 1000),
        value,
        headers: headers.map(([name, text]) => ({ name, value: Buffer.from(String(text)) })),
      };
    }),
  );
  const producer = await openProducer({ brokers, properties: {}, debug: false }, { lingerMs: 5, topic });
  try {
    for (const record of records.sort((a, b) => a.timestampMs - b.timestampMs)) producer.add(record);
    await producer.submit();
    if (!(await producer.flush(60_000)) || producer.failed > 0) throw new Error("the test's pictures were not delivered");
  } finally {
    await producer.close();
  }
}
