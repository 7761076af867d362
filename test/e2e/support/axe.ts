/** What axe-core finds on a page. */
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";
import { root } from "./kt.ts";

const options: RunOptions = {
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
  // Off by default: the size of what is pressed, and whether who speaks to his browser may say what he reads.
  rules: { "target-size": { enabled: true }, "label-content-name-mismatch": { enabled: true } },
};

/** One line for each fault: its rule, how bad it is, what it concerns and why. */
export async function faults(page: Page): Promise<string[]> {
  const known = await page.evaluate(() => "axe" in globalThis);
  // As a part of what is evaluated: the page lets nobody add a script.
  if (!known) await page.evaluate(await Bun.file(`${root}node_modules/axe-core/axe.min.js`).text());
  const { violations } = await page.evaluate(
    (given) => (globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run(given),
    options,
  );
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${impact}): ${target}: ${failureSummary?.replaceAll(/\s+/g, " ")}`),
  );
}
