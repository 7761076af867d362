/** What was asked of the worst days, what was seen, and whether it held. */

export interface Line {
  day: string;
  what: string;
  seen: string;
  held: boolean;
}

export class Table {
  readonly lines: Line[] = [];
  readonly #day: string;

  constructor(day: string) {
    this.#day = day;
  }

  /** @param seen with its unit */
  check(what: string, seen: string | number, held: boolean): void {
    this.lines.push({ day: this.#day, what, seen: String(seen), held });
    console.error(`${held ? "  held  " : "  FAILED"}  ${this.#day}: ${what}: ${seen}`);
  }
}

/** As text, a line for each. */
export function tableText(lines: Line[]): string {
  const rows = [["day", "what", "seen", ""], ...lines.map(({ day, what, seen, held }) => [day, what, seen, held ? "held" : "FAILED"])];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
