/** How ffmpeg is run; and one that is fed by kt: how it is written to, and how it ends. */
import { KtError } from "../../errors.ts";

/** What it complains about is read for as long as it runs, and only the end of that is told. */
const keptLog = 4096;

export interface FfmpegChild {
  readonly stdout: ReadableStream<Uint8Array>;
  /** Resolves when there is room for more. @throws KtError bad_input or ffmpeg_died, once it has ended */
  write(...parts: Uint8Array[]): Promise<void>;
  /** Nothing more will be written: it ends once it has dealt with what it has. */
  finish(): void;
  kill(): void;
  /** As kill, where it took too long: it then counts as died. */
  giveUp(): void;
  /** Resolves when it has ended and all that it said is read. Never rejects. */
  readonly ended: Promise<FfmpegEnd>;
}

export interface FfmpegEnd {
  /** 0 is well. */
  code: number;
  /** By a signal that kt did not send, as the system sends one for want of memory, or because it was stuck. */
  died: boolean;
  /** The end of what it said on stderr. */
  log: string;
  /** What it complained about, or how it ended. */
  complaint: string;
}

/**
 * The one place where kt runs ffmpeg. It is in a process group of its own: Ctrl-C is for kt, which then gives ffmpeg the time
 * to finish. Whoever calls this reads both of its outputs to their ends, or ffmpeg waits for ever.
 */
export function spawnFfmpeg<Stdin extends "pipe" | "ignore">(ffmpeg: string, args: string[], stdin: Stdin): Bun.Subprocess<Stdin, "pipe", "pipe"> {
  return Bun.spawn([ffmpeg, ...args], { stdin, stdout: "pipe", stderr: "pipe", detached: true });
}

/**
 * @param ffmpeg path of the program
 * @param stuckMs where its output is read at once, who takes nothing for so long is stuck, and is ended
 */
export function startFfmpeg(ffmpeg: string, args: string[], stuckMs?: number): FfmpegChild {
  const child = spawnFfmpeg(ffmpeg, args, "pipe");
  let killed = false;
  let stuck = false;
  let end: FfmpegEnd | undefined;
  const kill = () => {
    killed = true;
    child.kill("SIGKILL");
  };
  const giveUp = () => {
    stuck = true;
    kill();
  };
  const ended = Promise.all([child.exited, lastOf(child.stderr)]).then(([code, log]) => {
    const died = stuck || (!killed && child.signalCode !== null);
    const how = stuck ? "ffmpeg was stuck" : died ? `ffmpeg was ended by ${child.signalCode}` : `ffmpeg ended with code ${code}`;
    end = { code, died, log, complaint: died ? how : firstComplaint(log) || how };
    return end;
  });
  return {
    stdout: child.stdout,
    ended,
    kill,
    giveUp,
    finish() {
      // It may have ended by itself; its output then ends as well.
      Promise.resolve(child.stdin.end()).catch(() => {});
    },
    async write(...parts) {
      if (end) throw failure(end);
      for (const part of parts) child.stdin.write(part);
      const timer = stuckMs && setTimeout(giveUp, stuckMs);
      try {
        // Bun's sink takes what is written to a process that has ended, for ever and without a word.
        await Promise.race([Promise.resolve(child.stdin.flush()).catch(() => ended), ended]);
      } finally {
        if (timer) clearTimeout(timer);
      }
      if (end) throw failure(end);
    },
  };
}

/** Why there is nothing of it. What it could not read is the pictures' fault; that it was ended is nobody's. */
export function failure({ died, complaint, log }: FfmpegEnd): KtError {
  if (/Unknown encoder 'libx264'/.test(log))
    return new KtError({ code: "no_ffmpeg", message: "This ffmpeg cannot encode H.264.", hint: "Give one with libx264 by --ffmpeg." });
  if (died) return new KtError({ code: "ffmpeg_died", message: `${complaint}.`, hint: "Ask again.", retryable: true });
  return new KtError({ code: "bad_input", message: `ffmpeg could not convert the pictures: ${complaint}.` });
}

/** The first says what is wrong, and those after it what follows from that; which part of ffmpeg said it is nobody's concern. */
function firstComplaint(log: string): string {
  const [line = ""] = log.trim().split("\n");
  return line.replace(/^(\[[^\]]*\] *)+/, "").replace(/\.$/, "");
}

async function lastOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let log = "";
  for await (const chunk of stream) log = (log + decoder.decode(chunk, { stream: true })).slice(-keptLog);
  return log;
}
