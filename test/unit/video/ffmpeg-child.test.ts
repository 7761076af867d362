import { expect, test } from "bun:test";
import { failure, startFfmpeg } from "../../../src/video/ffmpeg/ffmpeg-child.ts";

/** Reads raw pictures of 16 bytes, and passes them on. */
const passOn = ["-v", "error", "-f", "rawvideo", "-pix_fmt", "gray", "-s", "4x4", "-i", "pipe:0", "-f", "rawvideo", "-flush_packets", "1", "pipe:1"];
const picture = new Uint8Array(16).fill(7);

/** The process, by what its parent knows. */
function pidOfChild(): number {
  const { stdout } = Bun.spawnSync(["pgrep", "-P", String(process.pid), "-n", "ffmpeg"]);
  return Number(stdout.toString());
}

test("one that ends well says so", async () => {
  const child = startFfmpeg("ffmpeg", passOn);
  await child.write(picture, picture);
  child.finish();
  expect((await new Response(child.stdout).bytes()).length).toBe(32);
  expect(await child.ended).toMatchObject({ code: 0, died: false, log: "" });
});

test("what is written to one that was killed fails, and says what happened", async () => {
  const child = startFfmpeg("ffmpeg", passOn);
  await child.write(picture);
  process.kill(pidOfChild(), "SIGKILL");
  const end = await child.ended;
  expect(end).toMatchObject({ died: true, complaint: "ffmpeg was ended by SIGKILL" });
  await expect(child.write(picture)).rejects.toMatchObject({ code: "ffmpeg_died", retryable: true });
  expect(failure(end).sentence).toBe("ffmpeg was ended by SIGKILL. Ask again.");
});

test("who waits for room is told when it is killed", async () => {
  const child = startFfmpeg("ffmpeg", passOn);
  const much = child.write(new Uint8Array(64 << 20));
  setTimeout(() => process.kill(pidOfChild(), "SIGKILL"), 200);
  await expect(much).rejects.toMatchObject({ code: "ffmpeg_died" });
});

test("one that takes nothing is ended, where somebody reads what it writes", async () => {
  const child = startFfmpeg("ffmpeg", passOn, 300);
  process.kill(pidOfChild(), "SIGSTOP");
  await expect(child.write(new Uint8Array(64 << 20))).rejects.toMatchObject({ code: "ffmpeg_died", message: "ffmpeg was stuck." });
});

test("what it complains about first is told, and is the pictures' fault", async () => {
  const child = startFfmpeg("ffmpeg", ["-v", "error", "-f", "png_pipe", "-i", "pipe:0", "-f", "mjpeg", "pipe:1"]);
  await child.write(Buffer.from("89504e470d0a1a0a00ffffff49484452", "hex")).then(child.finish, () => {});
  const end = await child.ended;
  expect(end.died).toBe(false);
  expect(failure(end)).toMatchObject({ code: "bad_input", message: expect.stringMatching(/^ffmpeg could not convert the pictures: [^[@]+\.$/) });
});

test("kt's own end of it is no death", async () => {
  const child = startFfmpeg("ffmpeg", passOn);
  child.kill();
  expect((await child.ended).died).toBe(false);
});
