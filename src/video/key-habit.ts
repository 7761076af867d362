/**
 * Whether the keys of a topic's pictures name streams, or each picture has a key of its own: many programs write a
 * frame's number, its time or a random id there. Such a topic is one stream. Pure.
 */

/** Fewer pictures say nothing: a wall of as many cameras may have sent one of each. */
const leastPictures = 40;
/** So many of them have a key that no other has, where it is a picture's own; */
const ownShare = 0.9;
/** and where they are fewer than that, it names a stream. */
const namedShare = 0.7;
/** Half of what was seen is forgotten when it is so much: what a producer does now counts for more than what it did. */
const mostPictures = 1024;

export class KeyHabit {
  readonly #counts = new Map<string, number>();
  #pictures = 0;
  #named = false;
  #own = false;

  /** @param key of a picture that was not counted before @param named whoever wrote it names streams by keys, as kt does */
  add(key: string, named: boolean): void {
    if (this.#pictures >= mostPictures) this.#forgetHalf();
    this.#pictures++;
    this.#named ||= named || key === "";
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  get pictures(): number {
    return this.#pictures;
  }
  /** How many of the pictures have a key that was not seen before. */
  get #share(): number {
    return this.#counts.size / Math.max(1, this.#pictures);
  }

  /** Once it is so it stays, until keys come again and again. */
  get isOwn(): boolean {
    const enough = this.#pictures >= leastPictures;
    this.#own = !this.#named && enough && this.#share >= (this.#own ? namedShare : ownShare);
    return this.#own;
  }

  /** False while there are too few to tell. */
  get isNamed(): boolean {
    return this.#named || (this.#counts.size > 1 && this.#share < ownShare);
  }

  #forgetHalf(): void {
    for (const key of [...this.#counts.keys()].slice(0, this.#counts.size / 2)) {
      this.#pictures -= this.#counts.get(key) ?? 0;
      this.#counts.delete(key);
    }
  }
}
