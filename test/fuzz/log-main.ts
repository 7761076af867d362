/** usage: log-main.ts BROKERS SECONDS [SEED]: writes and reads records that chance makes, and prints what came of it. */
import { fuzzLog } from "./log.ts";

const [brokers = "", seconds = "60", seed = String(Math.floor(Math.random() * 2 ** 31))] = process.argv.slice(2);
const { faults, ...counts } = await fuzzLog({ brokers, seconds: Number(seconds), seed: Number(seed) });
console.log(JSON.stringify({ ...counts, faults: faults.length }));
for (const fault of faults.slice(0, 10)) console.log(fault);
process.exit(faults.length > 0 ? 1 : 0);
