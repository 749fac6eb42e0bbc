/**
 * A flow as it crosses a process border and as a notebook saves it: the whole graph with the last states, so that a
 * picture can be drawn without a kernel. Small and stable: no times, no logs, nothing random (no noise in git).
 */
import type { StateName } from "./states.ts";

/** MIME type of a {@link FlowSnapshot} in a notebook's output. */
export const FLOW_MIME = "application/vnd.flowlet.flow+json";

/** Version of {@link FlowSnapshot} that this code writes. A reader refuses a newer one with a clear message. */
export const FLOW_SNAPSHOT_VERSION = 1;

/** What a node is; decides its shape. */
export type NodeKind = "task" | "parameter" | "constant";

/** One task of the flow. */
export interface FlowNode {
  /** The task's slug: unique in the flow, equal after a rebuild. Constants folded into an input: `slug of the task:input name`. */
  readonly id: string;
  /** Display name; not unique. A constant's is its short value. */
  readonly name: string;
  /** Default `"task"`. */
  readonly kind?: NodeKind;
  /** Last state. Default `"Pending"`. Constants have none. */
  readonly state?: StateName;
  /** Of a mapped task: how many children are in which state. */
  readonly children?: { readonly [State in StateName]?: number };
}

/** One dependency: indices into {@link FlowSnapshot.nodes}, then the input it feeds (absent: order only), then its kind. */
export type FlowEdge =
  | readonly [from: number, to: number]
  | readonly [from: number, to: number, key: string]
  | readonly [from: number, to: number, key: string | null, kind: "mapped" | "flattened"];

/** A flow with its last states. */
export interface FlowSnapshot {
  readonly version: number;
  /** Names the flow within its kernel, also after the cell that makes it ran again. */
  readonly flowId: string;
  readonly name: string;
  /** Hash of the structure (nodes and edges without states): the key of a layout. */
  readonly graph: string;
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
  /** State of the last flow run; absent when it never ran. */
  readonly state?: StateName;
}

/**
 * Checks data that claims to be a snapshot (a saved notebook may be damaged or newer).
 * @returns the snapshot, or one sentence that says what is wrong and what to do
 */
export function readFlowSnapshot(data: unknown): FlowSnapshot | string {
  if (typeof data !== "object" || data === null) return "This saved graph is damaged (not an object). Run its cell again.";
  const flow = data as { [Key in keyof FlowSnapshot]?: unknown };
  if (typeof flow.version !== "number") return "This saved graph is damaged (it has no version). Run its cell again.";
  if (flow.version > FLOW_SNAPSHOT_VERSION) {
    return `This graph was saved by a newer Flowlet (format ${flow.version}; this one reads up to ${FLOW_SNAPSHOT_VERSION}). Update Flowlet, or run its cell again.`;
  }
  const damaged = (what: string) => `This saved graph is damaged (${what}). Run its cell again.`;
  if (typeof flow.flowId !== "string" || typeof flow.name !== "string" || typeof flow.graph !== "string") {
    return damaged("flowId, name or graph is missing");
  }
  if (!Array.isArray(flow.nodes) || !Array.isArray(flow.edges)) return damaged("nodes or edges are missing");
  const ids = new Set<string>();
  for (const node of flow.nodes as unknown[]) {
    const { id, name } = (node ?? {}) as Partial<FlowNode>;
    if (typeof id !== "string" || typeof name !== "string") return damaged("a node has no id or name");
    if (ids.has(id)) return damaged(`two nodes have the id ${id}`);
    ids.add(id);
  }
  for (const edge of flow.edges as unknown[]) {
    if (!Array.isArray(edge) || !isIndex(edge[0], ids.size) || !isIndex(edge[1], ids.size)) {
      return damaged("an edge joins nodes that do not exist");
    }
  }
  return flow as FlowSnapshot;
}

function isIndex(value: unknown, length: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < length;
}
