/**
 * Addresses as people may read them. A camera's address holds its password in one of many ways: before the host, as a
 * part of the path, in the query; a stream key is a password too. What is hidden is shown as ***, and in doubt it is
 * hidden: of a query only what is known to be harmless stays. Scheme, user, host, port and the rest of the path stay as
 * well, so that it can be told which camera it is.
 */

export const hidden = "***";

/** Longer than any that is one, and soon read. */
const longest = 8192;

type Hide = (secret: string) => string;

/** What cameras, ffmpeg's protocols and sites call that which says what is played, and how. */
const harmlessNames = (
  "action app area audio audiocodec bitrate buffer_size cam camera cameraid ch channel channelid chn cmd codec compression connect_timeout " +
  "date enablesrtp endtime fifo_size format fps framerate h26x height inst lang latency line linger listen localaddr localport login maxbw " +
  "maxfps mode monitor overrun_nonfatal pbkeylen peerlatency pkt_size port profile profileid proto protocol quality rate rcvlatency " +
  "real_stream reorder_queue_size resolution reuse rtsp_transport scale seq sessiontimeout size starttime stream streamtype substream " +
  "subtype tcp timeout track trackid transport transportmode transtype ttl type udp unicast user username usr video videocodec view width"
).split(" ");
const harmless = new Set(harmlessNames);

const secretNames = "pass|pwd|psw|psk|pw|secret|token|key|sig|auth|cred|sess|sid|streamid|hash|jwt|pin|code";
const secretName = new RegExp(secretNames, "i");
/** In a path: /user=admin&password=…&channel=1, /user=admin_password=…_channel=1_stream=0.sdp. A password ends where something harmless begins. */
const secretInPath = new RegExp(`([\\w.-]{0,40}(?:${secretNames})[\\w.-]{0,40}=)(.*?)(?=[&_;,/](?:${harmlessNames.join("|")})=|$)`, "gis");
/** In a path: /0/user:password/main. */
const loginInPath = /(\/[^/:]+:)(?!\/\/)([^/]+)/g;
/** In a path: /token/…/live.m3u8. */
const secretPartInPath = /(\/(?:api-?key|auth|key|pass(?:word)?|pwd|secret|sig(?:nature)?|token)\/)([^/]+)/gi;
/** In a path: /live/user/password/1.ts, as providers of television have it. */
const subscriberInPath = /^(\/(?:live|movie|series|timeshift)\/[^/]+\/)([^/]+)(?=\/(?:.+\/)?\d+(?:\.\w+)?$)/i;
/** Another address, as a proxy or an archive has it in its path. */
const addressInPath = /^(.*?\/)([a-z][a-z0-9+._-]{0,20}:\/\/.*)$/is;

const rtmp = /^rtmp(?:e|s|t|te|ts)?:/i;
/** An RTMP address that ends with one of these has its stream key elsewhere. */
const rtmpApplication = /^\/(?:app|live|live2|rtmp|stream)?\/?$/i;

const certainHost = /^(?:\[[\da-f:.]+(?:%[^\]]*)?\]|\d{1,3}(?:\.\d{1,3}){3}|localhost)(?::\d*)?$/i;
const dottedHost = /^[a-z\d-]+(?:\.[a-z\d-]+)+(?::\d*)?$/i;

/** A whole text that is one address, with nothing in front of it or after it: whatever stands in its password. */
export function showAddress(address: string): string {
  return veil(address, () => hidden);
}

/** @param hide is told each secret, and returns what stands in its place */
export function veil(address: string, hide: Hide): string {
  const [, scheme = "", rest = ""] = /^([a-z][a-z0-9+._-]*:\/\/)?(.*)$/is.exec(address) ?? [];
  if (/^file:/i.test(scheme)) return address;
  if (rest.length > longest) return scheme + hide(rest);
  const at = endOfLogin(rest);
  const [, host = "", path = "", query = "", fragment = ""] = /^([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(rest.slice(at + 1)) ?? [];
  return [
    scheme,
    at < 0 ? "" : `${veilLogin(rest.slice(0, at), hide)}@`,
    scheme === "" ? host : veilPort(host, hide),
    veilPath(path, rtmp.test(scheme), hide),
    query &&
      `?${query
        .slice(1)
        .split(/(?<=[&;])/)
        .map((part) => veilPair(part, hide))
        .join("")}`,
    fragment.length > 1 ? `#${hide(fragment.slice(1))}` : fragment,
  ].join("");
}

/**
 * Where the @ is that ends user and password; -1 without one. A password that was not percent-encoded may hold an @, and
 * whatever else ends the host in RFC 3986, section 3.2: the last @ counts, unless a host stands before it for certain.
 */
function endOfLogin(rest: string): number {
  const authority = (/^[^/?#]*/.exec(rest) as RegExpExecArray)[0];
  const inAuthority = authority.lastIndexOf("@");
  const last = rest.lastIndexOf("@");
  const host = authority.slice(inAuthority + 1);
  if (certainHost.test(host) || (inAuthority < 0 && !authority.includes(":"))) return inAuthority;
  // user:password@cam.example/1?mail=me@example
  const inQuery = /[?&][\w.-]+=[^&]*$/.test(rest.slice(0, last)) && !/^\d+\.\d+\.\d+\.\d+|^\[/.test(rest.slice(last + 1));
  if (dottedHost.test(host) && inQuery) return inAuthority;
  return last;
}

function veilLogin(login: string, hide: Hide): string {
  const [, user = "", password] = /^([^:]*)(?::(.*))?$/s.exec(login) ?? [];
  // Alone it may be a token.
  const harmlessUser = password ? /^[\w.-]{0,32}$/.test(user) && !looksRandom(user) : /^[a-z._-]{0,16}$/i.test(user);
  const shown = harmlessUser ? user : hide(user);
  return password === undefined ? shown : `${shown}:${hide(password)}`;
}

/** rtsp://admin:secret, where the host was forgotten. */
function veilPort(host: string, hide: Hide): string {
  return certainHost.test(host) ? host : host.replace(/:(?!\d*$)(.*)$/s, (_, port: string) => `:${hide(port)}`);
}

function veilPath(path: string, hasStreamKey: boolean, hide: Hide): string {
  const nested = addressInPath.exec(path);
  if (nested) return veilPath(nested[1] as string, hasStreamKey, hide) + veil(nested[2] as string, hide);
  const plain = decoded(path);
  const veiled = plain
    .replace(secretInPath, (_, name: string, secret: string) => name + hide(secret))
    .replace(subscriberInPath, (_, user: string, secret: string) => user + hide(secret))
    .replace(secretPartInPath, (_, name: string, secret: string) => name + hide(secret))
    .replace(loginInPath, (_, user: string, secret: string) => user + hide(secret))
    .replace(/[^/]+/g, (part) => (looksRandom(part) ? hide(part) : part));
  const keyed =
    hasStreamKey && !rtmpApplication.test(plain) ? veiled.replace(/^(\/[^/]+\/|\/)(.+)$/s, (_, app: string, key: string) => app + hide(key)) : veiled;
  return keyed === plain ? path : keyed.replace(/[\s'"]/g, encodeURIComponent);
}

/** @param part name=value or a name alone, and what separates it from the next */
function veilPair(part: string, hide: Hide): string {
  const [, name = "", equals = "", value = "", separator = ""] = /^([^=&;]*)(=?)([^&;]*)([&;]?)$/s.exec(part) ?? [];
  if (name + value === "") return part;
  if (harmless.has(decoded(name).toLowerCase()) && isHarmlessValue(value)) return part;
  // A token may end with = as base64 does.
  const isName = equals !== "" && /^[\w.-]{1,40}$/.test(name) && !looksRandom(name) && (value !== "" || secretName.test(name));
  return (isName ? `${name}=${hide(value)}` : hide(name + equals + value)) + separator;
}

function isHarmlessValue(value: string): boolean {
  // user:password has a colon, and so has 12:00:00.
  return /^(?:[\w.,+-]|(?<=\d):(?=\d)){0,40}$/.test(value) && !looksRandom(value);
}

/** 16 letters and digits that change more than once, as in no word; a UUID; or 32 of any. */
function looksRandom(text: string): boolean {
  if (/[\da-f]{8}-[\da-f]{4}-/i.test(text)) return true;
  const words = text.match(/[a-z\d]{16,}/gi) ?? [];
  return words.some((word) => word.length >= 32 || (word.match(/\d(?=[a-z])|[a-z](?=\d)/gi) ?? []).length > 1);
}

/** As often as it is encoded; as it is, where that is no percent-encoding. */
export function decoded(text: string): string {
  let plain = text;
  try {
    for (let times = 0; times < 3 && plain.includes("%"); times++) plain = decodeURIComponent(plain);
  } catch {
    // A lone %: this far it was encoded.
  }
  return plain;
}
