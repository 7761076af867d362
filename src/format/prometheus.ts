/** Metrics in the text format of Prometheus, version 0.0.4. */

export const prometheusType = "text/plain; version=0.0.4; charset=utf-8";

type Labels = Record<string, string>;

export interface Metric {
  name: string;
  type: "counter" | "gauge";
  help: string;
  values: { labels?: Labels; value: number }[];
}

export interface Histogram {
  name: string;
  type: "histogram";
  help: string;
  values: { labels?: Labels; distribution: Distribution }[];
}

/** How often something was so large. */
export interface Distribution {
  /** The upper bounds of the buckets, ascending; the last is Infinity. */
  bounds: readonly number[];
  /** How many were in each bucket and in none below it. */
  counts: readonly number[];
  sum: number;
  count: number;
}

export function prometheusText(metrics: (Metric | Histogram)[]): string {
  return metrics.map((metric) => `# HELP ${metric.name} ${metric.help}\n# TYPE ${metric.name} ${metric.type}\n${valuesOf(metric).join("")}`).join("");
}

function valuesOf(metric: Metric | Histogram): string[] {
  if (metric.type !== "histogram") return metric.values.map(({ labels, value }) => line(metric.name, labels, value));
  return metric.values.flatMap(({ labels, distribution: { bounds, counts, sum, count } }) => {
    let below = 0;
    const buckets = bounds.map((bound, i) => {
      below += counts[i] ?? 0;
      return line(`${metric.name}_bucket`, { ...labels, le: Number.isFinite(bound) ? String(bound) : "+Inf" }, below);
    });
    return [...buckets, line(`${metric.name}_sum`, labels, sum), line(`${metric.name}_count`, labels, count)];
  });
}

function line(name: string, labels: Labels = {}, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}\n`;
}

const escapes: Record<string, string> = { "\\": "\\\\", '"': '\\"', "\n": "\\n" };
const escaped = (text: string) => text.replaceAll(/[\\"\n]/g, (letter) => escapes[letter] ?? letter);
