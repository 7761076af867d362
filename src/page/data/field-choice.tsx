/** A choice among a topic's fields. */
export function FieldChoice({ label, fields, chosen, onChoose }: { label: string; fields: string[]; chosen: string | null; onChoose(field: string): void }) {
  return (
    <label class="choice">
      <span>{label}</span>
      <select value={chosen ?? ""} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        {(chosen === null || !fields.includes(chosen)) && <option value={chosen ?? ""}>{chosen ?? "choose…"}</option>}
        {fields.map((field) => (
          <option key={field} value={field}>
            {field}
          </option>
        ))}
      </select>
    </label>
  );
}
