/** Thousands of inputs made by chance from good ones; scripts/fuzz --readers tries millions. */
import { test } from "bun:test";
import fc from "fast-check";
import { moreReaders } from "../fuzz/more-readers.ts";
import { readers, roundTrips } from "../fuzz/readers.ts";

test.each([...readers, ...moreReaders, ...roundTrips])("$name", ({ property }) => {
  fc.assert(property, { numRuns: 1000 });
});
