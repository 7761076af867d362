/** A field whose text counts once it is done: what is being typed stays, however often the page is drawn meanwhile. */
import { useState } from "preact/hooks";

interface Props {
  type?: "text" | "datetime-local";
  "aria-label": string;
  inputMode?: "text" | "numeric";
  placeholder?: string;
  maxLength?: number;
  step?: string;
  value: string;
  /** By Enter, or when the field is left. */
  onDone(text: string): void;
}

export function TypedField({ value, onDone, type = "text", ...more }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  const field = {
    ...more,
    value: typed ?? value,
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) => setTyped(currentTarget.value),
    onChange: ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
      onDone(currentTarget.value);
      setTyped(null);
    },
  };
  return type === "text" ? <input {...field} type="text" /> : <input {...field} type={type} />;
}
