/** One record with all that is known of it, or the picture in it. */
import { KtError } from "../../../errors.ts";
import type { Hub, SchemaReader } from "../../../hub/hub.ts";
import { pictureOf } from "../../../hub/picture.ts";
import type { BySchema, OpenedRecord } from "../../../protocol/opened-record.ts";
import type { KafkaRecord } from "../../../record.ts";
import { json, problem } from "../../answers.ts";
import { toPanelRecord } from "../../socket/panel-record.ts";

/** What is larger takes longer to be made JSON of than others should wait. */
const mostDecodedBytes = 1 << 20;
/** Nor is a picture looked for in a text that is larger. */
const mostPictureBytes = 32 << 20;

export async function openedRecord({ schemas }: Pick<Hub, "schemas">, record: KafkaRecord): Promise<Response> {
  const { key, value } = record;
  // H.264 begins with a zero, as what a schema is of does.
  const picture = (value?.length ?? 0) <= mostPictureBytes ? pictureOf(record) : undefined;
  const opened: OpenedRecord = {
    ...toPanelRecord(record),
    keyBytes: key?.length ?? 0,
    picture: picture && !picture.end ? { type: picture.type, inside: picture.data !== value } : null,
    packed: value && packedAs(value),
    schema: { key: await bySchema(schemas, record, "key"), value: picture ? null : await bySchema(schemas, record, "value") },
  };
  return json(opened);
}

/** The picture by itself, also where it stands as base64 in a text. */
export function pictureInRecord(record: KafkaRecord, headers: Record<string, string>): Response {
  const picture = pictureOf(record);
  const name = `The record at offset ${record.offset} of partition ${record.partition} of '${record.topic}'`;
  if (!picture || picture.end) return problem(404, `${name} is no picture, and has none inside.`);
  if (picture.type === "video/h264") return problem(404, `${name} is a frame of H.264: /topics/${record.topic}/frame?at=${record.offset} shows it.`);
  return new Response(new Uint8Array(picture.data), { headers: { ...headers, "Content-Type": picture.type } });
}

async function bySchema(schemas: SchemaReader | undefined, record: KafkaRecord, part: "key" | "value"): Promise<BySchema | null> {
  const bytes = record[part];
  if (!schemas || !bytes || bytes.length === 0) return null;
  if (bytes.length > mostDecodedBytes) return { trouble: `The ${part} has more than ${mostDecodedBytes >> 20} MB, and is not read by its schema here.` };
  try {
    const header = record.headers.findLast(({ name }) => name === schemas.headerOf(part))?.value ?? undefined;
    return (await schemas.read(record.topic, part, bytes, header)) ?? null;
  } catch (error) {
    return { trouble: KtError.from(error).sentence };
  }
}

/** How streams of packed bytes begin: RFC 1952, RFC 8878, the frames of LZ4 and Snappy, ZIP, xz, bzip2, RFC 1950 is no more than two bytes and left out. */
const packings: [name: string, begin: number[]][] = [
  ["gzip", [0x1f, 0x8b, 8]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["LZ4", [0x04, 0x22, 0x4d, 0x18]],
  ["Snappy", [0xff, 6, 0, 0, 0x73, 0x4e, 0x61, 0x50]],
  ["ZIP", [0x50, 0x4b, 3, 4]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
  ["bzip2", [0x42, 0x5a, 0x68]],
];

function packedAs(value: Uint8Array): string | null {
  return packings.find(([, begin]) => begin.every((byte, i) => value[i] === byte))?.[0] ?? null;
}
