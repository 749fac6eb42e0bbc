/** Why another input means another key, in words. */
import type { GraphNode } from "../graph/graph-node.ts";
import { Parameter } from "../task/parameter.ts";

/** Name under which the content of a parameter's value is part of its key. */
export const PARAMETER_VALUE = "value";

/** Name under which what a task's `cache.key` gives is part of its key. */
export const OWN_KEY = "cache.key";

/** "input `rows` differs"; of a parameter, also where a task gets it: "parameter `k`: 2 → 3". @param before content of the last time */
export function inputReason(node: GraphNode, name: string, before: string | undefined, now: string | undefined): string {
  if (name === OWN_KEY) return "what its cache.key gives differs";
  const parameter = node.task instanceof Parameter && name === PARAMETER_VALUE ? node.task : node.upstream.find((edge) => edge.key === name && edge.upstreamTask instanceof Parameter)?.upstreamTask;
  if (parameter === undefined) return `input \`${name}\` differs`;
  const from = shownContent(before), to = shownContent(now);
  return from === null || to === null ? `parameter \`${parameter.name}\` changed` : `parameter \`${parameter.name}\`: ${from} → ${to}`;
}

/** A short value from its content: the content of a short primitive is its text. Null for any other. */
function shownContent(content: string | undefined): string | null {
  if (content === undefined) return null;
  const rest = content.slice(1);
  switch (content[0]) {
    case "n": return rest;
    case "i": return `${rest}n`;
    case "s": return JSON.stringify(rest.slice(rest.indexOf(":") + 1));
    default: return { t: "true", f: "false", z: "null", u: "undefined" }[content] ?? null;
  }
}
