/** The key of a task run from what is known of its upstream tasks; a run and a plan make it alike. */
import { hash } from "node:crypto";
import type { Edge } from "../graph/edge.ts";
import { constantsOf, type GraphNode } from "../graph/graph-node.ts";
import { reason } from "../results/reason.ts";
import { Mapped, type State } from "../state.ts";
import { Parameter } from "../task/parameter.ts";
import type { CacheOptions } from "../task/task-options.ts";
import type { Task } from "../task/task.ts";
import { shorten } from "./content.ts";
import { OWN_KEY, PARAMETER_VALUE } from "./input-reason.ts";
import { HAS_RUN, type KeyMaker, type KnownResult, type TaskKey } from "./task-key.ts";

/** A task run, or one that is planned. */
export interface KeyedRun {
  readonly node: GraphNode;
  readonly task: Task;
  /** State at the other end of each of the node's upstream edges, in their order; of a mapped child that of its element. */
  readonly upstream: readonly State[];
  /** Names of the inputs in the order of the function's parameters. */
  readonly names: readonly string[];
  /** Index of a mapped child. */
  readonly mapIndex: number | null;
}

const NO_KEYS: readonly (string | null)[] = [];

/** @param parameters of the flow run, with the defaults of those that were not given */
export function makeKey(run: KeyedRun, parameters: Readonly<Record<string, unknown>>, keys: KeyMaker): TaskKey {
  const { node, upstream, task } = run;
  if (typeof task.cache === "object" && task.cache?.key !== undefined) return makeOwnKey(run, task.cache.key, keys);
  let count = node.constants.length + (task instanceof Parameter ? 1 : 0);
  for (let i = 0; i < upstream.length; i++) if (node.upstream[i].key !== null) count++;
  const names = new Array<string>(count);
  const contents = new Array<string>(count);
  let upstreamKeys: (string | null)[] | null = null;
  let acted: string | null = null;
  let at = 0;
  for (let i = 0; i < upstream.length; i++) {
    const edge = node.upstream[i];
    if (edge.key === null) {
      const key = upstreamKey(run, keys, edge, upstream[i]);
      if (key === null) acted ??= edge.upstreamTask.name;
      (upstreamKeys ??= []).push(key);
      continue;
    }
    const id = upstreamContent(run, keys, edge, upstream[i]);
    if (id === null) return { key: null, reason: `unknown: the value of input \`${edge.key}\` can not be looked into` };
    names[at] = edge.key;
    contents[at++] = id;
  }
  for (let i = 0; i < node.constants.length; i++) {
    const { key, value } = node.constants[i];
    const id = keys.content(value);
    if (id === null) return { key: null, reason: `unknown: the value of input \`${key}\` can not be looked into` };
    names[at] = key;
    contents[at++] = id;
  }
  if (task instanceof Parameter) {
    const id = keys.content(parameters[task.name]);
    if (id === null) return { key: null, reason: "unknown: its value can not be looked into" };
    names[at] = PARAMETER_VALUE;
    contents[at] = id;
  }
  const made = keys.key({ task, node, keys: keys.sharedNames(names), contents, names: run.names, upstreamKeys: upstreamKeys ?? NO_KEYS, isChild: run.mapIndex !== null });
  return acted === null || made.key !== null || made.reason !== HAS_RUN ? made : { key: null, reason: `follows \`${acted}\`, which has run` };
}

/** Of a task with `cache.key`, which says what its inputs count by. */
function makeOwnKey(run: KeyedRun, own: NonNullable<CacheOptions["key"]>, keys: KeyMaker): TaskKey {
  const { node, upstream, task } = run;
  const inputs: Record<string, unknown> = constantsOf(node);
  const upstreamKeys: (string | null)[] = [];
  upstream.forEach((state, index) => {
    const edge = node.upstream[index];
    if (edge.key === null) upstreamKeys.push(upstreamKey(run, keys, edge, state));
    else inputs[edge.key] = state.result;
  });
  let id: string | null;
  try {
    id = keys.content(typeof own === "function" ? own(inputs) : own);
  } catch (error) {
    return { key: null, reason: `unknown: its cache.key fails: ${reason(error)}` };
  }
  if (id === null) return { key: null, reason: "unknown: what its cache.key returns can not be looked into" };
  // The content of a short text is the text.
  if (node.upstream.some((edge) => edge.upstreamTask.hidesResult)) id = hash("sha256", id, "base64");
  return keys.key({ task, node, keys: [OWN_KEY], contents: [id], names: run.names, upstreamKeys, isChild: run.mapIndex !== null });
}

/** Tells the tasks downstream what a result is known by, and its content. */
export function settled(run: Pick<KeyedRun, "task" | "node" | "mapIndex">, keys: KeyMaker, known: KnownResult): void {
  if (run.mapIndex === null) {
    // Of a run nobody else asks; of a plan who looks for a single result does.
    if (run.node.downstream.length > 0 || !keys.remembers) keys.kept.set(run.task, known);
    return;
  }
  let children = keys.keptChildren.get(run.task);
  if (children === undefined) keys.keptChildren.set(run.task, (children = []));
  children[run.mapIndex] = known.key;
}

/** Of what is mapped over a child sees one element, and of what is flattened other elements: their content is not that of the whole. */
function upstreamContent(run: KeyedRun, keys: KeyMaker, edge: Edge<Task>, state: State): string | null {
  if (edge.flattened || (edge.mapped && run.mapIndex !== null)) return resultContent(keys, edge, state);
  const kept = keys.kept.get(edge.upstreamTask);
  if (kept !== undefined) return kept.content;
  let id = keys.contents.get(edge.upstreamTask);
  if (id === undefined) keys.contents.set(edge.upstreamTask, (id = resultContent(keys, edge, state)));
  return id;
}

function resultContent(keys: KeyMaker, edge: Edge<Task>, state: State): string | null {
  const id = keys.content(state.result);
  // The content of a short text is the text.
  return id !== null && edge.upstreamTask.hidesResult ? hash("sha256", id, "base64") : id;
}

function upstreamKey(run: KeyedRun, keys: KeyMaker, edge: Edge<Task>, state: State): string | null {
  const children = keys.keptChildren.get(edge.upstreamTask);
  if (edge.mapped && run.mapIndex !== null) return children?.[run.mapIndex] ?? null;
  if (!(state instanceof Mapped)) return keys.kept.get(edge.upstreamTask)?.key ?? null;
  let joined = keys.keptParents.get(edge.upstreamTask);
  if (joined === undefined) {
    const all = state.mapStates.map((_, index) => children?.[index] ?? null);
    keys.keptParents.set(edge.upstreamTask, (joined = all.includes(null) ? null : shorten(`mapped\n${all.join("\n")}`)));
  }
  return joined;
}
