/** A value that components watch. */
import { useLayoutEffect, useState } from "preact/hooks";

export interface Cell<Value> {
  get(): Value;
  set(value: Value): void;
  /** @returns the way to stop */
  subscribe(listener: () => void): () => void;
}

export function cell<Value>(value: Value): Cell<Value> {
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The cell's value; the component is drawn again when it changes. */
export function useCell<Value>(source: Cell<Value>): Value {
  const [seen, look] = useState({ value: source.get() });
  useLayoutEffect(() => {
    const update = () => look({ value: source.get() });
    // It may have changed between drawing and here.
    if (source.get() !== seen.value) update();
    return source.subscribe(update);
  }, [source]);
  return seen.value;
}
