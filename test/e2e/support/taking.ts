/** A kt serve that takes records, and what a program sends to it. */
import { brokers, type Served, serve } from "./kt.ts";

export interface Takes extends Served {
  token: string;
  post(topic: string, body: BodyInit, type: string, query?: string, headers?: Record<string, string>): Promise<Response>;
  put(topic: string, picture: BodyInit, query: string, headers?: Record<string, string>): Promise<Response>;
}

export const lines = "application/x-ndjson";
export const bytes = "application/octet-stream";

/** On a free port, with the token that it made itself. */
export async function serveTaking(options: string[], ofBrokers = brokers): Promise<Takes> {
  const served = await serve(ofBrokers, ...options);
  try {
    const [, token = ""] = (await served.process.stderr.waitFor(/\?token=(\S+)/)) ?? [];
    const send = (method: string, path: string, body: BodyInit, headers: Record<string, string>) =>
      fetch(`${served.url}/topics/${path}`, { method, body, headers: { Authorization: `Bearer ${token}`, ...headers } });
    return {
      ...served,
      token,
      post: (topic, body, type, query = "", headers = {}) => send("POST", `${topic}/records${query}`, body, { "Content-Type": type, ...headers }),
      put: (topic, picture, query, headers = {}) => send("PUT", `${topic}/frame${query}`, picture, headers),
      [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
    };
  } catch (error) {
    await served[Symbol.asyncDispose]();
    throw error;
  }
}
