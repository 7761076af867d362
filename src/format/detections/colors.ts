/** A label's colour: the same wherever it is drawn. Pure; the page has it too. */

/** Apart from each other, also to most who do not see all colours; bright, as a dark line goes around them. */
const palette = ["#ffd23f", "#4cc9f0", "#ff6b6b", "#7ae582", "#f78fdd", "#ffa24c", "#a29bfe", "#2ee6c5", "#e8f06a", "#8ab4ff", "#d8a47f", "#c9f29b"];

/** djb2, which puts words that differ in a letter far apart. */
export function colorOfLabel(label: string): string {
  let hash = 5381;
  for (let at = 0; at < label.length; at++) hash = Math.imul(hash, 33) ^ label.charCodeAt(at);
  return palette[(hash >>> 0) % palette.length] as string;
}

/** What is written over a colour. */
export function inkOn(color: string): "#000" | "#fff" {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue > 128 ? "#000" : "#fff";
}
