/** JSON as a tree whose branches open and shut. */
import { useState } from "preact/hooks";
import { legible } from "../../../format/visible-text.ts";
import { plural } from "../../parts/words.ts";
import { type JsonNode, sizeOfNode } from "./json-nodes.ts";

/** Of a longer list the first are shown, and so many more at a time. */
const shownAtOnce = 100;
/** What is small or near the root is open. */
const openDepth = 2;
const openItems = 12;

export function JsonTree({ node }: { node: JsonNode }) {
  return (
    <div class="json-tree">
      <Branch node={node} depth={0} />
    </div>
  );
}

function Branch({ node, depth, name }: { node: JsonNode; depth: number; name?: string }) {
  const [open, setOpen] = useState(depth < openDepth || sizeOfNode(node) <= openItems);
  const [most, setMost] = useState(shownAtOnce);
  const label = name !== undefined && (
    <>
      <span class="name">{name}</span>:{" "}
    </>
  );
  if (node.kind === "string" || node.kind === "word")
    return (
      <p>
        {label}
        <span class={node.kind}>{node.kind === "string" ? legible(node.text) : node.text}</span>
      </p>
    );
  const children = node.kind === "object" ? node.entries : node.items.map((item, i) => ({ name: String(i), node: item }));
  const [begin, end] = node.kind === "object" ? ["{", "}"] : ["[", "]"];
  if (children.length === 0)
    return (
      <p>
        {label}
        {begin}
        {end}
      </p>
    );
  return (
    <details open={open} onToggle={(event) => event.target === event.currentTarget && setOpen(event.currentTarget.open)}>
      <summary>
        {label}
        {begin}
        {!open && "…"}
        {!open && end} <span class="dim">{plural(children.length, node.kind === "object" ? "field" : "item")}</span>
      </summary>
      {open && (
        <ul>
          {children.slice(0, most).map((child, i) => (
            <li key={i}>
              <Branch node={child.node} name={child.name} depth={depth + 1} />
            </li>
          ))}
          {children.length > most && (
            <li>
              <button type="button" class="tool" onClick={() => setMost(most + 10 * shownAtOnce)}>
                {plural(children.length - most, "more item")}
              </button>
            </li>
          )}
        </ul>
      )}
    </details>
  );
}
