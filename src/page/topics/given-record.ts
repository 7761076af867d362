/** A record as a form has it: texts. */
export interface GivenRecord {
  /** null is none, which is something else than an empty one. */
  key: string | null;
  value: string | null;
  headers: [name: string, value: string][];
}
