/** The lag of consumer groups for Prometheus. It is asked for by who scrapes: it costs the brokers a few requests, and Prometheus a series for each partition. */
import type { Metric } from "../../../format/prometheus.ts";
import type { Hub } from "../../../hub/hub.ts";
import { orAfter } from "../../wait.ts";

const mostSeries = 10_000;
/** Prometheus waits ten seconds by default, and all other metrics wait with these. */
const mostWaitMs = 5000;

export async function lagMetrics(hub: Hub): Promise<Metric[]> {
  const { up, values } = await lags(hub);
  return [
    { name: "kt_group_lag_up", type: "gauge", help: "Whether the brokers told the lag of the groups.", values: [{ value: up ? 1 : 0 }] },
    {
      name: "kt_group_lag",
      type: "gauge",
      help: "Records of a partition that a group has still to read.",
      // Where there are too many, who is furthest behind is what matters.
      values: values.length > mostSeries ? values.toSorted((a, b) => b.value - a.value).slice(0, mostSeries) : values,
    },
    {
      name: "kt_group_lag_left_out",
      type: "gauge",
      help: `Partitions of groups without a series, as there are more than ${mostSeries}.`,
      values: [{ value: Math.max(0, values.length - mostSeries) }],
    },
  ];
}

async function lags({ catalogue, lags }: Hub): Promise<{ up: boolean; values: Metric["values"] }> {
  // A failure is told by its number: the other metrics have nothing to do with it.
  const now = catalogue.broker.up
    ? await orAfter(
        lags.now().catch(() => undefined),
        mostWaitMs,
      )
    : undefined;
  if (now === undefined || now === "late") return { up: false, values: [] };
  const values = now.groups.flatMap(({ group, partitions }) =>
    partitions.flatMap(({ topic, partition, lag }) => (lag === null ? [] : [{ labels: { group, topic, partition: String(partition) }, value: lag }])),
  );
  return { up: true, values };
}
