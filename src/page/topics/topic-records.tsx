/** A topic's records: read from where one likes, searched, and opened. */
import type { TopicSummary } from "../../protocol/server-message.ts";

interface Props {
  name: string;
  /** undefined while the catalogue does not know it. */
  topic: TopicSummary | undefined;
  query: URLSearchParams;
}

export function TopicRecords({ name }: Props) {
  return <p>{name}</p>;
}
