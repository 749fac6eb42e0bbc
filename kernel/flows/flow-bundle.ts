/** A flow as a MIME bundle: for the extension, for nbconvert and GitHub, and for everything else. */
import { FLOW_MIME, packFlow, type FlowSnapshot } from "../../protocol/flow-snapshot.ts";
import { drawSvg } from "../../layout/draw-svg.ts";

/** All that an output should hold. */
export function flowBundle(snapshot: FlowSnapshot): { readonly [mimeType: string]: unknown } {
  const tasks = snapshot.nodes.filter((node) => node.kind !== "constant");
  const lines = tasks.slice(0, 20).map((node) => `  ${node.id}: ${node.state ?? "Pending"}`);
  if (tasks.length > lines.length) lines.push(`  … ${tasks.length - lines.length} more`);
  const text = [`Flow "${snapshot.name}"${snapshot.state === undefined ? "" : `: ${snapshot.state}`}, ${tasks.length} ${tasks.length === 1 ? "task" : "tasks"}`, ...lines].join("\n");
  return { [FLOW_MIME]: packFlow(snapshot), "image/svg+xml": drawSvg(snapshot), "text/plain": text };
}
