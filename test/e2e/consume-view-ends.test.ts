/** kt consume --view that ends, or does not begin: the terminal is as it was, and one sentence says why. */
import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { binary, brokers, eventually, kt, ktOk, makeTopic, uniqueName } from "./support/kt.ts";
import { expectOneSentence } from "./support/sentence.ts";
import { emitFlag, expectRestored, terminal, view } from "./support/view.ts";

setDefaultTimeout(120_000);

let jpeg: string;
beforeAll(async () => {
  jpeg = uniqueName("view-ends");
  await emitFlag(jpeg, "mjpeg");
});

function viewerPid(): number | undefined {
  for (const name of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (
        readFileSync(`/proc/${name}/cmdline`, "utf8").startsWith(`${binary}\0consume\0`) &&
        readFileSync(`/proc/${name}/environ`, "utf8").includes(`MARK=${mark}\0`)
      )
        return Number(name);
    } catch {
      // It is gone, or not ours.
    }
  }
  return undefined;
}
const mark = uniqueName("mark");

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s ends it at once, with the terminal as it was", async (signal) => {
  await using shown = await terminal({ MARK: mark });
  await shown.enter(`clear; ${view(jpeg)}; echo "code $?"`);
  await shown.waitFor(/ fps /);
  process.kill(viewerPid() as number, signal);
  await shown.waitFor(/^code 0$/m);
  await expectRestored(shown);
});

test("Ctrl-C, and Ctrl-Z with fg", async () => {
  await using shown = await terminal();
  await shown.enter(`clear; ${view(jpeg)}`);
  await shown.waitFor(/ fps /);
  await shown.press("C-z");
  await shown.waitFor(/Stopped/);
  expect(await shown.state()).toMatchObject({ alternate: false, cursor: true });
  await shown.enter("fg");
  await shown.waitFor(/ fps /);
  expect(await shown.state()).toMatchObject({ alternate: true, cursor: false });
  await shown.press("C-c");
  await eventually(async () => !(await shown.state()).alternate, "the shell's screen");
  await expectRestored(shown);
});

test("a terminal that takes nothing any more does not keep it from ending", async () => {
  // Nobody reads what `script` passes on, so that its terminal fills up.
  const child = Bun.spawn(["script", "-qefc", view(jpeg), "/dev/null"], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
    env: { ...process.env, KT_BROKERS: brokers, MARK: mark, TERM: "xterm-256color", TMUX: "", COLORTERM: "truecolor" },
  });
  try {
    const pid = await eventually(viewerPid, "kt inside script");
    await Bun.sleep(5000);
    process.kill(pid, "SIGTERM");
    await eventually(() => viewerPid() === undefined, "its end", 10_000);
  } finally {
    child.kill("SIGKILL");
    await child.exited;
  }
});

test("asked wrongly: one sentence that says what to do", async () => {
  for (const [args, said] of [
    [[jpeg, "--view"], "--view draws on a terminal, and stdout is none"],
    [[jpeg, "--view=gif"], "--view takes auto, kitty, sixel or blocks, not 'gif'"],
    [[jpeg, "--view", "--save", "%d.jpg"], "--view and --save do not go together"],
    [[jpeg, "--view", "--json"], "--json prints, --view draws pictures"],
    [[jpeg, uniqueName("another"), "--view"], "--view takes one topic"],
  ] as const) {
    const { code, stderr, stdout } = await kt(["consume", ...args]);
    expect([code, stdout]).toEqual([2, ""]);
    expectOneSentence(stderr);
    expect(stderr).toContain(said);
  }
});

test("what has no pictures says so, and leaves the terminal alone", async () => {
  const topic = await makeTopic("view-text");
  await using shown = await terminal();
  await shown.enter(`clear; ${view(topic, "--exit")}; echo "code $?"`);
  await shown.waitFor(/There is no picture in '[^']+' to show: no record came[\s\S]*code 1$/m);
  await ktOk(["produce", topic, "--lines", "/dev/stdin"], { stdin: Array.from({ length: 200 }, (_, i) => `${i}\n`).join("") });
  // It would go on for ever, but so many records tell.
  await shown.enter(`clear; ${view(topic)}; echo "code $?"`);
  await shown.waitFor(/There is no picture in '[^']+' to show: of \d+ records none is a JPEG[\s\S]*code 1$/m);
  await expectRestored(shown);
  await shown.enter(`clear; TERM=dumb ${view(topic)}; echo "code $?"`);
  await shown.waitFor(/needs a terminal with a cursor and colours[\s\S]*code 2$/m);
});
