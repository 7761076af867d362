/**
 * A picture as public producers put it into a record: its bytes, base64 of them, a data URI, or one of these as a text
 * inside JSON.
 */
import { type StillType, sniffFrame } from "./sniff.ts";

export interface EmbeddedPicture {
  type: StillType;
  data: Uint8Array;
}

/** No picture is smaller as a text. Most records of a topic of JSON are, and are not looked through. */
const leastTextBytes = 160;
/** What the first bytes of a JPEG (ff d8 ff) and of a PNG are in base64. */
const begins = ["/9j/", "iVBORw0KGgo"];
/** A text inside JSON begins with a quotation mark, and PHP writes a slash with another in front. */
const jsonBegins = [...begins, "\\/9j\\/", "data:image/", "data:image\\/"].map((begin) => `"${begin}`);
const base64 = /^[A-Za-z0-9+/_\s-]+={0,2}\s*$/;

/** undefined where there is none. The data of a picture that is the value itself is the value. */
export function pictureIn(value: Uint8Array): EmbeddedPicture | undefined {
  const type = sniffFrame(value);
  if (type) return { type, data: value };
  return mayBeText(value) ? fromText(textOf(value).trim()) : undefined;
}

/** False where it surely holds none. Looks at little. */
export function mayHoldPicture(value: Uint8Array): boolean {
  return sniffFrame(value) !== undefined || mayBeText(value);
}

/** Looks at little: almost nothing of what a text topic has gets further than this. */
function mayBeText(value: Uint8Array): boolean {
  if (value.length < leastTextBytes) return false;
  const bytes = bufferOf(value);
  switch (String.fromCharCode(value[0] as number)) {
    case "/":
    case "i":
      return begins.some((begin) => bytes.toString("latin1", 0, begin.length) === begin);
    case "d":
      return bytes.toString("latin1", 0, 11) === "data:image/";
    case "{":
    case "[":
    case '"':
      return jsonBegins.some((begin) => bytes.includes(begin));
    default:
      return false;
  }
}

function fromText(text: string): EmbeddedPicture | undefined {
  if (/^[{["]/.test(text)) return fromJson(text);
  const encoded = /^data:image\/[\w.+-]+;base64,/.test(text) ? text.slice(text.indexOf(",") + 1) : text;
  if (!begins.some((begin) => encoded.startsWith(begin)) || !base64.test(encoded)) return undefined;
  const data = Buffer.from(encoded, "base64");
  const type = sniffFrame(data);
  return type && { type, data };
}

/** The first picture among its texts. */
function fromJson(text: string): EmbeddedPicture | undefined {
  if (!hasFewValues(text)) return undefined;
  try {
    return find(JSON.parse(text), 0);
  } catch {
    return undefined;
  }
}

const deepest = 4;
/** What has a picture in it has no more values, and a server that parses them for one does nothing for others. */
const mostValues = 20_000;

/** Base64 has none of these signs. */
function hasFewValues(text: string): boolean {
  return [",", "[", "{"].every((sign) => {
    let count = 0;
    for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) if (++count > mostValues) return false;
    return true;
  });
}

function find(value: unknown, depth: number): EmbeddedPicture | undefined {
  if (typeof value === "string") return value.length < leastTextBytes || /^[{["]/.test(value) ? undefined : fromText(value);
  if (typeof value !== "object" || value === null || depth > deepest) return undefined;
  for (const inside of Object.values(value)) {
    const found = find(inside, depth + 1);
    if (found) return found;
  }
  return undefined;
}

function bufferOf(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

const textOf = (value: Uint8Array) => bufferOf(value).toString("latin1");
