import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { imagesIn } from "../../../src/video/source/images.ts";
import { parseInputs } from "../../../src/video/source/input.ts";

const folder = mkdtempSync(join(tmpdir(), "kt-inputs-"));
const at = (name: string) => join(folder, name);
beforeAll(() => {
  for (const name of ["door.mp4", "yard.mkv", "a=b.mp4", "odd [1].mp4"]) writeFileSync(at(name), "");
  mkdirSync(at("shots"));
  for (const name of ["10.jpg", "9.JPG", "1.png", "notes.txt"]) writeFileSync(at(`shots/${name}`), "");
  mkdirSync(at("empty"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const parse = (...words: string[]) => parseInputs(words, undefined);
const summary = (...words: string[]) => parse(...words).map(({ name, kind, live }) => [name, kind, live]);

describe("an input", () => {
  test("a file is named by its name, unless a name stands before it", () => {
    expect(summary(at("door.mp4"), `front=${at("door.mp4")}`)).toEqual([
      ["door", "file", false],
      ["front", "file", false],
    ]);
  });
  test("a file that is there wins over a name", () => {
    expect(parse(at("a=b.mp4"))).toMatchObject([{ name: "a=b", location: at("a=b.mp4") }]);
  });
  test("a camera is live, and of http nobody knows", () => {
    expect(summary("rtsp://u:p@cam1.local:554/s?x=1", "http://host/live.m3u8", "udp://239.0.0.1:5000", "c=https://other/v.mp4")).toEqual([
      ["cam1.local", "network", true],
      ["live", "network", undefined],
      ["239.0.0.1", "network", true],
      ["c", "network", undefined],
    ]);
  });
  test("a camera's password is never shown, and still used", () => {
    expect(parse("rtsp://u:p@cam/s")).toMatchObject([{ location: "rtsp://u:p@cam/s", shown: "rtsp://u:***@cam/s" }]);
  });
  test.each([
    ["rtsp://admin:SEC@RET#1@cam/1", "cam"],
    ["rtsp://admin:SE?C/RET.x@10.0.0.7/1", "10.0.0.7"],
    ["rtsp://admin:SECRET.mp4", "stream"],
    ["rtsp://10.0.0.7/user=admin_password=SECRET_channel=1_stream=0.sdp", "10.0.0.7"],
    ["rtmp://live.example/app/SECRET.flv", "live.example"],
    ["https://cdn.example/aB3dEfGh1JkLmN0pSECRET.m3u8?sig=SECRET", "cdn.example"],
    ["http://cam/live.m3u8?token=SECRET", "live"],
  ])("%s gives its records the key %s, which holds no part of the password", (address, name) => {
    expect(parse(address)).toMatchObject([{ name, location: address }]);
    expect(parse(address)[0]?.shown).not.toMatch(/SECRET|RET|SE\?/);
  });
  test("what looks like an address and is none is told without its password", () => {
    expect(() => parse("rtsp:/admin:SEC/RET@10.0.0.7/1")).toThrow("There is no file 'rtsp:***@10.0.0.7/1'.");
    expect(() => parse("192.168.1.10/user=admin&password=SECRET")).toThrow("There is no file '192.168.1.10/user=admin&password=***'.");
    expect(() => parse("clips/key/550e8400-e29b-41d4-a716-446655440000.mp4")).toThrow("There is no file 'clips/key/550e8400-e29b-41d4-a716-446655440000.mp4'.");
  });
  test("a test picture, and a folder of images in the order of their numbers", () => {
    expect(summary("testsrc", `x=${at("shots")}/`)).toEqual([
      ["testsrc", "testsrc", false],
      ["x", "images", false],
    ]);
    expect(imagesIn(at("shots")).map((path) => basename(path))).toEqual(["1.png", "9.JPG", "10.jpg"]);
  });
  test("a pattern is each of its files", () => {
    expect(summary(at("*.m{p4,kv}")).map(([name]) => name)).toEqual(["a=b", "door", "odd [1]", "yard"]);
  });
  test("a list has an input a line", () => {
    writeFileSync(at("cams.txt"), `# my cameras\n\n gate=rtsp://10.0.0.7/1 \n${at("yard.mkv")}\n`);
    expect(summary(`@${at("cams.txt")}`)).toEqual([
      ["gate", "network", true],
      ["yard", "file", false],
    ]);
  });
});

test.each([
  [[at("nothing.mp4")], /There is no file '.*nothing\.mp4'/],
  [[at("*.avi")], /There is no file '.*\*\.avi'/],
  [[`@${at("no.txt")}`], /There is no list/],
  [["/dev/video77"], /There is no webcam at \/dev\/video77/],
  [[at("empty")], /has no images in it/],
  [[at("door.mp4"), at("door.mp4")], /Two streams are named 'door'/],
  [[`x=${at("*.m{p4,kv}")}`], /matches 4 files, and 'x' names one stream/],
  [["-", "b=-"], /stdin.* only once/],
])("%j is refused", (words, message) => {
  expect(() => parseInputs(words, undefined)).toThrow(message);
});

test("--name is for one stream", () => {
  expect(parseInputs([at("door.mp4")], "gate")).toMatchObject([{ name: "gate" }]);
  expect(() => parseInputs([at("door.mp4"), at("yard.mkv")], "gate")).toThrow(/--name is for one stream/);
});
