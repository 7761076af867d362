/** The command table: what each is called, takes and does, and where it is loaded from. */

import type { OptionSpecs, Resolved } from "./option-kinds.ts";
import { consumeOptions, emitVideoOptions, produceOptions, serveOptions } from "./options.ts";
import {
  alterOptions,
  createOptions,
  deleteOptions,
  describeGroupOptions,
  describeOptions,
  emptyOptions,
  groupListOptions,
  listOptions,
  seekOptions,
} from "./options-admin.ts";

export interface CommandSpec {
  /** The words that call it. */
  words: string;
  /** Its arguments, as cac writes them: <required>, [optional], [...many]. */
  args: string;
  summary: string;
  options: OptionSpecs;
  examples: [string, string];
  load(): Promise<(args: string[], options: never) => Promise<void>>;
}

/** Ties a command's options to what its function takes; loaded only when it is called. */
function command<Specs extends OptionSpecs>(
  words: string,
  args: string,
  summary: string,
  options: Specs,
  examples: [string, string],
  load: () => Promise<(args: string[], options: Resolved<Specs>) => Promise<void>>,
): CommandSpec {
  return { words, args, summary, options, examples, load };
}

export const commands: CommandSpec[] = [
  command(
    "topic create",
    "<name>",
    "Create a topic",
    createOptions,
    ["kt topic create video", "kt topic create scores --partitions 3 --config retention.ms=86400000"],
    async () => (await import("./commands/topic.ts")).create,
  ),
  command(
    "topic list",
    "[...patterns]",
    "List topics with partitions, replicas and records",
    listOptions,
    ["kt topic list", "kt topic list 'cam-*' --json"],
    async () => (await import("./commands/topic.ts")).list,
  ),
  command(
    "topic describe",
    "<name>",
    "Show a topic's partitions, watermarks and settings",
    describeOptions,
    ["kt topic describe video", "kt topic describe video --all --json"],
    async () => (await import("./commands/topic.ts")).describe,
  ),
  command(
    "topic alter",
    "<name>",
    "Change a topic's settings, or add partitions",
    alterOptions,
    ["kt topic alter video --config retention.ms=3600000", "kt topic alter scores --delete-config retention.ms --partitions 6 --dry-run"],
    async () => (await import("./commands/topic-change.ts")).alter,
  ),
  command(
    "topic empty",
    "<...names>",
    "Delete a topic's records and keep the topic",
    emptyOptions,
    ["kt topic empty scores", "kt topic empty video --before @2026-01-31T12:00:00Z --yes"],
    async () => (await import("./commands/topic-change.ts")).empty,
  ),
  command(
    "topic delete",
    "<...names>",
    "Delete topics with all that they hold",
    deleteOptions,
    ["kt topic delete scores", "kt topic delete 'test-*' --dry-run"],
    async () => (await import("./commands/topic-change.ts")).remove,
  ),
  command(
    "group list",
    "[...patterns]",
    "List consumer groups with their state",
    groupListOptions,
    ["kt group list", "kt group list --lag --json"],
    async () => (await import("./commands/group.ts")).list,
  ),
  command(
    "group describe",
    "<name>",
    "Show a group's members, and its place and lag in each partition",
    describeGroupOptions,
    ["kt group describe view", "kt group describe view --json"],
    async () => (await import("./commands/group.ts")).describe,
  ),
  command(
    "group seek",
    "<name> <position>",
    "Move a group that nobody has joined; shows what would change, until --yes",
    seekOptions,
    ["kt group seek view start", "kt group seek view @2026-01-31T12:00:00Z --topic video --yes"],
    async () => (await import("./commands/group-change.ts")).seek,
  ),
  command(
    "group delete",
    "<...names>",
    "Delete groups, and so their places",
    deleteOptions,
    ["kt group delete view", "kt group delete view other --yes"],
    async () => (await import("./commands/group-change.ts")).remove,
  ),
  command(
    "produce",
    "<topic> [...values]",
    "Send each value as a record, or each line of stdin",
    produceOptions,
    ['kt produce sample "hi"', "kt consume a --json --exit | kt produce b --json"],
    async () => (await import("./commands/produce.ts")).produce,
  ),
  command(
    "consume",
    "<...topics>",
    "Print records as they arrive, or write their pictures into files",
    consumeOptions,
    ["kt consume sample --from -10 --json --exit", "kt consume video --record out.mp4 --from @2026-01-31T12:00:00Z --until @2026-01-31T12:05:00Z"],
    async () => (await import("./commands/consume.ts")).consume,
  ),
  command(
    "emit-video",
    "<...inputs>",
    "Send each frame of videos, cameras or images as a record",
    emitVideoOptions,
    ["kt emit-video clip.mp4", "kt emit-video door=rtsp://cam1/stream yard=clip.mp4 test=testsrc --topic 'cam-{name}'"],
    async () => (await import("./commands/emit-video.ts")).emitVideo,
  ),
  command(
    "serve",
    "",
    "Serve the page and the streams to browsers and programs",
    serveOptions,
    ["kt serve", "kt serve --host 0.0.0.0 --port 8080"],
    async () => (await import("./commands/serve.ts")).serve,
  ),
];
