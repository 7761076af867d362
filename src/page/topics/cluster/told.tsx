/** What is to be seen of an answer that is not there, or not any more. */
import type { Answered } from "./use-answer.ts";

interface Props {
  answered: Answered<unknown>;
}

export function Told({ answered: { answer, trouble } }: Props) {
  if (trouble === null) return answer === null ? <p class="soft">Kafka is asked.</p> : null;
  return (
    <p class="note" role="status">
      {trouble}
      {answer !== null && " Below is what was known before."}
    </p>
  );
}
