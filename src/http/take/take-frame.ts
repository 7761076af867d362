/** PUT of a picture: a frame of a stream, for cameras that know nothing but HTTP. */
import { mostPixels, pictureSize } from "../../video/formats/picture-size.ts";
import { sniffFrame } from "../../video/formats/sniff.ts";
import { isWholePicture } from "../../video/formats/whole-picture.ts";
import { type Frame, frameRecord } from "../../video/frame.ts";
import { json } from "../answers.ts";
import { integer, text } from "../query.ts";
import { readBody } from "./body.ts";
import { acknowledged } from "./courier.ts";
import { refusedBy } from "./outcome.ts";
import { Refused } from "./refused.ts";
import { taker } from "./taker.ts";

const longestKey = 1000;

export const takeFrame = taker({
  kind: "frame",
  summary: "Writes a JPEG or PNG as the next picture of a stream, and answers its partition and offset once it is acknowledged",
  query: {
    key: text("The stream, such as the camera's name; it must be there"),
    timestamp: integer("When it was captured, in ms since 1970; without it when the request came", { least: 1, most: 2 ** 53 - 1 }, undefined),
  },
  takes: ["image/jpeg", "image/png"],
  async take({ request, address, query: { key = "", timestamp = Date.now() } }, target, taking) {
    if (key === "" || key.length > longestKey) throw new Refused(400, `Name the stream by ?key=NAME, with 1 to ${longestKey} characters.`);
    using holding = taking.budget.open();
    const data = await readBody(request, { mostBytes: taking.maxBody, budget: taking.budget, holding });
    const picture = pictureOf(data, request.headers.get("content-type"));
    if (taking.cameras.of(target.topic, key, performance.now()))
      throw new Refused(409, `A camera sends '${key}' to topic '${target.topic}' already: one at a time writes a stream.`);
    const { stream, sequence, ptsUs } = taking.runs.next(target.topic, key, timestamp);
    const record = frameRecord(stream, { ...picture, data, ptsUs, dtsUs: ptsUs }, sequence, timestamp);
    taking.checkSize(target, record, "The picture");
    const writer = { kind: "frame", address, to: `${target.topic} as ${JSON.stringify(key)}` } as const;
    const { outcomes, failure } = await taking.send(writer, target, [record]);
    if (failure) throw refusedBy(failure);
    return json(outcomes.filter(acknowledged).map(({ partition, offset }) => ({ partition, offset }))[0]);
  },
});

/** @throws Refused where it is no picture, not the one that it is called, not whole, or larger than any that is decoded */
function pictureOf(data: Uint8Array, said: string | null): Pick<Frame, "type" | "key" | "width" | "height" | "codec"> {
  const type = sniffFrame(data);
  if (!type) throw new Refused(415, "The body is neither a JPEG nor a PNG: one picture is sent as it is, without a form around it.");
  const named = said?.split(";")[0]?.trim().toLowerCase();
  if (named?.startsWith("image/") && named !== type && named !== "image/jpg") throw new Refused(415, `The body is called ${named} and is ${type}.`);
  const { width, height } = pictureSize(data) ?? { width: 0, height: 0 };
  if (width === 0 || height === 0 || !isWholePicture(data)) throw new Refused(422, "The picture is damaged, or not there to its end: nothing was written.");
  if (width * height > mostPixels)
    throw new Refused(413, `The picture is ${width}x${height}, and none of more than ${Math.floor(mostPixels / 1e6)} million pixels is taken.`);
  return { type, key: true, width, height, codec: undefined };
}
