import { describe, expect, test } from "bun:test";
import { pictureIn } from "../../../src/video/formats/embedded-picture.ts";

/** As large as a picture is at least; only its first bytes are looked at. */
const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(300, 7)]);
const png = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(300, 9)]);
const text = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const found = (value: Uint8Array) => {
  const { type, data } = pictureIn(value) ?? {};
  return type && [type, Buffer.from(data ?? []).toString("hex")];
};

describe.each([
  ["image/jpeg", jpeg],
  ["image/png", png],
] as const)("a picture of %s is found", (type, picture) => {
  const base64 = picture.toString("base64");
  const expected = [type, picture.toString("hex")];
  test.each([
    ["as it is", picture],
    ["in base64", text(base64)],
    ["in base64 with line breaks, as of base64(1)", text(`${base64.replaceAll(/.{76}/g, "$&\n")}\n`)],
    ["as a data URI", text(`data:${type};base64,${base64}`)],
    ["as a text of JSON", text(base64.length > 0 ? JSON.stringify(base64) : "")],
    ["in JSON", text({ camera: "door", frame: base64, at: 1.5 })],
    ["in JSON, as a data URI", text({ image: `data:${type};base64,${base64}` })],
    ["deeper in JSON", text({ meta: { id: 1 }, payload: { images: [{ note: "x".repeat(200), data: base64 }] } })],
    ["in JSON as PHP writes it", text(`{"image":"${base64.replaceAll("/", "\\/")}"}`)],
  ])("%s", (_, value) => {
    expect(found(value)).toEqual(expected);
  });
});

test.each([
  ["nothing", Buffer.alloc(0)],
  ["words", text("nothing but words ".repeat(20))],
  ["a path that begins as a JPEG does", text(`/9j/${"folder with spaces! ".repeat(20)}`)],
  ["base64 of something else", text(Buffer.alloc(300, 1).toString("base64"))],
  ["JSON without a picture", text({ values: new Array(100).fill(1) })],
  ["JSON that is cut", text(`{"image":"${jpeg.toString("base64")}`)],
  ["JSON about a picture", text({ note: `it begins with "/9j/ and ${"goes on ".repeat(40)}` })],
  ["a data URI of another kind", text(`data:image/svg+xml;base64,${Buffer.from("<svg/>".repeat(50)).toString("base64")}`)],
])("%s is no picture", (_, value) => {
  expect(pictureIn(value)).toBeUndefined();
});
