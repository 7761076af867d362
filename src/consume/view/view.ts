/** kt consume --view: where its records go, a stream's pictures on the terminal. */
import { KtError } from "../../errors.ts";
import type { RecordBatch } from "../../kafka/batch.ts";
import type { KafkaConfig } from "../../kafka/config.ts";
import type { ViewWay } from "../../options/options-view.ts";
import { type Abilities, abilitiesOf, isAnswered, questionFor } from "../../terminal/graphics/abilities.ts";
import { shutdown } from "../../terminal/shutdown.ts";
import { writeOut } from "../../terminal/stdout.ts";
import { divertNotes, note, stdoutIsTerminal } from "../../terminal/terminal.ts";
import { nounFor } from "../../words.ts";
import type { ConsumeOutput } from "../print.ts";
import { pictureHere } from "./canvas.ts";
import { Keyboard } from "./keyboard.ts";
import { Player } from "./player.ts";
import { Screen } from "./screen.ts";
import { Still } from "./still.ts";
import { StreamChoice } from "./stream-choice.ts";
import { onWindow } from "./window.ts";

/** Of so many records at least one would have a picture. */
const enoughToTell = 100;
/** Where nothing was shown for so long, it is said why. */
const silentMs = 3000;
/** So many of the notes that came meanwhile are told at the end. */
const mostHeldBack = 8;

export interface ViewOptions {
  way: ViewWay;
  topic: string;
  key: string | undefined;
  count: number | undefined;
  /** Only what comes from now on is asked for. */
  live: boolean;
  ffmpeg: () => string;
  kafka: KafkaConfig;
}

/** @throws KtError usage where there is no terminal that could show a picture; no_ffmpeg */
export async function viewing(options: ViewOptions): Promise<ConsumeOutput> {
  if (!stdoutIsTerminal) throw KtError.usage("--view draws on a terminal, and stdout is none.", "--save writes pictures into files, --record an MP4.");
  const { TERM = "" } = process.env;
  if (TERM === "" || TERM === "dumb")
    throw KtError.usage(
      `--view needs a terminal with a cursor and colours, and TERM is ${TERM === "" ? "not set" : `'${TERM}'`}.`,
      "TERM=xterm-256color is what most are.",
    );
  const ffmpeg = options.ffmpeg();
  const keyboard = Keyboard.open();
  try {
    const abilities = await abilitiesNow(keyboard, options.way);
    return new View(options, abilities, ffmpeg, keyboard).output;
  } catch (error) {
    keyboard?.close();
    throw error;
  }
}

async function abilitiesNow(keyboard: Keyboard | undefined, way: ViewWay): Promise<Abilities> {
  const question = questionFor(process.env);
  const answers = keyboard && question ? await keyboard.ask(question, isAnswered) : "";
  const found = abilitiesOf(process.env, answers);
  return way === "auto" ? found : { ...found, graphics: way };
}

class View {
  readonly output: ConsumeOutput;
  readonly #options: ViewOptions;
  readonly #abilities: Abilities;
  readonly #choice: StreamChoice;
  readonly #quit = new AbortController();
  readonly #enough = new AbortController();
  readonly #screen: Screen;
  readonly #sink: Player | Still;
  readonly #heldBack: string[] = [];
  readonly #restore: (() => void)[] = [];
  #left: number;

  constructor(options: ViewOptions, abilities: Abilities, ffmpeg: string, keyboard: Keyboard | undefined) {
    this.#options = options;
    this.#abilities = abilities;
    this.#choice = new StreamChoice(options.key !== undefined);
    this.#left = options.count ?? Number.POSITIVE_INFINITY;
    this.#screen = new Screen(abilities, () => divertNotes((line) => this.#holdBack(line)));
    const over = AbortSignal.any([shutdown, this.#quit.signal]);
    this.#sink = options.count === 1 ? new Still(ffmpeg, this.#screen, options.kafka) : this.#player(ffmpeg, over, keyboard);
    keyboard?.onKey((key) => this.#pressed(key));
    const waiting = setInterval(() => this.#tellWaiting(), silentMs);
    this.#restore.push(
      () => clearInterval(waiting),
      () => this.#screen.leave(),
      () => keyboard?.close(),
      () => divertNotes(undefined),
    );
    this.output = {
      closed: AbortSignal.any([this.#quit.signal, this.#enough.signal]),
      keeps: true,
      passesOn: false,
      counts: true,
      write: (batch) => this.#write(batch),
      end: () => this.#end(),
      discard: async () => this.#close(),
    };
  }

  #player(ffmpeg: string, over: AbortSignal, keyboard: Keyboard | undefined): Player {
    const screen = this.#screen;
    const player = new Player({ ffmpeg, screen, live: this.#options.live, over, others: () => this.#choice.others.size });
    this.#restore.push(onWindow(screen, player, keyboard));
    return player;
  }

  #pressed(key: string): void {
    if (/^[qQ]$/.test(key)) this.#quit.abort();
    if (key === " " && this.#sink instanceof Player) this.#sink.togglePause();
  }

  async #write(batch: RecordBatch): Promise<void> {
    const { topic } = this.#options;
    const frames = this.#choice.of(batch);
    if (this.#choice.pictures === 0 && this.#choice.without >= enoughToTell)
      throw noPictures(topic, `of ${this.#choice.without} records none is a JPEG, a PNG or H.264`);
    if (this.#sink instanceof Still) {
      if (await this.#sink.add(batch)) this.#enough.abort();
      return;
    }
    if (this.#left === Number.POSITIVE_INFINITY) return this.#sink.play(frames);
    for (const frame of frames) {
      const { leftOut } = this.#sink;
      await this.#sink.play([frame]);
      // What cannot be decoded, as it builds on what came before, is not what was asked for.
      if (this.#sink.leftOut === leftOut) this.#left--;
      if (this.#left > 0) continue;
      this.#enough.abort();
      return;
    }
  }

  async #end(): Promise<void> {
    await this.#sink.finish();
    const asked = shutdown.aborted || this.#quit.signal.aborted;
    const shown = this.#screen.shown;
    this.#close();
    if (asked) return;
    if (!shown) throw noPictures(this.#options.topic, this.#why());
    // The last picture stays where the shell goes on. An image of another number is none that was taken away.
    await writeOut(Buffer.from(pictureHere(shown.raster, shown.box, this.#abilities, 1 + Math.floor(Math.random() * 0x7fffffff))));
    if (this.#sink.leftOut > 0) note(`Left out: ${this.#sink.leftOut} ${nounFor(this.#sink.leftOut, "frame")} before the first key frame.`);
  }

  #why(): string {
    const { without, pictures } = this.#choice;
    if (this.#sink.leftOut > 0) return `${this.#sink.leftOut} frames of H.264 came, and no key frame to begin with`;
    if (pictures > 0) return "what came could not be decoded";
    return without > 0 ? `${without} ${nounFor(without, "record")} came, and none is a JPEG, a PNG or H.264` : "no record came";
  }

  #tellWaiting(): void {
    if (this.#sink.shown > 0 || this.#screen.shown) return;
    note(`No picture yet: ${this.#why()}. Ctrl-C ends.`);
  }

  #holdBack(line: string): void {
    this.#heldBack.push(line);
    if (this.#heldBack.length > mostHeldBack) this.#heldBack.shift();
    if (this.#sink instanceof Player) this.#sink.tell(line);
  }

  #close(): void {
    this.#sink.close();
    for (const restore of this.#restore.splice(0)) restore();
    for (const line of this.#heldBack.splice(0)) note(line);
  }
}

function noPictures(topic: string, why: string): KtError {
  return new KtError({
    code: "bad_input",
    message: `There is no picture in '${topic}' to show: ${why}.`,
    hint: "--from start begins with the oldest record; kt consume without --view prints what is there.",
  });
}
