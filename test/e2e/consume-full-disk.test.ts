/** kt consume --record and --save into a file system that becomes full: one sentence, and what was written can be played. */
import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { makeClip } from "./support/clips.ts";
import { binary, brokers, ktOk, tempFolder, uniqueName } from "./support/kt.ts";
import { run } from "./support/process.ts";

setDefaultTimeout(120_000);

const [h264, jpeg] = [uniqueName("h264"), uniqueName("jpeg")];
beforeAll(async () => {
  await using folder = await tempFolder();
  // 20 MB as it is, and 15 MB of JPEG, of which as H.264 less is left.
  const clip = await makeClip(`${folder.path}/clip.mp4`, {
    seconds: 16,
    size: "1280x720",
    encoding: ["-c:v", "libx264", "-preset", "ultrafast", "-b:v", "10M", "-pix_fmt", "yuv420p", "-g", "25"],
  });
  await ktOk(["emit-video", clip, "--topic", h264, "--fast"], { timeoutMs: 60_000 });
  await ktOk(["emit-video", clip, "--topic", jpeg, "--fast", "--codec", "mjpeg"], { timeoutMs: 60_000 });
}, 90_000);

/** Runs kt in a folder of its own of so many MB, then another program that looks at what is there. */
async function onSmallDisk(megabytes: number, args: string[], look: string): Promise<{ code: number; said: string; seen: string }> {
  await using folder = await tempFolder();
  // Its own view of the file systems: nobody else sees the mount, and it goes with its processes.
  const own = process.getuid?.() === 0 ? ["unshare", "--mount"] : ["unshare", "--map-root-user", "--mount"];
  // What kt says takes no room there.
  const script = `mount -t tmpfs -o size=${megabytes}m tmpfs "$PWD" && cd "$PWD" || exit
    said=$("$0" "$@" 2>&1); echo "$?"; echo "$said"; echo ==; ${look}`;
  const { stdout, stderr } = await run([...own, "bash", "-c", script, binary, ...args], { cwd: folder.path, env: { KT_BROKERS: brokers }, timeoutMs: 60_000 });
  const [, code, said, seen] = /^(\d+)\n([\s\S]*?)==\n([\s\S]*)$/.exec(stdout) ?? [];
  if (code === undefined) throw new Error(`${stdout}${stderr}`);
  return { code: Number(code), said: said ?? "", seen: seen ?? "" };
}

test.each([
  ["H.264 as it is", h264, 12],
  ["JPEG that becomes H.264", jpeg, 7],
])("--record of %s ends where the disk is full, and says after how many seconds", async (_, topic, megabytes) => {
  const probe = "ffprobe -v error -count_frames -show_entries stream=nb_frames,nb_read_frames,duration -of default=nw=1 out.mp4; ls -A | tr '\\n' ' '";
  const { code, said, seen } = await onSmallDisk(megabytes, ["consume", topic, "--record", "out.mp4", "--exit"], probe);
  expect(code).toBe(1);
  const [, seconds] =
    /^kt: The disk is full: 'out\.mp4' ends there, after ([\d.]+) s, and can be played\. Make room, or write to another disk\.\n$/.exec(said) ?? [];
  expect([said, Number(seconds) > 1]).toEqual([said, true]);
  const figure = (name: string) => Number(new RegExp(`^${name}=([\\d.]+)$`, "m").exec(seen)?.[1]);
  expect(figure("duration")).toBeCloseTo(Number(seconds), 0);
  expect(figure("nb_read_frames")).toBe(figure("nb_frames"));
  expect(figure("nb_read_frames")).toBeGreaterThan(25);
  expect(seen).toEndWith("out.mp4 ");
});

test("--save keeps the pictures that there was room for, each whole", async () => {
  const look = 'for file in *.jpg; do ffprobe -v error -show_entries stream=width -of csv=p=0 "$file"; done | sort | uniq -c; ls -A | grep -vc jpg';
  const { code, said, seen } = await onSmallDisk(2, ["consume", jpeg, "--save", "%06d.jpg", "--exit"], look);
  expect(code).toBe(1);
  expect(said).toMatch(/^kt: The disk is full: '0\d+\.jpg' cannot be written to its end\. Make room, or write to another disk\.\n$/);
  expect(seen).toMatch(/^ +\d\d 1280\n0\n$/);
});
