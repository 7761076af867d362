/** What somebody types into a list's filter. Pure. */
import type { RecordFilter } from "../../protocol/client-message.ts";

/** "key:door open" finds "open" where the key has "door"; quotes keep spaces: key:"front door". null finds all. */
export function parseFilter(typed: string): RecordFilter | null {
  const [named, quoted, bare] = /(?:^|\s)key:(?:"([^"]*)"?|(\S*))/.exec(typed) ?? [];
  const key = quoted ?? bare ?? "";
  const text = (named === undefined ? typed : typed.replace(named, " ")).trim();
  return key === "" && text === "" ? null : { key, text };
}
