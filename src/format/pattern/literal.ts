/** What stands in every text that a pattern is in: bytes can be looked for so fast that the pattern is asked of few. Pure. */
import type { Node } from "./parse.ts";

/** The longest text that must be there; "" where there is none. */
export function literalOf(tree: Node): string {
  let longest = "";
  let current = "";
  const end = () => {
    if (current.length > longest.length) longest = current;
    current = "";
  };
  const walk = (node: Node): void => {
    if (node.kind === "cat") for (const inner of node.of) walk(inner);
    else if (node.kind === "set") {
      const [only, ...others] = node.ranges;
      if (only && others.length === 0 && only[0] === only[1]) current += String.fromCodePoint(only[0]);
      else end();
    } else if (node.kind === "repeat") {
      // Once at least it may be there, and nobody knows what stands before and after it.
      end();
      if (node.least > 0) walk(node.of);
      end();
    } else if (node.kind === "or") end();
  };
  walk(tree);
  end();
  return longest;
}
