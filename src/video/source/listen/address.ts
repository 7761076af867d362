/** Where kt emit-video waits for publishers: what of an address says so, read once. Pure. */
import { hidden, showAddress } from "../../../address.ts";
import { KtError } from "../../../errors.ts";

export interface ListenAddress {
  protocol: "rtmp" | "srt";
  /** Without brackets; the loopback where the address names none. */
  host: string;
  port: number;
  /** Of RTMP, what a publisher must name: /live/KEY. */
  path: string;
  /** Of SRT, its options, with mode=listener. */
  query: string;
}

const form = /^(rtmp|srt):\/\/(\[[\da-f:.]*\]|[^/:?#@[\]]*)(?::(\d{1,5}))?(\/[^?#]*)?(\?[^#]*)?$/i;
const usualRtmpPort = 1935;
/** libsrt's bounds (SRTO_PASSPHRASE). */
const passphraseLength = { least: 10, most: 79 };

/** Whether an address can be listened on by kt. */
export function canListen(location: string): boolean {
  return /^(rtmp|srt):/i.test(location);
}

/** SRT's own word for it. */
export function asksToListen(location: string): boolean {
  return /^srt:/i.test(location) && /[?&]mode=listener(?:&|$)/i.test(location);
}

/** @throws KtError usage */
export function parseListenAddress(location: string): ListenAddress {
  const found = form.exec(location);
  const [, scheme = "", host = "", port, path = "", query = ""] = found ?? [];
  const rtmp = /^rtmp$/i.test(scheme);
  const example = rtmp || !found ? "rtmp://127.0.0.1:1935/live/KEY" : "srt://127.0.0.1:9000?passphrase=SECRET";
  const wrong = (why: string) => KtError.usage(`kt cannot listen at ${showAddress(location)}: ${why}.`, `Write it as ${example}.`);
  if (!found) throw wrong("it is no address to listen on");
  const number = Number(port ?? (rtmp ? usualRtmpPort : Number.NaN));
  if (!(number >= 1 && number <= 65_535)) throw wrong(port === undefined ? "it names no port" : "its port is none");
  if (rtmp && !/^\/[^/]+\/./.test(path)) throw wrong("it names no stream key, which a publisher has to know");
  const parts = new URLSearchParams(query);
  const passphrase = parts.get("passphrase");
  if (!rtmp && passphrase !== null && (passphrase.length < passphraseLength.least || passphrase.length > passphraseLength.most))
    throw wrong(`a passphrase has ${passphraseLength.least} to ${passphraseLength.most} characters`);
  return { protocol: rtmp ? "rtmp" : "srt", host: host.replace(/^\[|\]$/g, "") || "127.0.0.1", port: number, path, query: rtmp ? query : listening(query) };
}

/** The other parts as they were written; how long ffmpeg waits for somebody is kt's. */
function listening(query: string): string {
  const others = query
    .slice(1)
    .split("&")
    .filter((part) => part !== "" && !/^(?:mode|listen_timeout)=/i.test(part));
  return `?${["mode=listener", ...others].join("&")}`;
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** As ffmpeg takes it, with what is secret in it. */
export function locationOf({ protocol, host, port, path, query }: ListenAddress): string {
  return `${protocol}://${host.includes(":") ? `[${host}]` : host}:${port}${path}${query}`;
}

/** The stream's name where none is given: RTMP's application, as the stream key is secret. */
export function nameOf({ protocol, path }: ListenAddress): string {
  const [, application = ""] = path.split("/");
  const shown = protocol === "rtmp" ? (showAddress(`rtmp://host/${application}/key`).split("/")[3] ?? "") : "";
  return shown && shown !== hidden ? shown : protocol;
}

/** What whoever opens it beyond this machine should know; undefined where it is not. */
export function exposure(address: ListenAddress): string | undefined {
  const { protocol, host, port, query } = address;
  if (isLoopback(host)) return undefined;
  const where = /^(?:0\.0\.0\.0|::)$/.test(host) ? `on all addresses of this machine (port ${port})` : `on ${host}:${port}`;
  if (protocol === "rtmp") return `listens ${where}: whoever knows the stream key can send, and it goes over the network unencrypted`;
  const secured = new URLSearchParams(query).has("passphrase");
  return `listens ${where}: ${secured ? "whoever knows the passphrase can send" : "whoever reaches it can send, as it has no passphrase (&passphrase=…)"}`;
}
