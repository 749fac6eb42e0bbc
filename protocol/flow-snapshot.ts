/**
 * A flow as it crosses a process border and as a notebook saves it: the whole graph with the last states, so that a
 * picture can be drawn without a kernel. Small and stable: no times, no logs, nothing random (no noise in git).
 */
import type { StateName } from "./states.ts";
import type { SavedPlan } from "./verdict.ts";

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

/** Where a flow, or a run of it, is to be seen on a server. */
export interface FlowLink {
  /** Its page: http or https. */
  readonly url: string;
  /** The project that the flow is registered in. */
  readonly project?: string;
  /** Of a registered flow, from 1. */
  readonly version?: number;
  /** Name of the run on the server that the picture shows; absent where it shows the notebook's own runs. */
  readonly run?: string;
}

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
  /** Of an output that shows a plan. */
  readonly plan?: SavedPlan;
  readonly link?: FlowLink;
}

/** The link of data that may be anybody's; undefined where it is none that a browser should follow. */
export function readFlowLink(data: unknown): FlowLink | undefined {
  const { url, project, version, run } = (typeof data === "object" && data !== null ? data : {}) as { readonly [Key in keyof FlowLink]?: unknown };
  if (typeof url !== "string" || !/^https?:\/\/[^\s/]/i.test(url)) return undefined;
  return { url, ...(typeof project === "string" && { project }), ...(typeof version === "number" && { version }), ...(typeof run === "string" && { run }) };
}

/**
 * A large {@link FlowSnapshot} as a notebook saves it: one line for each task instead of objects and arrays, because
 * notebooks are saved indented and every bracket becomes a line of its own (500 tasks: 20 KB instead of 160 KB, and a
 * changed state is one changed line).
 *
 * A line is fields between spaces: id, name (`-`: the id without its number; `=`: the id), kind and last state (`.`: never
 * ran; `@` before it: a parameter), then `#Success:3,Failed:1` for the children of a mapped task, then what feeds it in the
 * order of its edges: `x<3` is task 3, `<3` task 3 by order only, `x@3` mapped, `x+3` flattened, `y=1` a constant.
 * Spaces, `%` and control characters in names, and all but identifiers in keys, are percent-encoded.
 */
export interface PackedFlow extends Omit<FlowSnapshot, "nodes" | "edges"> {
  readonly tasks: readonly string[];
}

/** Up to this many nodes a snapshot is saved as it is, for whoever reads a notebook without us. */
const PACKED_FROM = 100;

/** The form to save. Small snapshots, and those that no line can tell exactly, stay as they are. */
export function packFlow(flow: FlowSnapshot): FlowSnapshot | PackedFlow {
  if (flow.nodes.length <= PACKED_FROM) return flow;
  const { nodes, edges, ...rest } = flow;
  const inputs: string[][] = nodes.map(() => []);
  for (const [from, to, key, kind] of edges) {
    const source = nodes[from]!;
    const name = encodeURIComponent((key ?? "").toWellFormed());
    if (source.kind === "constant") inputs[to]!.push(`${name}=${packText(source.name)}`);
    else inputs[to]!.push(`${name}${kind === "mapped" ? "@" : kind === "flattened" ? "+" : "<"}${from}`);
  }
  const tasks = nodes.flatMap((node, index) => {
    if (node.kind === "constant") return [];
    const name = node.name === node.id ? "=" : node.name === node.id.replace(/-\d+$/, "") ? "-" : `"${packText(node.name)}`;
    const children = node.children === undefined ? [] : [`#${Object.entries(node.children).map(([state, count]) => `${state}:${count}`).join()}`];
    return [[packText(node.id), name, `${node.kind === "parameter" ? "@" : ""}${node.state ?? "."}`, ...children, ...inputs[index]!].join(" ")];
  });
  const packed = { ...rest, tasks };
  return JSON.stringify(unpackFlow(packed)) === JSON.stringify({ ...rest, nodes, edges }) ? packed : flow;
}

function packText(text: string): string {
  return text.replace(/[%\s\u0000-\u001f\u007f]/g, encodeURIComponent);
}

/** @throws Error for lines that are not of the form */
function unpackFlow({ tasks, ...rest }: PackedFlow): FlowSnapshot {
  const nodes: FlowNode[] = [];
  const constants: FlowNode[] = [];
  const edges: FlowEdge[] = [];
  tasks.forEach((line, to) => {
    const [idField, nameField, stateField, ...fields] = line.split(" ");
    if (nameField === undefined || stateField === undefined) throw new Error("a line is too short");
    const id = decodeURIComponent(idField!);
    const name = nameField === "=" ? id : nameField === "-" ? id.replace(/-\d+$/, "") : decodeURIComponent(nameField.slice(1));
    const state = stateField.replace("@", "");
    const children = fields[0]?.startsWith("#") === true ? fields.shift()!.slice(1).split(",").filter(Boolean).map((entry) => entry.split(":")) : undefined;
    nodes.push({
      id, name, ...(stateField.startsWith("@") && { kind: "parameter" }), ...(state !== "." && { state: state as StateName }),
      ...(children !== undefined && { children: Object.fromEntries(children.map(([child, count]) => [child, Number(count)])) }),
    });
    for (const field of fields) {
      const parts = /^([^<=@+]*)([<=@+])(.*)$/s.exec(field);
      if (parts === null) throw new Error("an input is not one");
      const key = decodeURIComponent(parts[1]!);
      if (parts[2] === "=") {
        edges.push([tasks.length + constants.length, to, key]);
        constants.push({ id: `${id}:${key}`, name: decodeURIComponent(parts[3]!), kind: "constant" });
      } else {
        const from = Number(parts[3]);
        if (parts[2] === "<") edges.push(key === "" ? [from, to] : [from, to, key]);
        else edges.push([from, to, key === "" ? null : key, parts[2] === "@" ? "mapped" : "flattened"]);
      }
    }
  });
  return { ...rest, nodes: [...nodes, ...constants], edges };
}

/**
 * Checks data that claims to be a snapshot, packed or not (a saved notebook may be damaged or newer).
 * @returns the snapshot, or one sentence that says what is wrong and what to do
 */
export function readFlowSnapshot(data: unknown): FlowSnapshot | string {
  if (typeof data !== "object" || data === null) return "This saved graph is damaged (not an object). Run its cell again.";
  let flow = data as { [Key in keyof FlowSnapshot | "tasks"]?: unknown };
  if (typeof flow.version !== "number") return "This saved graph is damaged (it has no version). Run its cell again.";
  if (flow.version > FLOW_SNAPSHOT_VERSION) {
    return `This graph was saved by a newer Flowlet (format ${flow.version}; this one reads up to ${FLOW_SNAPSHOT_VERSION}). Update Flowlet, or run its cell again.`;
  }
  const damaged = (what: string) => `This saved graph is damaged (${what}). Run its cell again.`;
  if (typeof flow.flowId !== "string" || typeof flow.name !== "string" || typeof flow.graph !== "string") {
    return damaged("flowId, name or graph is missing");
  }
  if (Array.isArray(flow.tasks) && flow.tasks.every((line) => typeof line === "string")) {
    try {
      flow = unpackFlow(flow as unknown as PackedFlow);
    } catch {
      return damaged("the line of a task cannot be read");
    }
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
  return flow as unknown as FlowSnapshot;
}

function isIndex(value: unknown, length: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < length;
}
