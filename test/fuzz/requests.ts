/** Requests for every path, with what nobody would put behind the ? and into the headers: as bytes, since no client would send them. */

import type { Target } from "./messages.ts";
import { edges, type Random, texts } from "./random.ts";

export interface PathDescription {
  /** /topics/{topic}/frame */
  path: string;
  parameters: string[];
}

/** What the server says of itself in /openapi.json. */
export function describedPaths(openapi: { paths: Record<string, { get: { parameters: { name: string; in: string }[] } }> }): PathDescription[] {
  return Object.entries(openapi.paths).map(([path, { get }]) => ({
    path,
    parameters: get.parameters.filter((one) => one.in === "query").map(({ name }) => name),
  }));
}

const headerNames = [
  ...["Accept", "Range", "If-None-Match", "Last-Event-ID", "Authorization", "Cookie", "Origin", "Host", "Referer", "User-Agent", "Connection", "Upgrade"],
  ...["Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "X-Forwarded-For", "Expect", "Content-Length", "TE"],
];
const headerValues = [
  ...[
    "text/event-stream",
    "application/x-ndjson",
    "*/*",
    "image/webp",
    "bytes=0-",
    "bytes=-1,5-2",
    "0:42,1:17",
    "0:99999999999999999999",
    "websocket",
    "close",
  ],
  ...[
    "cross-site",
    "same-origin",
    "null",
    "https://elsewhere.example",
    "http://[::1",
    "127.0.0.1:99999",
    "Basic !!",
    "Bearer ",
    "kt_token=%E0%A4%A",
    '"*"',
    "W/",
    "100-continue",
  ],
];

export interface FuzzedRequest {
  bytes: Buffer;
  parameters: number;
  headers: number;
}

export function fuzzedRequest(random: Random, paths: PathDescription[], { topics, keys }: Target): FuzzedRequest {
  const text = () => (random.oneIn(4) ? String(random.of(edges)) : random.of([...texts, ...topics, ...keys]));
  // Most go to what is there: what stands behind it is to be reached as well.
  const inPath = (name: string) => (random.oneIn(6) ? escaped(random, text()) : name === "topic" ? random.of(topics) : String(random.below(50)));
  const { path, parameters } = random.of(paths);
  const target = path.replaceAll(/\{(\w+)\}/g, (_, name) => inPath(name));
  const given = Array.from({ length: random.below(4) }, () => {
    const name = random.oneIn(10) || parameters.length === 0 ? text() : random.of(parameters);
    const value = name === "key" && !random.oneIn(3) ? random.of(keys) : text();
    return `${escaped(random, name)}=${escaped(random, value)}`;
  });
  const headers = Array.from({ length: random.below(5) }, () => {
    const value = random.oneIn(3) ? text() : random.of(headerValues);
    return `${random.of(headerNames)}: ${value.replaceAll(/[\r\n\0]/g, " ")}`;
  });
  const method = random.oneIn(12) ? random.of(["HEAD", "OPTIONS", "POST", "BREW", "get", ""]) : "GET";
  const version = random.oneIn(15) ? random.of(["HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/9", ""]) : "HTTP/1.1";
  const host = random.oneIn(15) ? [] : ["Host: 127.0.0.1"];
  const first = `${method} ${target}${given.length > 0 ? `?${given.join("&")}` : ""} ${version}`;
  return { bytes: Buffer.from([first, ...host, ...headers, "Connection: close", "", ""].join("\r\n")), parameters: given.length, headers: headers.length };
}

/** As it should be, or as somebody forgot to. */
function escaped(random: Random, text: string): string {
  return random.oneIn(4) ? text.replaceAll(/[\s\0]/g, "+") : encodeURIComponent(text.toWellFormed());
}
