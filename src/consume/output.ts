/** Where kt consume's records go: to stdout as text, or as pictures into files. */
import { KtError } from "../errors.ts";
import { ffmpegFor } from "../options/ffmpeg.ts";
import type { Resolved } from "../options/kinds.ts";
import { type connectionOptions, kafkaConfig } from "../options/options.ts";
import type { ViewWay } from "../options/options-view.ts";
import type { Positions } from "../record.ts";
import type { Decode } from "../registry/schemas.ts";
import { note } from "../terminal/terminal.ts";
import { bytesText, nounFor } from "../words.ts";
import { FrameReader } from "./frame-reader.ts";
import { type ConsumeOutput, type PrintOptions, printing } from "./print.ts";

export interface OutputOptions extends PrintOptions, Resolved<typeof connectionOptions> {
  save: string | undefined;
  record: string | undefined;
  view: ViewWay | undefined;
  from: Positions;
  count: number | undefined;
  force: boolean;
  key: string | undefined;
  ffmpeg: string | undefined;
  decode: Decode | undefined;
  decodeKey: Decode | undefined;
  registry: string | undefined;
  isolation: string | undefined;
}

/** @throws KtError usage for options that do not go together */
export async function openOutput(topics: string[], options: OutputOptions): Promise<ConsumeOutput> {
  const { save, record, view, force } = options;
  const [flag, second] = [view !== undefined && "--view", save !== undefined && "--save", record !== undefined && "--record"].filter(
    (given) => given !== false,
  );
  if (second !== undefined) throw KtError.usage(`${flag} and ${second} do not go together.`, "Run kt consume twice: the topic is there for both.");
  if (force && (flag === undefined || flag === "--view")) throw KtError.usage("--force goes with --save or --record.");
  if (flag === undefined) {
    if (options.decode === undefined && options.decodeKey === undefined) return printing(options);
    const { decoder } = await import("../registry/schemas.ts");
    return printing({ ...options, decoded: await decoder(options, { key: options.decodeKey, value: options.decode }) });
  }
  for (const printer of ["json", "format", "delimiter", "keyDelimiter", "decode", "decodeKey"] as const)
    if (options[printer])
      throw KtError.usage(
        `--${printer.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)} prints, ${flag} ${view === undefined ? "writes files" : "draws pictures"}: they do not go together.`,
      );
  if (new Set(topics).size > 1) throw KtError.usage(`${flag} takes one topic, not ${topics.join(" and ")}.`, "Run kt consume once for each.");
  const ffmpeg = () => ffmpegFor(options.ffmpeg);
  if (view !== undefined) {
    const { viewing } = await import("./view/view.ts");
    const { other, of } = options.from;
    const kafka = kafkaConfig(options, { "isolation.level": options.isolation && `read_${options.isolation}` });
    const live = other.at === "end" && of.size === 0;
    return viewing({ way: view, topic: topics[0] as string, key: options.key, count: options.count, live, ffmpeg, kafka });
  }
  return save === undefined ? recording(record as string, options, ffmpeg) : saving(save, options, ffmpeg);
}

// Each loads what it needs when it is asked for: most who consume do not.

async function saving(text: string, { key, force }: OutputOptions, ffmpeg: () => string): Promise<ConsumeOutput> {
  const { parsePattern, PictureSaver } = await import("../video/output/saving.ts");
  const pattern = parsePattern(text);
  const saver = new PictureSaver({ pattern, force, ffmpeg });
  const frames = new FrameReader(
    key !== undefined || pattern.perStream ? undefined : "--key saves one, and {key} in the pattern, {key}/%06d.jpg, each by itself.",
  );
  return {
    closed: undefined,
    keeps: true,
    passesOn: false,
    async write(batch) {
      for (const frame of frames.of(batch)) await saver.add(frame);
    },
    async end() {
      frames.end();
      await saver.finish();
      note(`${saver.saved} ${nounFor(saver.saved, "picture")} saved.`);
      frames.noteLeftOut(saver.leftOut);
    },
    discard: async () => saver.discard(),
  };
}

async function recording(path: string, { key, force }: OutputOptions, ffmpeg: () => string): Promise<ConsumeOutput> {
  const { Recorder } = await import("../video/output/recorder.ts");
  const recorder = await Recorder.open({ path, force, ffmpeg, note });
  const pictures = new FrameReader(key === undefined ? "--key records one of them." : undefined);
  return {
    closed: undefined,
    keeps: true,
    passesOn: false,
    async write(batch) {
      for (const frame of pictures.of(batch)) await recorder.add(frame);
    },
    async end() {
      pictures.end();
      await recorder.finish();
      if (recorder.files.length === 0) throw noPictures(path, recorder.leftOut);
      for (const { path, frames, seconds, bytes } of recorder.files)
        note(`${path}: ${frames} ${nounFor(frames, "frame")}, ${seconds.toFixed(1)} s, ${bytesText(bytes)}`);
      pictures.noteLeftOut(recorder.leftOut);
    },
    discard: () => recorder.discard(),
  };
}

function noPictures(path: string, leftOut: number): KtError {
  const why = leftOut > 0 ? `${leftOut} frames came, and no key frame to begin with` : "no picture came";
  return new KtError({
    code: "bad_input",
    message: `There is nothing in '${path}', so it was not written: ${why}.`,
    hint: "--from start begins with the oldest picture.",
  });
}
