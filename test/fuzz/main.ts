/** usage: main.ts URL SECONDS TOPIC,… KEY,… [SEED]: talks to a kt serve that runs, and prints what came of it. */
import { fuzz } from "./fuzz.ts";

const [url = "", seconds = "60", topics = "", keys = "", seed = String(Math.floor(Math.random() * 2 ** 31))] = process.argv.slice(2);
const { faults, ...counts } = await fuzz({ url, seconds: Number(seconds), topics: topics.split(","), keys: keys.split(","), seed: Number(seed) });
console.log(JSON.stringify({ seed: Number(seed), seconds: Number(seconds), ...counts, faults: faults.length }));
for (const fault of new Map(faults.map((fault) => [fault.split("→").at(-1), fault])).values()) console.log(`\n${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;
