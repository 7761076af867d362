import { expect, test } from "bun:test";
import { prometheusText } from "../../../src/format/prometheus.ts";

test("counters, gauges and histograms are as Prometheus reads them", () => {
  const text = prometheusText([
    { name: "kt_up", type: "gauge", help: "Whether it is.", values: [{ value: 1 }] },
    { name: "kt_frames_total", type: "counter", help: "Frames.", values: [{ labels: { key: 'a "b"\\\n', topic: "t" }, value: 3 }] },
    {
      name: "kt_seconds",
      type: "histogram",
      help: "How long.",
      values: [{ labels: { topic: "t" }, distribution: { bounds: [0.1, 1, Number.POSITIVE_INFINITY], counts: [2, 0, 1], sum: 5.5, count: 3 } }],
    },
  ]);
  expect(text.split("\n")).toEqual([
    "# HELP kt_up Whether it is.",
    "# TYPE kt_up gauge",
    "kt_up 1",
    "# HELP kt_frames_total Frames.",
    "# TYPE kt_frames_total counter",
    'kt_frames_total{key="a \\"b\\"\\\\\\n",topic="t"} 3',
    "# HELP kt_seconds How long.",
    "# TYPE kt_seconds histogram",
    'kt_seconds_bucket{topic="t",le="0.1"} 2',
    'kt_seconds_bucket{topic="t",le="1"} 2',
    'kt_seconds_bucket{topic="t",le="+Inf"} 3',
    'kt_seconds_sum{topic="t"} 5.5',
    'kt_seconds_count{topic="t"} 3',
    "",
  ]);
});
