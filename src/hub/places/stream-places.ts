/**
 * Where a group is in each stream of a partition, as the text that Kafka keeps beside the group's committed offset.
 * The offset is what other programs see: where the stream is that was watched last. Pure.
 */

/** stream → the offset to continue from; what moved last comes last */
export type StreamPlaces = Map<string, number>;

/** As brokers take it unless told otherwise (offset.metadata.max.bytes). */
const mostBytes = 4096;

/** Empty where another program wrote the text, or nobody. */
export function readStreamPlaces(metadata: string | undefined): StreamPlaces {
  try {
    const { kt } = JSON.parse(metadata ?? "{}") as { kt?: unknown };
    if (!Array.isArray(kt)) return new Map();
    return new Map(kt.filter((entry): entry is [string, number] => Array.isArray(entry) && typeof entry[0] === "string" && Number.isSafeInteger(entry[1])));
  } catch {
    return new Map();
  }
}

/** Of more streams than there is room for, those that moved last: the others go on from the committed offset. */
export function writeStreamPlaces(places: StreamPlaces): string {
  const kept: string[] = [];
  let bytes = Buffer.byteLength('{"kt":[]}');
  for (const place of [...places].reverse()) {
    const text = JSON.stringify(place);
    const more = Buffer.byteLength(text) + 1;
    if (bytes + more > mostBytes) continue;
    bytes += more;
    kept.unshift(text);
  }
  return kept.length > 0 ? `{"kt":[${kept.join(",")}]}` : "";
}

/** The later ones are what moved last. */
export function mergeStreamPlaces(before: StreamPlaces, later: StreamPlaces): StreamPlaces {
  const merged = new Map(before);
  for (const [stream, offset] of later) {
    merged.delete(stream);
    merged.set(stream, offset);
  }
  return merged;
}
