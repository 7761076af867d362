/**
 * What commands would be called with, without the addon and without Kafka: each command is replaced by
 * one that notes its arguments and options. Run as a program of its own, so that no test gets a command
 * that is none.
 *
 *   bun record-calls.ts '[["topic", "list"], …]'    prints [{"args": […], "options": {…}}, …]
 *   bun record-calls.ts --refused '[…]'             prints for each line why it is refused, and null for one that is not
 */
import { plugin } from "bun";

export interface Call {
  args: string[];
  options: Record<string, unknown>;
}

declare global {
  var notedCalls: Call[];
}

if (import.meta.main) {
  globalThis.notedCalls = [];
  const contents = `
    const note = async (args, options) => void notedCalls.push({ args, options });
    export { note as create, note as list, note as describe, note as alter, note as empty, note as remove, note as seek, note as completion, note as man };
    export { note as produce, note as consume, note as emitVideo, note as serve, note as health };
  `;
  plugin({
    name: "record-calls",
    setup: (build) => void build.onLoad({ filter: /\/src\/(?:commands\/[^/]+|cli\/(?:completion|man))\.ts$/ }, () => ({ loader: "js", contents })),
  });
  const { run } = await import("../../src/cli/cli.ts");
  const lines = JSON.parse(process.argv.at(-1) as string) as string[][];
  if (process.argv[2] === "--refused") {
    const refused: (string | null)[] = [];
    for (const argv of lines) {
      const why = await run(argv).then(
        () => null,
        (error: Error) => error.message,
      );
      refused.push(why);
    }
    await Bun.write(Bun.stderr, JSON.stringify(refused));
    process.exit();
  }
  for (const argv of lines) await run(argv);
  const asText = (value: { type?: string; data?: number[] }) => (value?.type === "Buffer" ? Buffer.from(value.data ?? []).toString() : value);
  process.stdout.write(JSON.stringify(globalThis.notedCalls, (_, value) => asText(value)));
}
