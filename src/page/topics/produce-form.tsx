/** Sends a record into a topic. */
export interface GivenRecord {
  key: string | null;
  value: string | null;
  headers: [name: string, value: string][];
}

interface Props {
  topic: string;
  /** Of a record that is to be sent again. */
  given?: GivenRecord;
}

export function ProduceForm({ topic }: Props) {
  return <p>{topic}</p>;
}
