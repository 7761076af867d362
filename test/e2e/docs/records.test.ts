/** The programs of docs/records.md, as they stand there, on either side of kt. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { ffmpeg } from "../support/clips.ts";
import { brokers, eventually, ktOk, makeTopic, pythonPath, recordsOf, root, serve, type TempFolder, tempFolder } from "../support/kt.ts";
import { Running, run } from "../support/process.ts";

// Go's client is fetched and compiled.
setDefaultTimeout(300_000);

const records = await Bun.file(`${root}docs/records.md`).text();
const program = (language: string) => records.split(`\`\`\`${language}\n`)[1]?.split("\n```")[0] as string;

let folder: TempFolder;
let pictures: string[];
beforeAll(async () => {
  folder = await tempFolder();
  await ffmpeg(["-f", "lavfi", "-i", "testsrc2=size=160x120:rate=1", "-frames:v", "3", `${folder.path}/%d.jpg`]);
  pictures = [1, 2, 3].map((number) => `${folder.path}/${number}.jpg`);
});
afterAll(() => folder?.[Symbol.asyncDispose]());

/** What javac takes where nothing says which language is spoken, as on a server. */
const asciiOnly = { LC_ALL: "C" };

/** Writes the program, makes it ready, and gives the words that start it. */
const languages: [language: string, prepare: () => Promise<string[]>][] = [
  [
    "python",
    async () => {
      await Bun.write(`${folder.path}/frames.py`, program("python"));
      return [pythonPath, `${folder.path}/frames.py`];
    },
  ],
  [
    "java",
    async () => {
      await Bun.write(`${folder.path}/Frames.java`, program("java"));
      const jars = [...new Bun.Glob(".build/kafka-*/jars/*.jar").scanSync({ cwd: root, dot: true, absolute: true })];
      expect(jars.length).toBeGreaterThan(1);
      const { code, stderr } = await run(["javac", "-cp", jars.join(":"), "-d", folder.path, `${folder.path}/Frames.java`], {
        timeoutMs: 120_000,
        env: asciiOnly,
      });
      expect({ code, stderr }).toMatchObject({ code: 0 });
      return ["java", "-cp", [folder.path, ...jars].join(":"), "Frames"];
    },
  ],
  [
    "go",
    async () => {
      await Bun.write(`${folder.path}/go/main.go`, program("go"));
      const version = /go get (\S+)@(v\S+)/.exec(program("go"));
      await Bun.write(`${folder.path}/go/go.mod`, `module frames\n\ngo 1.19\n\nrequire ${version?.[1]} ${version?.[2]}\n`);
      for (const line of [
        ["mod", "tidy"],
        ["build", "-o", `${folder.path}/frames`, "."],
      ]) {
        const { code, stderr } = await run(["go", ...line], { cwd: `${folder.path}/go`, timeoutMs: 240_000 });
        expect({ line, code, stderr }).toMatchObject({ line, code: 0 });
      }
      return [`${folder.path}/frames`];
    },
  ],
];

describe.each(languages)("%s", (language, prepare) => {
  let words: string[];
  beforeAll(async () => {
    words = await prepare();
  }, 300_000);

  test("what it sends is a stream, byte for byte, and kt serve shows it", async () => {
    const topic = await makeTopic(`by-${language}`);
    const begun = Date.now();
    const { code, stderr } = await run([...words, "send", brokers, topic, "door", ...pictures], { timeoutMs: 60_000 });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const sent = await recordsOf(topic);
    const header = (of: (typeof sent)[number], name: string) => of.headers.find((one) => one.name === name)?.value;
    expect(sent.map((one) => [one.key, header(one, "content-type"), header(one, "kt-seq")])).toEqual(
      [0, 1, 2].map((number) => ["door", "image/jpeg", `${number}`]),
    );
    expect(new Set(sent.map((one) => header(one, "kt-run"))).size).toBe(1);
    for (const { timestamp } of sent) expect(Math.abs((timestamp as number) - begun)).toBeLessThan(60_000);
    await using served = await serve();
    const answer = await eventually(async () => {
      const asked = await fetch(`${served.url}/topics/${topic}/frame?key=door`);
      return asked.ok && asked;
    }, "the newest picture");
    expect(Buffer.from(await answer.arrayBuffer()).equals(Buffer.from(await Bun.file(pictures[2] as string).arrayBuffer()))).toBe(true);
  });

  test("it reads what kt emit-video sends", async () => {
    const topic = await makeTopic(`for-${language}`);
    await ktOk(["emit-video", "gate=testsrc", "--topic", topic, "--size", "160x120", "--duration", "1s", "--fps", "5", "--codec", "mjpeg", "--fast"]);
    const frames = (await recordsOf(topic)).filter(({ value }) => value !== "");
    const lengths = (await ktOk(["consume", topic, "--exit", "-f", "%S\n"])).stdout.trim().split("\n");
    await using reading = new Running([...words, "read", brokers, topic]);
    await eventually(
      () => reading.stdout.lines.length >= frames.length,
      () => `all frames; it said ${reading.stdout.text} ${reading.stderr.text}`,
      60_000,
    );
    expect(reading.stdout.lines).toEqual(frames.map(({ key, timestamp }, i) => `${key} ${i} ${timestamp} ${lengths[i]}`));
  });
});
