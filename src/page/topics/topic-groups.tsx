/** Who reads a topic, and how far behind. */
export function TopicGroups({ name }: { name: string }) {
  return <p>{name}</p>;
}
