/** usage: readers-main.ts SECONDS [SEED]: tries all readers by turns, and prints how many inputs each was given. */
import fc from "fast-check";
import { moreReaders } from "./more-readers.ts";
import { readers, roundTrips } from "./readers.ts";

const inputsATurn = 2000;
const [seconds = "60", given] = process.argv.slice(2);
const firstSeed = Number(given ?? Math.floor(Math.random() * 2 ** 31));
const endMs = performance.now() + Number(seconds) * 1000;
const all = [...readers, ...moreReaders, ...roundTrips];
let inputs = 0;
let turns = 0;
const faults = new Map<string, string>();
for (; performance.now() < endMs || turns === 0; turns++)
  for (const { name, property } of all) {
    if (faults.has(name)) continue;
    const { failed, counterexample, errorInstance, numRuns } = fc.check(property, { numRuns: inputsATurn, seed: firstSeed + turns });
    inputs += numRuns;
    if (failed) faults.set(name, `${(errorInstance as Error)?.stack ?? errorInstance}\nseed ${firstSeed + turns}: ${fc.stringify(counterexample)}`);
  }
console.log(JSON.stringify({ seed: firstSeed, readers: all.length, inputs, residentMb: Math.round(process.memoryUsage.rss() / 1e6), faults: faults.size }));
for (const [name, fault] of faults) console.log(`\n${name}: ${fault}`);
process.exitCode = faults.size > 0 ? 1 : 0;
