/** A topic's partitions: who leads them, and what they hold. */
export function TopicPartitions({ name }: { name: string }) {
  return <p>{name}</p>;
}
