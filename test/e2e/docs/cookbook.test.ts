/** The recipes of docs/cookbook.md, as they stand there, but for the names of topics and where Kafka is. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { makeClip } from "../support/clips.ts";
import { brokers, eventually, ktOk, makeTopic, recordsOf, root, serve, startPython, tempFolder } from "../support/kt.ts";
import { Running, run } from "../support/process.ts";

setDefaultTimeout(120_000);

const cookbook = await Bun.file(`${root}docs/cookbook.md`).text();

/** @param heading of the recipe; @param language of the block that is meant */
function recipe(heading: string, language: string): string {
  const section = cookbook.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const found = [...section.matchAll(/```(\w+)\n([\s\S]*?)```/g)].find(([, its]) => its === language)?.[2];
  if (found === undefined) throw new Error(`docs/cookbook.md has no ${language} under ${heading}`);
  return found;
}

function replaced(text: string, names: Record<string, string>): string {
  for (const [from, to] of Object.entries(names)) {
    expect(text).toContain(from);
    text = text.replaceAll(from, to);
  }
  return text;
}

test("frames into Python and back: each comes out, with its key and its time, as a picture that kt serves", async () => {
  await using folder = await tempFolder();
  const [video, edges] = [await makeTopic("video"), await makeTopic("edges")];
  await ktOk(["emit-video", `door=${await makeClip(`${folder.path}/clip.mp4`)}`, "--topic", video, "--codec", "mjpeg", "--fast"]);
  const frames = (await recordsOf(video)).filter(({ value }) => value !== "");
  const script = replaced(recipe("Frames into Python, and back", "python"), {
    '"video"': `"${video}"`,
    '"edges"': `"${edges}"`,
    "localhost:9092": brokers,
    '"latest"': '"earliest"',
  });
  await using _python = startPython(script);
  const made = await eventually(async () => {
    const all = await recordsOf(edges);
    return all.length >= frames.length && all;
  }, "every frame is there again");
  expect(made.map(({ key, timestamp }) => [key, timestamp])).toEqual(frames.map(({ key, timestamp }) => [key, timestamp]));
  await using served = await serve();
  const picture = await eventually(async () => {
    const answer = await fetch(`${served.url}/topics/${edges}/frame?key=door`);
    return answer.ok && answer;
  }, "kt serve has it as a picture");
  expect(picture.headers.get("content-type")).toBe("image/jpeg");
});

test("a scoreboard from a website: each game under its id, once for each change", async () => {
  const topic = await makeTopic("scores");
  let home = 0;
  using site = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () =>
      Response.json({
        games: [
          { id: 7, home: home++ >> 1 },
          { id: 8, home: 3 },
        ],
      }),
  });
  const line = recipe("A scoreboard from a website", "sh").split("\n")[1] as string;
  const command = replaced(line, { "kt produce scores": `${root}dist/kt produce ${topic}`, "https://site.example/today.json": `${site.url}`, "3s": "100ms" });
  await using _producing = new Running(["bash", "-c", `exec ${command}`], { env: { KT_BROKERS: brokers } });
  const records = await eventually(async () => {
    const all = await recordsOf(topic);
    return all.length >= 4 && all;
  }, "the game changed three times");
  expect(records.filter(({ key }) => key === "8")).toHaveLength(1);
  expect(records.filter(({ key }) => key === "7").map(({ value }) => JSON.parse(value ?? "").home)).toEqual(records.slice(1).map((_, i) => i));
});

test("a clip of each event, from before it to after it", async () => {
  await using folder = await tempFolder();
  const [cameras, seen] = [await makeTopic("cameras"), await makeTopic("seen")];
  await ktOk(["emit-video", `gate=${await makeClip(`${folder.path}/clip.mp4`, { seconds: 12 })}`, "--topic", cameras, "--fast"]);
  const begin = (await recordsOf(cameras, "-n", "1"))[0]?.timestamp as number;
  await ktOk(["produce", seen, "--json"], { stdin: `${JSON.stringify({ value: '{"objects":[{"label":"person"}]}', timestamp: begin + 6000 })}\n` });
  await using served = await serve();
  const section = cookbook.split("A clip of each event")[1] ?? "";
  const script = replaced(section.split("```bash\n")[1]?.split("```")[0] ?? "", {
    "kt consume seen --from end": `${root}dist/kt consume ${seen} --exit`,
    "http://127.0.0.1:5000/topics/cameras": `${served.url}/topics/${cameras}`,
    "sleep 11": "sleep 0",
  });
  const { code, stderr } = await run(["bash", "-c", script], { cwd: folder.path, env: { KT_BROKERS: brokers } });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const clip = `${folder.path}/person-${begin + 6000}.mp4`;
  const probed = await run(["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", clip]);
  expect(Number(probed.stdout)).toBeGreaterThan(10);
});
