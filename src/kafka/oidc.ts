/**
 * OAUTHBEARER's method oidc: a token from an OpenID provider by the client-credentials grant (RFC 6749,
 * section 4.4). librdkafka would do it by libcurl, which kt is built without; the properties are librdkafka's.
 */
import { showAddress } from "../address.ts";
import { KtError } from "../errors.ts";
import type { Properties } from "./config.ts";

export interface Token {
  tokenValue: string;
  /** When it ends, in milliseconds since 1970. */
  lifetime: number;
  principal: string;
  extensions: Record<string, string>;
}

const prefix = "sasl.oauthbearer.";
const timeoutMs = 5000;

/** Splits off what is for the provider; undefined where the properties do not ask for this method. */
export function oidcToken(properties: Properties): { rest: Properties; fetchToken: () => Promise<Token> } | undefined {
  if (String(properties[`${prefix}method`] ?? "").toLowerCase() !== "oidc") {
    const wantsToken = [properties["sasl.mechanism"], properties["sasl.mechanisms"]].includes("OAUTHBEARER");
    if (wantsToken && String(properties["enable.sasl.oauthbearer.unsecure.jwt"]) !== "true") throw incomplete("OAUTHBEARER needs sasl.oauthbearer.method=oidc");
    return undefined;
  }
  const own = (name: string) => (properties[prefix + name] === undefined ? undefined : String(properties[prefix + name]));
  const url = own("token.endpoint.url");
  const id = own("client.id") ?? own("client.credentials.client.id");
  const secret = own("client.secret") ?? own("client.credentials.client.secret");
  if (!url || !id || secret === undefined) throw incomplete("sasl.oauthbearer.method=oidc needs more");
  const rest = Object.fromEntries(Object.entries(properties).filter(([name]) => !name.startsWith(prefix)));
  const extensions = Object.fromEntries(
    (own("extensions") ?? "")
      .split(",")
      .filter((pair) => pair.includes("="))
      .map((pair) => pair.split(/=(.*)/s).slice(0, 2)),
  );
  return { rest, fetchToken: () => askProvider(url, id, secret, own("scope"), extensions) };
}

function incomplete(message: string): KtError {
  return new KtError({
    code: "bad_property",
    message,
    hint: "Set sasl.oauthbearer.token.endpoint.url, sasl.oauthbearer.client.id and sasl.oauthbearer.client.secret.",
    exitCode: 2,
  });
}

async function askProvider(url: string, id: string, secret: string, scope: string | undefined, extensions: Record<string, string>): Promise<Token> {
  const credentials = Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString("base64");
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { authorization: `Basic ${credentials}`, accept: "application/json" },
      body: new URLSearchParams({ grant_type: "client_credentials", ...(scope !== undefined && { scope }) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    throw new Error(`the token endpoint ${showAddress(url)} did not answer: ${(error as Error).message}`);
  }
  const answer = (await response.json().catch(() => ({}))) as { access_token?: unknown; expires_in?: unknown; error?: unknown };
  if (!response.ok || typeof answer.access_token !== "string")
    throw new Error(
      `the token endpoint ${showAddress(url)} gave no token: HTTP ${response.status}${typeof answer.error === "string" ? `, ${answer.error}` : ""}`,
    );
  const claims = readClaims(answer.access_token);
  const endsMs = typeof claims.exp === "number" ? claims.exp * 1000 : Date.now() + (Number(answer.expires_in) || 300) * 1000;
  return { tokenValue: answer.access_token, lifetime: endsMs, principal: typeof claims.sub === "string" ? claims.sub : "", extensions };
}

/** What a JWT says of itself; nothing of a token of another kind. */
function readClaims(token: string): { exp?: unknown; sub?: unknown } {
  try {
    return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) ?? {};
  } catch {
    return {};
  }
}
