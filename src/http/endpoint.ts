/** One path: what it takes, what it gives, and the function that answers. */
import type { Hub } from "../hub/hub.ts";
import { type Parameters, readQuery, type Values } from "./query.ts";
import { targetOf } from "./target.ts";

/**
 * What asking does besides answering. Other sites' pages, which can make a browser ask for whatever they like, may
 * have what is light; see Access.
 * - work: it reads the log, starts an ffmpeg, or goes on for as long as somebody listens
 * - change: something is another afterwards
 * - write: records are taken for Kafka; that needs a token wherever kt is
 */
export type Effect = "light" | "work" | "change" | "write";

export interface Asked<P extends Parameters = Parameters> {
  request: Request;
  /** What stands in the path where the table has :name. */
  path: Record<string, string>;
  query: Values<P>;
}

export interface Endpoint<P extends Parameters = Parameters> {
  summary: string;
  query: P;
  effect: Effect | ((query: URLSearchParams) => Effect);
  /** The content types of a good answer. */
  produces: string[];
  /** Answered even where a token is asked for. */
  open?: boolean;
  /** @throws KtError, which becomes the answer */
  answer(asked: Asked<P>, hub: Hub): Response | Promise<Response>;
}

/** The paths, as Bun writes them: /topics/:topic. */
export type Endpoints = Record<string, Endpoint>;

/** Ties the parameters to what the function takes. */
export function endpoint<P extends Parameters>(described: Endpoint<P>): Endpoint {
  // A method's parameter may be narrower than the table's: what it is called with is read by its own description.
  return described;
}

export function effectOf({ effect }: Pick<Endpoint, "effect">, request: Request): Effect {
  return typeof effect === "string" ? effect : effect(targetOf(request).searchParams);
}

export function ask(endpoint: Endpoint, request: Request, path: Record<string, string>): Asked {
  return { request, path, query: readQuery(endpoint.query, targetOf(request).searchParams) };
}
