/** The one error of kt: what happened, what to do about it, and how the process ends. */

export type ErrorCode =
  | "usage"
  | "no_broker"
  | "auth"
  | "unknown_topic"
  | "unknown_stream"
  | "unknown_group"
  | "group_in_use"
  | "forbidden"
  | "topic_exists"
  | "invalid_topic"
  | "too_large"
  | "not_delivered"
  | "no_leader"
  | "no_ffmpeg"
  | "ffmpeg_died"
  | "busy"
  | "bad_input"
  | "bad_property"
  | "registry"
  | "port_taken"
  | "unhealthy"
  | "kafka"
  | "internal";

export interface KtErrorOptions {
  code: ErrorCode;
  /** One sentence that names the thing. */
  message: string;
  /** What to do next. */
  hint?: string;
  /** 1: it failed; 2: it was asked for wrongly. */
  exitCode?: 1 | 2;
  /** True where the same call may succeed later. */
  retryable?: boolean;
  cause?: unknown;
}

export class KtError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly exitCode: 1 | 2;
  readonly retryable: boolean;

  constructor(options: KtErrorOptions) {
    super(options.message, { cause: options.cause });
    this.name = "KtError";
    this.code = options.code;
    this.hint = options.hint ?? "";
    this.exitCode = options.exitCode ?? 1;
    this.retryable = options.retryable ?? false;
  }

  /** What happened and what to do, as people read it. */
  get sentence(): string {
    const ended = /[.!?]$/.test(this.message) ? this.message : `${this.message}.`;
    return this.hint ? `${ended} ${this.hint}` : ended;
  }

  /** The command line was wrong: exit code 2. */
  static usage(message: string, hint?: string): KtError {
    return new KtError({ code: "usage", message, hint, exitCode: 2 });
  }

  /** Any thrown thing as a KtError; what is none already is a fault of kt itself. */
  static from(thrown: unknown): KtError {
    if (thrown instanceof KtError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new KtError({ code: "internal", message: `kt failed unexpectedly: ${message}`, hint: "Run it again with --debug to see where.", cause: thrown });
  }
}
