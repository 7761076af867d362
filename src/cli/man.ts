/** kt man: the manual page, from the command table. */

import { connectionOptions } from "../options/options.ts";
import { writeOut } from "../terminal/stdout.ts";
import type { CommandSpec } from "./command-spec.ts";
import { optionText } from "./help.ts";

export async function man(_args: string[], _options: unknown, table: CommandSpec[]): Promise<void> {
  await writeOut(Buffer.from(manualPage(table)));
}

const environment = [
  ["KT_BROKERS, KT_TOPIC, KT_TOKEN", "What --brokers, --topic and --token would say."],
  ["KT_TOKEN_FILE, KT_READ_TOKEN, KT_READ_TOKEN_FILE, KT_TLS_CERT, KT_TLS_KEY", "What --token-file, --read-token, … would say."],
  ["KT_CONFIG, KT_PROFILE", "What --config and --profile would say."],
  ["KT_WAIT", "1 is --wait."],
  ["FFMPEG_BIN", "The ffmpeg to use."],
  ["NO_COLOR", "Where it is not empty, there is no colour."],
] as const;

const file =
  "Properties of librdkafka, name=value on each line, and comments by #. A line [name] begins a profile; what stands before the first is for all. Keep it readable by yourself only (chmod 600) where it has a password.";

const exits = [
  ["0", "Done; also where Ctrl-C ends what has no end, and where the reader of the output has gone."],
  ["1", "It failed. Not every record was delivered, or the broker could not be reached."],
  ["2", "It was asked for wrongly."],
] as const;

/** In the man(7) macros. */
export function manualPage(table: CommandSpec[]): string {
  const lines = [
    '.TH KT 1 "" "kt" "User Commands"',
    ".SH NAME",
    "kt \\- live video and live data on Kafka, and a page that shows it",
    ".SH SYNOPSIS",
    ".B kt",
    "\\fIcommand\\fR [\\fIarguments\\fR] [\\fIoptions\\fR]",
    ".SH DESCRIPTION",
    plain("kt sends records, files, live data and the frames of video to Kafka, prints and saves what is there, and serves it to browsers."),
    plain("Data goes to the standard output and nothing else does; what is for people goes to the standard error."),
    ".SH COMMANDS",
    ...table.flatMap(commandLines),
    ".SH OPTIONS OF ALL THAT TALK TO KAFKA",
    ...Object.values(connectionOptions).flatMap((option) => tagged(option.flags, optionText(option))),
    ".SH ENVIRONMENT",
    ...environment.flatMap(([name, meaning]) => tagged(name, meaning)),
    ".SH FILES",
    ...tagged("~/.config/kt/kt.conf", file),
    ".SH EXIT STATUS",
    ...exits.flatMap(([code, meaning]) => tagged(code, meaning)),
  ];
  return `${lines.join("\n")}\n`;
}

const common = new Set(Object.values(connectionOptions).map(({ flags }) => flags));

function commandLines(spec: CommandSpec): string[] {
  const lines = [`.SS "${plain(["kt", spec.words, spec.args].filter(Boolean).join(" "))}"`, plain(`${spec.summary}.`)];
  for (const option of Object.values(spec.options)) if (!common.has(option.flags)) lines.push(...tagged(option.flags, optionText(option)));
  if (spec.remark) lines.push(".PP", plain(spec.remark));
  return [...lines, ".PP", "Examples:", ...spec.examples.flatMap((example) => [".br", `\\ \\ ${plain(example)}`])];
}

function tagged(tag: string, text: string): string[] {
  return [".TP", `.B ${plain(tag)}`, plain(text)];
}

/** In ASCII: what shows a manual may know no more. A backslash begins an escape, a dash would become a hyphen, and a dot or quote in front a macro. */
function plain(text: string): string {
  const escaped = text.replaceAll("…", "...").replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll('"', "\\(dq");
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
