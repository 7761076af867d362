/** A path that takes something for Kafka: what it takes, and the function that has it written. */
import { failure } from "../answers.ts";
import type { Asked as AskedOf } from "../endpoint.ts";
import { type Parameters, readQuery } from "../query.ts";
import { targetOf } from "../target.ts";
import { Refused } from "./refused.ts";
import { type TakenKind, taken } from "./taken.ts";
import type { Taking, Target } from "./taking.ts";

export interface Asked<P extends Parameters = Parameters> extends AskedOf<P> {
  address: string;
}

export interface Taker<P extends Parameters = Parameters> {
  kind: TakenKind;
  summary: string;
  query: P;
  /** The content types that it takes. */
  takes: string[];
  /** @throws KtError, Refused */
  take(asked: Asked<P>, target: Target, taking: Taking): Promise<Response>;
}

/** By path and method. */
export type Takers = Record<string, Partial<Record<"POST" | "PUT", Taker>>>;

/** Ties the parameters to what the function takes. */
export function taker<P extends Parameters>(described: Taker<P>): Taker {
  // As of endpoint: what it is called with is read by its own description.
  return described as unknown as Taker;
}

/** Asked by somebody who may write; the rest is found out here. */
export async function take({ query, take }: Taker, request: Request, path: Record<string, string>, address: string, taking: Taking): Promise<Response> {
  try {
    const asked = { request, path, address, query: readQuery(query, targetOf(request).searchParams) };
    taking.checkRate(address);
    return await take(asked, await taking.target(path.topic ?? ""), taking);
  } catch (error) {
    if (!(error instanceof Refused)) return failure(error);
    if (error.status === 429) taken.full++;
    return error.answer;
  }
}
