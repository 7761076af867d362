/** -X list: what librdkafka can be told. */
import { extension, loadAddon } from "../kafka/addon/native.ts";
import { writeOut } from "../terminal/stdout.ts";

export async function listProperties(): Promise<void> {
  await loadAddon();
  await writeOut(Buffer.from(`${extension.ktProperties().trim()}\n`));
}
