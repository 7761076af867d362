/** Keys, values, headers and file names that would be something else to a shell, a browser, a file system or ffmpeg. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { copyFile, mkdir, readdir, rename } from "node:fs/promises";
import { visit } from "./support/browser.ts";
import { makeClip } from "./support/clips.ts";
import { eventually, kt, ktOk, makeTopic, recordsOf, serve, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";
import { onePng } from "./support/png.ts";

setDefaultTimeout(120_000);

const markup = `<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>`;
const hostile = [
  ...["../../escape", "..", ".", "/etc/passwd", "a/../../b", "~root", "C:\\x", "CON", "-i", "%d", "{key}", "", "concat:x"],
  ...["a\0b", "x".repeat(300), "é".repeat(300), "a\r\nSet-Cookie: kt_token=x", "\u202Egnp", 'a"b;c', markup],
];

let folder: TempFolder;
let pictures: string;

beforeAll(async () => {
  folder = await tempFolder();
  pictures = await makeTopic("names");
  const value = (await onePng(8, 8)).toString("base64");
  const lines = hostile.map((key) => JSON.stringify({ key, value, headers: [], encoding: { key: "utf8", value: "base64" } }));
  await ktOk(["produce", pictures, "--json"], { stdin: `${lines.join("\n")}\n` });
}, 60_000);
afterAll(() => folder[Symbol.asyncDispose]());

test("a key is one harmless word of a path, and no two of them are the same", async () => {
  const inside = `${folder.path}/a/b/c`;
  await mkdir(inside, { recursive: true });
  for (const pattern of ["frames/{key}/%d.png", "{key}%d.png", "deep/{key}/{key}-%06d.png"]) {
    await ktOk(["consume", pictures, "--save", pattern, "--exit"], { cwd: inside });
    const saved = (await readdir(folder.path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect([pattern, saved.length]).toEqual([pattern, hostile.length]);
    for (const { parentPath, name } of saved) {
      expect(parentPath).toStartWith(inside);
      expect(name).toMatch(/^[^\p{Cc}/\\]+\.png$/u);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    }
    await Promise.all(saved.map(({ parentPath, name }) => Bun.file(`${parentPath}/${name}`).delete()));
  }
});

test("no key is a header, or more of a file's name than letters", async () => {
  await using served = await serve();
  await eventually(async () => (await (await fetch(`${served.url}/topics/${pictures}`)).text()).includes("escape"), "its streams are known");
  for (const [i, key] of hostile.entries())
    for (const path of [`frame?key=${encodeURIComponent(key)}&at=${i}`, `clip.mp4?key=${encodeURIComponent(key)}&start=${i}&end=${i + 1}`, `records/0/${i}`]) {
      const { status, headers } = await fetch(`${served.url}/topics/${pictures}/${path}`);
      expect([path, status, headers.get("set-cookie")]).toEqual([path, 200, null]);
      const disposition = headers.get("content-disposition");
      if (disposition !== null) expect(disposition).toMatch(/^attachment; filename="[\w@+=~][\w.@+=~-]{0,254}"$/);
    }
});

test("what a record says is shown, and never run: as a key, a value, a header, a field, a stream", async () => {
  const topics = { text: await makeTopic("text"), json: await makeTopic("json") };
  await ktOk(["produce", topics.text, markup, "-k", markup, "-H", `${markup.replaceAll("=", "")}=${markup}`]);
  await ktOk(["produce", topics.text, `javascript:globalThis.hacked=1`, "-k", "link"]);
  await ktOk(["produce", topics.json, JSON.stringify({ [markup]: markup, id: markup, count: 1 }), "-k", markup]);
  await using served = await serve();
  await using visited = await visit(served.url);
  const { page } = visited;
  page.on("dialog", (dialog) => expect(dialog.message()).toBe("no dialog"));
  const harmed = () => page.evaluate(() => "hacked" in globalThis || document.querySelector('img[src="x"], a[href^="javascript:"]') !== null);
  for (const topic of Object.values(topics)) {
    await page.goto(`${served.url}/#/${topic}`);
    await page.getByText(markup.slice(0, 20)).first().waitFor();
    // Whole, with its headers; of a table's row, with what came before.
    for (const row of await page.locator("tbody tr, details.record summary").all()) await row.dispatchEvent("click");
    await Bun.sleep(500);
    expect(await harmed()).toBe(false);
  }
  await page.goto(served.url);
  await page.getByText(markup.slice(0, 20)).first().waitFor();
  expect(await harmed()).toBe(false);
});

test("what a camera's address leads to is no file of this machine: not by a redirect, nor by a playlist", async () => {
  const secret = await makeClip(`${folder.path}/secret.mp4`, { seconds: 1 });
  const segment = (address: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n${address}\n#EXT-X-ENDLIST\n`;
  const answers: Record<string, () => Response> = {
    "/file": () => new Response(null, { status: 302, headers: { Location: `file://${secret}` } }),
    "/concat": () => new Response(null, { status: 302, headers: { Location: `concat:${secret}` } }),
    "/file.m3u8": () => new Response(segment(`file://${secret}`)),
    "/concat.m3u8": () => new Response(segment(`concat:${secret}`)),
    "/subfile.m3u8": () => new Response(segment(`subfile,,start,0,end,0,,:${secret}`)),
    "/list.ffconcat": () => new Response(`ffconcat version 1.0\nfile 'file:${secret}'\n`),
    "/list.mp4": () => new Response(`ffconcat version 1.0\nfile ${secret}\n`),
  };
  using web = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: ({ url }) => answers[new URL(url).pathname]?.() ?? new Response("", { status: 404 }) });
  const topic = await makeTopic("redirected");
  for (const path of Object.keys(answers)) {
    const { code } = await kt(["emit-video", `http://127.0.0.1:${web.port}${path}`, "--topic", topic, "--retries", "0"]);
    expect([path, code]).toEqual([path, 1]);
  }
  const { code, stderr } = await kt(["produce", topic, "--url", `http://127.0.0.1:${web.port}/file`]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("cannot be reached")]);
  expect(await recordsOf(topic)).toEqual([]);
});

test("a file is a file to ffmpeg, whatever its name means to it", async () => {
  const clip = await makeClip(`${folder.path}/plain.mp4`, { seconds: 1 });
  for (const name of ["-i.mp4", "concat:a|b.mp4", "http:x.mp4", "a%d.mp4", "-y", "pipe:0"]) {
    await copyFile(clip, `${folder.path}/other.mp4`);
    await rename(`${folder.path}/other.mp4`, `${folder.path}/${name}`);
    const topic = uniqueName("file");
    await ktOk(["emit-video", "--topic", topic, "--name", "clip", "--fast", "--", name], { cwd: folder.path });
    expect([name, (await recordsOf(topic)).length > 20]).toEqual([name, true]);
  }
});
