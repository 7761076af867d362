/**
 * The path and the query that are asked for; what stands in front of them is not to be looked at. Bun puts its URL
 * together from the Host, as whoever asks wrote that, and leaves it away where HTTP/1.0 brought none: such a URL
 * may be none.
 */
export function targetOf({ url }: Request): URL {
  return new URL(`http://kt${url.replace(/^[a-z]+:\/\/[^/?#]*/i, "")}`);
}
