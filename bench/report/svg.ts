/** SVG as text: what all charts share. A picture in a document knows no style of its page, so each brings both colours. */

const style = `
text { font: 13px system-ui, sans-serif; fill: #24292f }
.quiet { fill: #57606a }
.rule { stroke: #d0d7de }
.mark { stroke: #57606a; stroke-dasharray: 4 3 }
.good { fill: #0969da; stroke: #0969da }
.bad { fill: #bc4c00; stroke: #bc4c00 }
.line { fill: none; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .quiet { fill: #9198a1 }
  .rule { stroke: #3d444d }
  .mark { stroke: #9198a1 }
  .good { fill: #58a6ff; stroke: #58a6ff }
  .bad { fill: #f0883e; stroke: #f0883e }
  .line { fill: none }
}
`;

export const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** A tenth of a pixel is enough, and the same on every machine. */
export const at = (pixels: number) => String(Math.round(pixels * 10) / 10);

export function text(x: number, y: number, words: string, anchor: "start" | "middle" | "end" = "start", kind = ""): string {
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}"${kind && ` class="${kind}"`}>${escaped(words)}</text>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" class="${kind}"/>`;
}

export function dot(x: number, y: number, kind: string): string {
  return `<circle cx="${at(x)}" cy="${at(y)}" r="4" class="${kind}"/>`;
}

/** @param title read aloud instead of the picture */
export function picture(width: number, height: number, title: string, parts: string[]): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`;
  return `${[head, `<title>${escaped(title)}</title>`, `<style>${style}</style>`, ...parts, "</svg>"].join("\n")}\n`;
}

/** 1, 2 and 5 with their tens, within the range. */
export function marksOf(least: number, most: number, of = [1, 2, 5]): number[] {
  const powers = Array.from({ length: 25 }, (_, i) => i - 12);
  return powers.flatMap((power) => of.map((digit) => Number(`${digit}e${power}`))).filter((mark) => mark >= least && mark <= most);
}
