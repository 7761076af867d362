/**
 * JSON as a tree of what stands in it: numbers with every digit, names in their order, the same name twice. JSON.parse
 * would round 9007199254740993 and sort names that are numbers. Pure.
 */
import { isJson } from "../../../format/lenient-json.ts";

export type JsonNode =
  | { kind: "object"; entries: { name: string; node: JsonNode }[] }
  | { kind: "array"; items: JsonNode[] }
  /** With its quotation marks and escapes. */
  | { kind: "string"; text: string }
  /** A number, or true, false, null, NaN, Infinity. */
  | { kind: "word"; text: string };

type Branch = Extract<JsonNode, { kind: "object" | "array" }>;

const tokens = /"(?:[^"\\]|\\.)*"|-?[\w.][\w.+-]*|[{}[\]]/g;

/** undefined where the text is no JSON, or is only a word or a text: that is no tree. */
export function jsonNodes(text: string): JsonNode | undefined {
  if (!/^[\s\ufeff]*[{[]/.test(text) || !isJson(text)) return undefined;
  const open: { node: Branch; name: string | undefined }[] = [];
  let root: JsonNode | undefined;
  const put = (node: JsonNode) => {
    const inside = open.at(-1);
    if (!inside) root = node;
    else if (inside.node.kind === "array") inside.node.items.push(node);
    else {
      inside.node.entries.push({ name: inside.name ?? "", node });
      inside.name = undefined;
    }
  };
  for (const [token] of text.matchAll(tokens)) {
    const inside = open.at(-1);
    if (token === "}" || token === "]") open.pop();
    else if (token === "{" || token === "[") {
      const node: Branch = token === "{" ? { kind: "object", entries: [] } : { kind: "array", items: [] };
      put(node);
      open.push({ node, name: undefined });
    } else if (token.startsWith('"') && inside?.node.kind === "object" && inside.name === undefined) inside.name = JSON.parse(token) as string;
    else put({ kind: token.startsWith('"') ? "string" : "word", text: token });
  }
  return root;
}

export function sizeOfNode(node: JsonNode): number {
  return node.kind === "object" ? node.entries.length : node.kind === "array" ? node.items.length : 0;
}
