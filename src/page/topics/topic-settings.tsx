/** A topic's settings that are not the cluster's defaults, with what they mean. */
export function TopicSettings({ name }: { name: string }) {
  return <p>{name}</p>;
}
