/** The layout that is shown, and those that are saved: the address has the one, the browser keeps all. */
import { setParameter } from "../address.ts";
import { cell } from "../parts/cell.ts";
import { readStored, store } from "../parts/storage.ts";
import { type Subject, sameSubject } from "../subject.ts";
import { type Layout, mostKept, readLayout, writeLayout } from "./layout.ts";

const storedCurrent = "kt/layout";
const storedAll = "kt/layouts";

export interface SavedLayout {
  name: string;
  /** As an address has it. */
  search: string;
}

export class Layouts {
  /** null shows everything, as it comes. */
  readonly current;
  readonly saved = cell<SavedLayout[]>(readStored<SavedLayout[]>(storedAll) ?? []);

  /** @param search of the address, which goes before what the browser keeps: a link shows what whoever made it saw */
  constructor(search: string) {
    this.current = cell<Layout | null>(readLayout(search) ?? readLayout(readStored<string>(storedCurrent) ?? ""));
  }

  change(layout: Layout | null): void {
    const next = layout && layout.kept.length > 0 ? { ...layout, kept: layout.kept.slice(0, mostKept) } : null;
    this.current.set(next);
    store(storedCurrent, next ? searchOf(next) : undefined);
    this.tellAddress();
  }

  isKept(subject: Subject): boolean {
    return this.current.get()?.kept.some((one) => sameSubject(one, subject)) ?? false;
  }

  /** Keeps it, or keeps it no more. */
  toggle(subject: Subject): void {
    const { kept, columns } = this.current.get() ?? { kept: [], columns: null };
    const others = kept.filter((one) => !sameSubject(one, subject));
    const { topic, key } = subject;
    this.change({ kept: others.length < kept.length ? others : [...kept, { topic, key, group: "" }], columns });
  }

  /** Under a name: one that has it is replaced. */
  save(name: string): void {
    const layout = this.current.get();
    if (!layout) return;
    this.#setSaved([...this.saved.get().filter((one) => one.name !== name), { name, search: searchOf(layout) }]);
  }

  use({ search }: SavedLayout): void {
    this.change(readLayout(search));
  }

  forget({ name }: SavedLayout): void {
    this.#setSaved(this.saved.get().filter((one) => one.name !== name));
  }

  /** Also where one went back in the history, to an entry from before. */
  tellAddress(): void {
    const { wall, columns } = writeLayout(this.current.get());
    setParameter("wall", wall);
    setParameter("columns", columns);
  }

  #setSaved(saved: SavedLayout[]): void {
    this.saved.set(saved);
    store(storedAll, saved);
  }
}

function searchOf(layout: Layout): string {
  const given = Object.entries(writeLayout(layout)).filter((entry): entry is [string, string] => entry[1] !== null);
  return `?${new URLSearchParams(given)}`;
}
