/** What kt emit-video may be given to read, and how ffmpeg is to open it. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, extname } from "node:path";
import { hidden, showAddress } from "../../address.ts";
import { KtError } from "../../errors.ts";
import { imagesIn } from "./images.ts";
import { asksToListen, canListen, nameOf, parseListenAddress } from "./listen/address.ts";

export type InputKind = "file" | "network" | "device" | "stdin" | "images" | "testsrc";

export interface VideoInput {
  /** The stream's name: the key of its records. */
  name: string;
  kind: InputKind;
  /** What ffmpeg opens; of a folder of images the folder. */
  location: string;
  /** How it is named to people: of an address what is secret is hidden. */
  shown: string;
  /**
   * True for what goes on by itself and cannot wait: a camera. Unknown of http, where a file, a playlist
   * and a camera look alike until ffmpeg has opened them.
   */
  live: boolean | undefined;
  /** Publishers come to this address, instead of kt going there. */
  listens?: boolean;
}

const nameBefore = /^([\w.-]+)=(.+)$/s;
const protocol = /^([a-z][a-z0-9+.-]*):\/\//i;
const alwaysLive = new Set(["rtsp", "rtsps", "rtmp", "rtmps", "srt", "udp", "tcp", "rtp"]);

/**
 * Reads the inputs as typed: NAME=INPUT or INPUT, where INPUT is a file, a pattern, a folder of images, a
 * URL, a device, - or testsrc; @FILE is a list of such words, one a line.
 * @param listen where an address can be listened on, it is
 * @throws KtError usage, bad_input
 */
export function parseInputs(words: string[], name: string | undefined, listen = false): VideoInput[] {
  const inputs = words.flatMap((word) => (word.startsWith("@") ? readList(word.slice(1)) : [word])).flatMap((word) => parseInput(word, listen));
  if (listen && !inputs.some(({ listens }) => listens))
    throw KtError.usage("--listen is for addresses that publishers send to.", "Such as rtmp://127.0.0.1:1935/live/KEY, or srt://127.0.0.1:9000.");
  if (name !== undefined) {
    if (inputs.length > 1) throw KtError.usage("--name is for one stream.", "Name several by NAME=INPUT.");
    for (const input of inputs) input.name = name;
  }
  const seen = new Map<string, string>();
  for (const { name: own, shown } of inputs) {
    const other = seen.get(own);
    if (other !== undefined) throw KtError.usage(`Two streams are named '${own}' (${other} and ${shown}).`, "Name them by NAME=INPUT.");
    seen.set(own, shown);
  }
  if (inputs.filter(({ kind }) => kind === "stdin").length > 1) throw KtError.usage("- (stdin) can be read only once.");
  return inputs;
}

function readList(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new KtError({ code: "bad_input", message: `There is no list '${path}'.`, hint: "@FILE names a text file with one input a line." });
  }
  const words = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (words.length === 0) throw new KtError({ code: "bad_input", message: `The list '${path}' names no input.` });
  return words;
}

function parseInput(word: string, listen: boolean): VideoInput[] {
  const named = statOf(word) === undefined ? nameBefore.exec(word) : null;
  const text = named?.[2] ?? word;
  const found = open(text, listen);
  if (named && found.length > 1)
    throw KtError.usage(
      `'${text}' matches ${found.length} files, and '${named[1]}' names one stream.`,
      "Leave the name out: each file is then named by itself.",
    );
  return named?.[1] ? found.map((input) => ({ ...input, name: named[1] as string })) : found;
}

function open(text: string, listen: boolean): VideoInput[] {
  if (text === "-") return [fromStdin()];
  if (text === "testsrc") return [{ name: "testsrc", kind: "testsrc", location: text, shown: text, live: false }];
  const scheme = protocol.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "file") {
    const shown = showAddress(text);
    if ((listen && canListen(text)) || asksToListen(text))
      return [{ name: nameOf(parseListenAddress(text)), kind: "network", location: text, shown, live: true, listens: true }];
    return [{ name: nameOfAddress(shown), kind: "network", location: text, shown, live: alwaysLive.has(scheme) ? true : undefined }];
  }
  if (/^\/dev\/video\d*$/.test(text)) return [webcam(text)];
  const stat = statOf(text);
  if (stat?.isDirectory()) return [folderOfImages(text)];
  if (stat) return [file(text)];
  return matching(text);
}

/** A redirected file can be read by its position, which many an MP4 needs; a pipe cannot. */
function fromStdin(): VideoInput {
  const ours = `/proc/${process.pid}/fd/0`;
  const seekable = statOf(ours)?.isFile() ?? false;
  return { name: "stdin", kind: seekable ? "file" : "stdin", location: seekable ? ours : "pipe:0", shown: "stdin", live: false };
}

function webcam(path: string): VideoInput {
  if (!statOf(path)) {
    const others = readdirSync("/dev").filter((name) => /^video\d+$/.test(name));
    throw new KtError({
      code: "bad_input",
      message: `There is no webcam at ${path}.`,
      hint: others.length > 0 ? `This machine has ${others.map((name) => `/dev/${name}`).join(", ")}.` : "This machine has none (no /dev/video*).",
    });
  }
  return { name: basename(path), kind: "device", location: path, shown: path, live: true };
}

function folderOfImages(path: string): VideoInput {
  if (imagesIn(path).length === 0)
    throw new KtError({ code: "bad_input", message: `The folder '${path}' has no images in it.`, hint: "It needs .jpg, .png, .bmp, .webp or .tiff files." });
  return { name: basename(path.replace(/\/+$/, "")) || "images", kind: "images", location: path, shown: path, live: false };
}

function file(path: string): VideoInput {
  return { name: basename(path, extname(path)), kind: "file", location: path, shown: path, live: false };
}

/** A pattern that the shell did not take, as in a list. */
function matching(text: string): VideoInput[] {
  const found = /[*?[{]/.test(text) ? [...new Bun.Glob(text).scanSync({ absolute: text.startsWith("/"), onlyFiles: true })].sort() : [];
  if (found.length > 0) return found.map(file);
  // An address that was mistyped.
  const shown = /:.*@|=|:\/\//s.test(text) ? showAddress(text) : text;
  throw new KtError({ code: "bad_input", message: `There is no file '${shown}'.`, hint: "Check the path; it is taken from the current folder." });
}

function statOf(path: string) {
  return statSync(path, { throwIfNoEntry: false });
}

/**
 * The file's name, where there is one; of a camera the host's. It becomes the key of each record, so it is taken from
 * what may be shown.
 */
function nameOfAddress(shown: string): string {
  if (!URL.canParse(shown)) return "stream";
  const { pathname, hostname } = new URL(shown);
  const extension = extname(pathname);
  const fileName = pathname.includes(hidden) ? "" : basename(pathname, extension);
  return (extension && fileName) || hostname || "stream";
}
