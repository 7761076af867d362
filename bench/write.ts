/** Writes docs/benchmarks.md and its charts of the results that are there; measures nothing. */
import { writeDocument } from "./report/results.ts";

writeDocument();
