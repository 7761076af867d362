/** What kt reads from outside, and what chance makes of it: each reader ends in a value, or in the error that it promises. */
import fc from "fast-check";
import { ticket } from "../../src/cli/argv.ts";
import { KtError } from "../../src/errors.ts";
import { ByteWriter } from "../../src/format/byte-writer.ts";
import { readDetections } from "../../src/format/detections/read-detections.ts";
import { fieldsOf } from "../../src/format/fields.ts";
import { recordFilter } from "../../src/format/filter.ts";
import { BadInput } from "../../src/format/input.ts";
import { parseEnvelope } from "../../src/format/json-input.ts";
import { writeEnvelope } from "../../src/format/json-writer.ts";
import { isJson } from "../../src/format/lenient-json.ts";
import { compileTemplate } from "../../src/format/template.ts";
import { parseTemplate } from "../../src/format/template-parts.ts";
import { hostName } from "../../src/host-name.ts";
import { readQuery } from "../../src/http/query.ts";
import { endpoints } from "../../src/http/routes.ts";
import { Sample } from "../../src/hub/topics/sample.ts";
import { patternOf } from "../../src/name-pattern.ts";
import { consumeOptions } from "../../src/options/options.ts";
import { parseProperties } from "../../src/options/properties-file.ts";
import { readClientMessage } from "../../src/protocol/client-message.ts";
import { parsePosition, parsePositions } from "../../src/record.ts";
import { hideSecrets } from "../../src/secrets.ts";
import { parseBytes, parseDuration, splitWords } from "../../src/units.ts";
import { initSegment, mediaSegment, trackOf } from "../../src/video/formats/fmp4.ts";
import { readAvcC, readSps, sampleFormat, splitAnnexB } from "../../src/video/formats/h264.ts";
import { frameHeaderOf, pictureSize, wholeJpeg } from "../../src/video/formats/picture-size.ts";
import { readFrameRecord } from "../../src/video/frame.ts";
import { FragmentParser } from "../../src/video/source/fragments.ts";
import { indexOf } from "../../src/video/source/mp4-index.ts";
import { batchOf } from "../unit/batches.ts";
import { h264Delta, h264Key, headers } from "../unit/records.ts";
import { bytesLike, recordLike, textLike } from "./arbitrary.ts";

export interface Reader {
  name: string;
  /** Fails where the reader does, otherwise than it promises. */
  property: fc.IProperty<[unknown]>;
}

type Promised = (error: unknown) => boolean;
export const ktError: Promised = (error) => error instanceof KtError;

/** @param promised which errors a reader may throw; none, unless told */
export function reader<Given>(name: string, given: fc.Arbitrary<Given>, read: (given: Given) => unknown, promised: Promised = () => false): Reader {
  const property = fc.property(given, (one) => {
    try {
      read(one);
    } catch (error) {
      if (!promised(error)) throw error;
    }
  });
  return { name, property: property as fc.IProperty<[unknown]> };
}

export const key = h264Key(1);
const sps = splitAnnexB(key)[0] as Uint8Array;
const track = trackOf(key);
if (!track) throw new Error("the sample is no key unit");
const movie = Buffer.concat([
  initSegment(track),
  mediaSegment(
    [key, h264Delta(1)].map((data, i) => ({ data, key: i === 0, timestampMs: i * 40, durationMs: 40 }) as never),
    1,
  ),
]);
const box = (type: string, ...parts: Uint8Array[]) => {
  const head = Buffer.from(`\0\0\0\0${type}`);
  head.writeUInt32BE(8 + parts.reduce((sum, { length }) => sum + length, 0));
  return Buffer.concat([head, ...parts]);
};
const words = (...numbers: number[]) => Buffer.from(Uint32Array.from(numbers).buffer).swap32();
const tables = box("stbl", box("stts", words(0, 1, 20, 40)), box("ctts", words(0, 2, 10, 80, 10, 0)), box("stss", words(0, 2, 1, 11)));
const media = box("mdia", box("mdhd", words(0, 0, 0, 1000, 800)), box("hdlr", words(0, 0, 0x76696465)), box("minf", tables));
const trackBox = box("trak", box("tkhd", words(0, 0, 0, 1, 0)), box("edts", box("elst", words(0, 1, 400, 200, 0x10000))), media);
const index = Buffer.concat([box("mvhd", words(0, 0, 0, 1000, 800)), trackBox]);
/** A header of each kind, and of a size of 16 by 8. */
export const jpeg = Buffer.from("ffd8ffe000104a46494600010100000100010000ffe1000a457869660000ffc0000b080008001001011100ffda0008010100003f00aaffd9", "hex");
export const png = Buffer.from("89504e470d0a1a0a0000000d49484452000000100000000808060000000000000000000049454e44ae426082", "hex");
const frameHeaders = headers({ "content-type": "video/h264", "kt-seq": "1", "kt-pts": "40000", "kt-key": "1", "kt-size": "640x480", "kt-run": "a1" });
export const envelopes = [
  '{"topic":"t","partition":0,"offset":1,"timestamp":1700000000000,"key":"k","value":"v","headers":[{"name":"a","value":"1"}]}',
  '{"key":null,"value":"aGk=","encoding":{"value":"base64"},"timestamp":9223372036854775807}',
];
const detections = [
  '{"size":[1280,720],"objects":[{"label":"car","score":0.9,"box":[1,2,3,4],"id":7,"points":[[1,2],[3,4]]}]}',
  '[{"class":"car","confidence":0.5,"xyxy":[1,2,3,4]}]',
];
const messages = [
  '{"type":"watch","tile":1,"topic":"t","key":"k","h264":true}',
  '{"type":"piece","request":1,"topic":"t","key":"k","h264":false,"at":{"timeMs":1},"spacingMs":0}',
];

export const readers: Reader[] = [
  reader("H.264 in Annex B", bytesLike(key, sps), (bytes) => splitAnnexB(bytes).map((unit) => unit.length)),
  reader(
    "parameter sets of H.264",
    bytesLike(sps),
    (bytes) => [readSps(bytes), sampleFormat(bytes)],
    (error) => error instanceof Error && !(error instanceof TypeError),
  ),
  reader(
    "AVCDecoderConfigurationRecord",
    bytesLike(Buffer.from("0142001effe1000467420016010002680c", "hex")),
    readAvcC,
    (error) => error instanceof Error && !(error instanceof TypeError),
  ),
  reader("the size of a picture", bytesLike(jpeg, png), (bytes) => [pictureSize(bytes), frameHeaderOf(bytes)]),
  reader("a JPEG with something behind it", bytesLike(jpeg), (bytes) => wholeJpeg(bytes)),
  reader(
    "fragmented MP4",
    bytesLike(movie),
    (bytes) => {
      const parser = new FragmentParser();
      for (let at = 0; at < bytes.length; at += 100) parser.push(bytes.subarray(at, at + 100));
    },
    (error) => error instanceof Error && !(error instanceof TypeError),
  ),
  reader(
    "the index of an MP4",
    bytesLike(index),
    (bytes) => indexOf(bytes, undefined),
    (error) => error instanceof RangeError,
  ),
  reader("a frame's record", recordLike(frameHeaders, bytesLike(key, jpeg, png)), readFrameRecord),
  reader("what a topic holds", fc.array(recordLike(frameHeaders, bytesLike(key, jpeg, Buffer.from(envelopes[0] as string))), { maxLength: 5 }), (records) => {
    const sample = new Sample();
    for (const one of records) sample.add(one);
  }),
  reader("detections", bytesLike(...detections.map((text) => Buffer.from(text))), readDetections),
  reader(
    "JSON of an envelope",
    bytesLike(...envelopes.map((text) => Buffer.from(text))),
    (bytes) => parseEnvelope(Buffer.from(bytes)),
    (error) => error instanceof BadInput,
  ),
  reader("JSON, as Python writes it", textLike(...envelopes, '{"a":NaN,"b":-Infinity}', "[".repeat(2000)), (text) => [isJson(text), fieldsOf(text)]),
  reader(
    "a template",
    fc.tuple(textLike("%t [%p] %o %k %s %h{%k=%v{hex} } %T{iso}\\n\\x41", "%{%}%%"), recordLike(frameHeaders, bytesLike(key))),
    ([text, one]) => {
      const write = compileTemplate(parseTemplate(text), { nullText: "" });
      write(batchOf({ key: one.key, value: one.value }), 0, new ByteWriter());
    },
    ktError,
  ),
  reader(
    "a filter",
    fc.tuple(textLike("a=b", "(?i)x+", "[a-z]"), bytesLike(jpeg)),
    ([text, value]) => recordFilter({ key: undefined, headers: [], grep: text } as never)?.(batchOf({ value }), 0),
    ktError,
  ),
  reader(
    "a position",
    textLike("start", "-5", "42", "2026-01-31T12:00:00Z", "2h", "0:5,1:-3"),
    (text) => [parsePosition(text), parsePositions(text, { at: "start" } as never)],
    ktError,
  ),
  reader("a duration", textLike("1h30m", "1:02:03.5", "500ms"), (text) => parseDuration(text, "--for"), ktError),
  reader("a size", textLike("64MiB", "1.5g"), (text) => parseBytes(text, "--buffer"), ktError),
  reader("words", textLike("-headers 'X-Key: a \"b\"' \\x"), (text) => splitWords(text, "--ffmpeg"), ktError),
  reader("a pattern of names", textLike("cam-*", "^a|b$", "?x"), patternOf, ktError),
  reader("a host", textLike("[::1]:80", "localhost", "127.0.0.1:1"), hostName),
  reader("a file of properties", textLike("a=b\n# c\n[prod]\nsasl.password = x\n", "\ufeffa = b"), (text) => parseProperties(text, "f"), ktError),
  reader(
    "the command line",
    fc.array(textLike("--from", "-5", "--json", "-n", "--key=a", "--"), { maxLength: 6 }),
    (words) => ticket(words, consumeOptions, "kt consume"),
    ktError,
  ),
  reader("a message of the page", textLike(...messages), readClientMessage, (error) => error instanceof Error && error.constructor === Error),
  ...Object.entries(endpoints).map(([path, { query }]) =>
    reader(
      `the query of ${path}`,
      fc.dictionary(fc.constantFrom(...Object.keys(query), "x"), textLike("start", "-5", "1", "image/png", "2026-01-31T12:00:00Z")),
      (given) => readQuery(query, new URLSearchParams(given)),
      ktError,
    ),
  ),
];

/** What was written is read again as it was. */
export const roundTrips: Reader[] = [
  reader("a record as an envelope", recordLike(headers({ a: "1" }), bytesLike(jpeg)), (one) => {
    const out = new ByteWriter();
    writeEnvelope(batchOf({ ...one, topic: 0, headers: one.headers.map(({ name, value }) => [name, value]) }), 0, out);
    const back = parseEnvelope(Buffer.from(out.written));
    const plain = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString("hex"));
    if (plain(back.key) !== plain(one.key) || plain(back.value) !== plain(one.value)) throw new Error("another key or value");
    if (back.headers.map(({ name, value }) => [name, plain(value)]).toString() !== one.headers.map(({ name, value }) => [name, plain(value)]).toString())
      throw new Error("other headers");
  }),
  reader(
    "a password in an address is shown nowhere",
    fc.tuple(fc.stringMatching(/^[A-Za-z0-9]{8,20}$/), textLike("Cannot open ", "x: ")),
    ([secret, before]) => {
      if (hideSecrets(`${before.replace(/[^ -~]/g, "")} rtsp://user:${secret}@camera.example/live`).includes(secret)) throw new Error("it is");
    },
  ),
];
