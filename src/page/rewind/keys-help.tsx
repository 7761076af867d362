/** What the keys do. */
import { helpOfKeys } from "./player-keys.ts";

export function KeysHelp({ onClose }: { onClose(): void }) {
  return (
    <section class="keys" aria-label="Keys">
      <dl>
        {helpOfKeys.map(([keys, does]) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <button type="button" class="tool" onClick={onClose}>
        Close
      </button>
    </section>
  );
}
