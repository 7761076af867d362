/** Which Kafka, and how to reach it: flags, then the environment, then the properties file, then localhost. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { KtError } from "../errors.ts";
import type { KafkaConfig } from "../kafka/config.ts";
import { note } from "../terminal/terminal.ts";
import { propertyName, readPropertiesFile } from "./properties-file.ts";

export const defaultBrokers = "localhost:9092";

/** A text and what it came by: the flag's name, or the environment variable's. */
export interface Named {
  text: string;
  by: string;
}

export interface ConnectionWish {
  brokers: Named | undefined;
  configFile: Named | undefined;
  profile: Named | undefined;
  property: [string, string][];
  debug: boolean;
}

export interface Connection extends KafkaConfig {
  /** Properties of the Schema Registry, which stand among the others in kcat's and Confluent's files. */
  registry: Record<string, string>;
}

const isFlag = (named: Named | undefined) => named?.by.startsWith("-") === true;
const registryProperty = /^(schema\.registry\.|basic\.auth\.)/;
/** Files that were warned of. */
const warned = new Set<string>();
/** librdkafka's own word for a missing file is OpenSSL's. */
const tlsFile = /^ssl\.(ca|certificate|key|keystore|crl)\.location$/;
/** Of one property the same: librdkafka's name, and the older alias. */
const brokerProperties = ["bootstrap.servers", "metadata.broker.list"];

/** @throws KtError usage */
export function resolveConnection(wish: ConnectionWish): Connection {
  const fromFile = fileProperties(wish);
  const own = Object.fromEntries(wish.property.map(([name, text]) => [propertyName(name), text]));
  const all = { ...fromFile, ...own };
  const registry = Object.fromEntries(Object.entries(all).filter(([name]) => registryProperty.test(name)));
  const properties = Object.fromEntries(Object.entries(all).filter(([name]) => !registryProperty.test(name) && !brokerProperties.includes(name)));
  for (const [name, path] of Object.entries(properties))
    if (tlsFile.test(name) && path !== "probe" && !existsSync(path)) throw KtError.usage(`${name} names ${path}, and there is no such file.`);
  return { brokers: chooseBrokers(wish, fromFile, own), properties, registry, debug: wish.debug };
}

function chooseBrokers({ brokers, configFile, profile }: ConnectionWish, fromFile: Record<string, string>, own: Record<string, string>): string {
  const named = (properties: Record<string, string>) => brokerProperties.map((name) => properties[name]).find(Boolean);
  // Whoever names a profile or a file on the command line means its brokers, whatever the shell exports.
  const fileFirst = isFlag(profile) || isFlag(configFile);
  const inOrder = isFlag(brokers)
    ? [named(own), brokers?.text]
    : fileFirst
      ? [named(own), named(fromFile), brokers?.text]
      : [named(own), brokers?.text, named(fromFile)];
  return inOrder.find(Boolean) ?? defaultBrokers;
}

/** In a container the user may be a number that the system does not know, and without HOME there is nobody to ask. */
function home(): string {
  try {
    return homedir();
  } catch {
    return "";
  }
}

function fileProperties({ configFile, profile }: ConnectionWish): Record<string, string> {
  const usual = `${process.env.XDG_CONFIG_HOME || `${home()}/.config`}/kt/kt.conf`;
  const path = configFile?.text ?? (existsSync(usual) ? usual : undefined);
  if (path === undefined) {
    if (profile) throw KtError.usage(`There is no file with a profile '${profile.text}'.`, `Make ${usual}, or name the file with --config or KT_CONFIG.`);
    return {};
  }
  const { properties, exposed } = readPropertiesFile(path, profile?.text);
  if (exposed && !warned.has(path)) note(`Warning: ${path} has secrets and others may read it: chmod 600 ${path}`);
  warned.add(path);
  return properties;
}
