/** The options of kt topic and kt group. */

import { parsePosition } from "../record.ts";
import { filled, flag, integer, list, pair, text, value } from "./kinds.ts";
import { connectionOptions } from "./options.ts";

const json = flag("--json", "Print JSON");
const dryRun = flag("--dry-run", "Only check and say what would change");
const yes = flag("-y, --yes", "Do it without asking; needed where there is no terminal to ask at");
const internal = flag("--internal", "Kafka's own topics as well (those whose names begin with __)");

/** Where --config already is a topic's setting, the file of properties has the longer name. */
const topicConnection = { ...connectionOptions, configFile: { ...connectionOptions.configFile, flags: "-F, --config-file <file>" } };

export const createOptions = {
  ...topicConnection,
  partitions: value("-p, --partitions <n>", "Number of partitions", integer(1, 100_000), { default: "1" }),
  replicationFactor: value("-r, --replication-factor <n>", "Number of brokers that keep each partition", integer(1, 32_767), { default: "1" }),
  config: list("-c, --config <name=value>", "A setting of the topic; may be repeated", pair),
  ifNotExists: flag("--if-not-exists", "Leave a topic that exists as it is, and say so"),
  dryRun,
  json,
};
export const listOptions = { ...connectionOptions, internal, json };
export const brokersOptions = { ...connectionOptions, json };
export const describeOptions = { ...connectionOptions, all: flag("-a, --all", "Settings that have their default as well"), json };
export const alterOptions = {
  ...topicConnection,
  config: list("-c, --config <name=value>", "Give a setting a value; may be repeated, and leaves all others as they are", pair),
  deleteConfig: list("--delete-config <name>", "Give a setting its default again; may be repeated", text),
  partitions: value("-p, --partitions <n>", "Grow to so many partitions; keys may then go to other partitions than before", integer(1, 100_000)),
  dryRun,
  json,
};
export const deleteOptions = { ...connectionOptions, yes, dryRun, json };
export const emptyOptions = {
  ...connectionOptions,
  before: value(
    "--before <position>",
    "Delete what is in front of it: an offset, -N (keep the last N records of each partition), @time (otherwise all)",
    parsePosition,
    {
      default: "end",
    },
  ),
  yes,
  dryRun,
  json,
};

export const groupListOptions = {
  ...connectionOptions,
  lag: flag("--lag", "How many records each group has still to read, which asks for each group's offsets"),
  json,
};
export const describeGroupOptions = { ...connectionOptions, json };
export const seekOptions = {
  ...connectionOptions,
  topic: list(
    "-t, --topic <name>",
    "Only in this topic, where the group need not have a place yet; may be repeated (otherwise in all that it has a place in)",
    filled,
  ),
  partition: list("-p, --partition <n>", "Only in this partition; may be repeated", integer(0, 2_147_483_647)),
  yes: flag("-y, --yes", "Move it; without it, what would change is shown"),
  json,
};
