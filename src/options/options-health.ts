/** What kt health takes. */

import { parseDuration } from "../units.ts";
import { filled, flag, integer, value } from "./kinds.ts";

export const healthOptions = {
  host: value("--host <address>", "Where kt serve listens", filled, { default: "127.0.0.1" }),
  port: value("-p, --port <n>", "Its port", integer(1, 65_535), { default: "5000" }),
  ready: flag("--ready", "Ask whether the broker answers too (/readyz instead of /healthz)"),
  token: value("--token <text>", "Its token, which --ready needs", filled, { env: "KT_TOKEN" }),
  tokenFile: value("--token-file <file>", "A file with that token", filled, { env: "KT_TOKEN_FILE" }),
  tls: flag("--tls", "It serves https; on this machine its certificate is not checked, as it is for another name"),
  timeout: value("--timeout <time>", "How long the answer may take", parseDuration, { default: "3s" }),
};
