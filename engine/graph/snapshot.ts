/** A flow as data: what pictures, saved notebooks and servers get. */
import { hash } from "node:crypto";
import { FLOW_SNAPSHOT_VERSION, type FlowEdge, type FlowNode, type FlowSnapshot } from "../../protocol/flow-snapshot.ts";
import type { StateName } from "../../protocol/states.ts";
import { constantName } from "../task/constant.ts";
import { Parameter } from "../task/parameter.ts";
import type { Task } from "../task/task.ts";
import type { FlowGraph } from "./flow-graph.ts";

/** Identity and last states, which the graph itself does not know. */
export interface SnapshotOptions {
  readonly flowId: string;
  /** Last state of a task; undefined: Pending. */
  readonly stateOf?: (task: Task) => StateName | undefined;
  /** Of a mapped task that ran: how many children are in which state. */
  readonly childrenOf?: (task: Task) => FlowNode["children"];
  /** State of the last flow run. */
  readonly state?: StateName;
}

/** Node id of a constant input. */
export const constantId = (slug: string, key: string): string => `${slug}:${key}`;

/** Takes a snapshot; also of a graph that does not validate. Linear in its size. */
export function flowSnapshot(graph: FlowGraph, { flowId, stateOf, childrenOf, state }: SnapshotOptions): FlowSnapshot {
  const nodes: FlowNode[] = [];
  const indices = new Map<Task, number>();
  const structure: unknown[] = [];
  for (const task of graph.tasks) {
    const { slug } = graph.node(task);
    const kind = task instanceof Parameter ? "parameter" : undefined;
    indices.set(task, nodes.length);
    const taskState = stateOf?.(task);
    const children = childrenOf?.(task);
    nodes.push({ id: slug, name: task.name, ...(kind && { kind }), ...(taskState !== undefined && taskState !== "Pending" && { state: taskState }), ...(children && { children }) });
    structure.push(slug, task.name, kind);
  }
  const edges: FlowEdge[] = [];
  for (const task of graph.tasks) {
    const { upstream, constants, slug } = graph.node(task);
    const to = indices.get(task) as number;
    for (const { upstreamTask, key, mapped, flattened } of upstream) {
      const from = indices.get(upstreamTask) as number;
      if (mapped || flattened) edges.push([from, to, key, mapped ? "mapped" : "flattened"]);
      else edges.push(key === null ? [from, to] : [from, to, key]);
    }
    for (const { key, value } of constants) {
      const name = constantName(value);
      edges.push([nodes.length, to, key]);
      nodes.push({ id: constantId(slug, key), name, kind: "constant" });
      structure.push(name);
    }
  }
  return {
    version: FLOW_SNAPSHOT_VERSION, flowId, name: graph.name, graph: hash("sha256", JSON.stringify([structure, edges]), "hex").slice(0, 12), nodes, edges,
    ...(state !== undefined && { state }),
  };
}
