/** More that kt reads from outside: what a browser's camera sends, pictures inside of JSON, searched patterns, publishers' addresses. */
import fc from "fast-check";
import { ByteWriter } from "../../src/format/byte-writer.ts";
import { BadInput } from "../../src/format/input.ts";
import { jsonEntries } from "../../src/format/json-pieces.ts";
import { parseSoon } from "../../src/format/lenient-json.ts";
import { PatternError } from "../../src/format/pattern/parse.ts";
import { compilePattern } from "../../src/format/pattern/pattern.ts";
import { unpackSteps } from "../../src/format/unpack.ts";
import { finder } from "../../src/format/visible-text.ts";
import { lookAt } from "../../src/http/camera/camera-frame.ts";
import { byField } from "../../src/hub/data/latest.ts";
import { readStreamPlaces } from "../../src/hub/places/stream-places.ts";
import { cameraHeadBytes, cameraKinds, readCameraHead, writeCameraHead } from "../../src/protocol/camera-message.ts";
import { pictureIn } from "../../src/video/formats/embedded-picture.ts";
import { emptyReport, framesExpected, readLogLine } from "../../src/video/source/ffmpeg-log.ts";
import { parseListenAddress } from "../../src/video/source/listen/address.ts";
import { bytesLike, textLike } from "./arbitrary.ts";
import { envelopes, jpeg, key, ktError, type Reader, reader } from "./readers.ts";

const cameraHead = new Uint8Array(cameraHeadBytes);
writeCameraHead(new DataView(cameraHead.buffer), { kind: "key", sequence: 7, capturedMs: 1_700_000_000_000 });
const picture = jpeg.toString("base64");
const pictures = [`{"camera":"door","image":"${picture.repeat(4)}"}`, `data:image/jpeg;base64,${picture.repeat(3)}`, `["${picture.repeat(3)}",{"a":[]}]`];
const logLines = [
  "[info] Input #0, rtsp, from 'rtsp://user:secret@camera/live':",
  "[info]   Stream #0:0(und): Video: h264 (High), yuv420p(progressive), 640x480 [SAR 1:1 DAR 4:3], 25 fps, 25 tbr, 90k tbn",
  "[info]   Duration: 00:00:10.00, start: 0.000000, bitrate: 100 kb/s",
  "[error] Invalid data found when processing input",
];

export const moreReaders: Reader[] = [
  reader("the head of a camera's frame", bytesLike(cameraHead), (bytes) => readCameraHead(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength))),
  reader("a camera's frame", fc.tuple(fc.constantFrom(...cameraKinds), bytesLike(key, jpeg)), ([kind, bytes]) =>
    lookAt(kind, bytes, { width: 16, height: 8, codec: "avc1.42001f" }),
  ),
  reader("a picture inside of a value", bytesLike(...pictures.map((text) => Buffer.from(text)), jpeg), pictureIn),
  reader("JSON that others wait for", textLike(...envelopes, "[1,[2,{}]]"), parseSoon, (error) => error instanceof SyntaxError),
  reader("the row of a table", bytesLike(...envelopes.map((text) => Buffer.from(text))), (bytes) =>
    byField(["value"])({ key: () => null, value: () => Buffer.from(bytes) }, 0),
  ),
  reader(
    "records inside of JSON",
    fc.tuple(bytesLike(Buffer.from('{"items":[{"id":1,"~x/":{"y":2}},3]}')), textLike("/items", "/items/0", "/a~1b"), textLike("/id", "/~0x~1/y")),
    ([bytes, split, keyFrom]) => jsonEntries(Buffer.from(bytes), split, keyFrom),
    (error) => error instanceof BadInput,
  ),
  reader(
    "a pattern that is looked for in values",
    fc.tuple(textLike("(a|b)+c{2,30}", "^\\d{3}[^x-z]?$", "\\bküche\\b", "(?i)temp.*"), bytesLike(Buffer.from("abcc 123 Küche temperature"))),
    ([pattern, bytes]) => compilePattern(pattern).isIn(Buffer.from(bytes), 0, bytes.length),
    (error) => error instanceof PatternError,
  ),
  reader("words that are looked for", fc.tuple(textLike("Temp", "ß"), textLike('{"temp":1}\u001b[31m')), ([wanted, text]) => finder(wanted)(text)),
  reader(
    "packed numbers",
    fc.tuple(textLike("<ihb", ">Q s$", "c.B"), bytesLike(Buffer.from("0102030405060708", "hex"))),
    ([packing, bytes]) => {
      const out = new ByteWriter();
      unpackSteps(packing).reduce((at, step) => step(Buffer.from(bytes), at, bytes.length, out), 0);
    },
    (error) => ktError(error) || error instanceof BadInput,
  ),
  reader("where publishers come to", textLike("rtmp://0.0.0.0:1935/live/key?a=b", "srt://[::1]:9000?passphrase=x"), parseListenAddress, ktError),
  reader("the places of a group", textLike('{"kt":{"door":[0,5]}}', '{"kt":1}'), readStreamPlaces),
  reader("what ffmpeg says", fc.array(textLike(...logLines), { maxLength: 6 }), (lines) => {
    const report = emptyReport();
    for (const line of lines) readLogLine(report, line, (sentence) => sentence);
    framesExpected(report);
  }),
];
