/**
 * A file of librdkafka properties, as kcat and librdkafka's own examples write it: name=value lines and
 * comments by #. A line [name] begins a profile; what stands before the first holds for all of them.
 */
import { readFileSync } from "node:fs";
import { KtError } from "../errors.ts";
import { othersMayRead } from "./own-file.ts";

export interface PropertiesFile {
  properties: Record<string, string>;
  /** True where the file has a secret, and others than its owner may read it. */
  exposed: boolean;
}

const secret = /password|secret|\.pem$|private\.key|oauthbearer\.config|user\.info/;

/** @throws KtError usage; what a line says is never in it, for it may be a password */
export function readPropertiesFile(path: string, profile: string | undefined): PropertiesFile {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw KtError.usage(`The properties file ${path} cannot be read: ${reason(error)}.`, "--config or KT_CONFIG names it.");
  }
  const profiles = parseProperties(text, path);
  const chosen = profile === undefined ? {} : profiles.get(profile);
  if (!chosen) {
    const names = [...profiles.keys()].filter(Boolean);
    throw KtError.usage(`${path} has no profile '${profile}'.`, names.length > 0 ? `It has ${names.join(", ")}.` : "A line [name] begins one.");
  }
  const properties = { ...profiles.get(""), ...chosen };
  return {
    properties,
    exposed: othersMayRead(path) && [...profiles.values()].some((its) => Object.keys(its).some((name) => secret.test(name))),
  };
}

/** Each profile by its name; "" is what holds for all. @throws KtError usage */
export function parseProperties(text: string, source: string): Map<string, Record<string, string>> {
  let current: Record<string, string> = {};
  const profiles = new Map([["", current]]);
  for (const [i, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const section = /^\[([^\]]+)\]$/.exec(line)?.[1]?.trim();
    const equals = line.indexOf("=");
    if (section) {
      current = profiles.get(section) ?? {};
      profiles.set(section, current);
    } else if (equals > 0) {
      current[propertyName(line.slice(0, equals).trim())] = line.slice(equals + 1).trim();
    } else throw KtError.usage(`Line ${i + 1} of ${source} is neither name=value nor [profile] nor a comment.`);
  }
  return profiles;
}

/** Of a property that has two names, the one that kt sets. */
const aliases: Record<string, string> = { "compression.type": "compression.codec", "request.required.acks": "acks" };

/** kcat marks a topic's properties by a prefix; librdkafka takes them among the client's. */
export function propertyName(given: string): string {
  const name = given.replace(/^topic\.(?!blacklist|metadata)/, "");
  return aliases[name] ?? name;
}

function reason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" ? "there is no such file" : code === "EACCES" ? "it may not be read by you" : code === "EISDIR" ? "it is a folder" : String(code);
}
