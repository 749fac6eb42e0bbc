/** Steps of the task pipeline that keep results between runs and use them again. */
import { hash } from "node:crypto";
import type { TaskLog } from "../../protocol/comm-messages.ts";
import { shorten } from "../cache/content.ts";
import type { Dependency } from "../cache/dependency.ts";
import { formatClock, formatDuration } from "../cache/format-time.ts";
import { lookUpKept } from "../cache/kept-lookup.ts";
import type { KeptResult } from "../cache/kept-result.ts";
import type { KeyMaker, TaskKey } from "../cache/task-key.ts";
import type { Edge } from "../graph/edge.ts";
import { Mapped, Cached, Running, type State } from "../state.ts";
import { Parameter } from "../task/parameter.ts";
import type { Task } from "../task/task.ts";
import { inputsToCompare, refusedByValidator, secretInputs } from "./session-caching.ts";
import { endRun } from "./task-checks.ts";
import { storeResult } from "./task-results.ts";
import type { TaskRun } from "./task-run.ts";

/** A kept result whose key is the task's now ends the run as Cached; else the reason why the task runs is noted. */
export function checkKeptResult(run: TaskRun, state: State): State | Promise<State> {
  const { keys, checkpointing } = run.flowRun;
  if (keys === null) return state;
  if (run.task.target !== null && state.isCached()) return state;
  const { cache, hidesResult } = run.task;
  if (cache === false || hidesResult) {
    run.reason = hidesResult ? "its result is a secret" : "it is told not to keep its result";
    return state;
  }
  const made = makeKey(run, keys);
  if (made.key === null) {
    run.reason = made.reason;
    return state;
  }
  run.keyParts = made.parts;
  run.key = made.key;
  run.outside = made.outside;
  if (run.forced) {
    run.reason = "asked for";
    return state;
  }
  if (checkpointing && run.task.target !== null) {
    run.reason = "there is no result at its target";
    return state;
  }
  const kept = lookUpKept(keys.cache, made, cache, run.mapIndex !== null);
  if (typeof kept === "string") {
    run.reason = kept;
    return state;
  }
  const refused = refusedByValidator(run, kept);
  if (refused !== null) {
    run.reason = refused;
    return state;
  }
  run.keyParts = null;
  settled(run, keys, kept);
  run.duration = kept.duration;
  run.reason = kept.outside.length === 0 ? "kept" : `kept, from outside: ${kept.outside.join(", ")}`;
  for (const log of kept.logs) run.record({ ...log, kept: true });
  const cached = endRun(run, new Cached(keptMessage(kept), kept.value, { cachedInputs: run.inputs, storedInputs: secretInputs(run) }));
  return checkpointing ? storeResult(run, cached) : cached;
}

/** Keeps a successful result under the key made before the attempt, if what it depends on is still the same. */
export function keepResult(run: TaskRun, state: State): State {
  const { keys } = run.flowRun;
  if (keys === null) return state;
  keys.userCodeRan();
  const { key, keyParts } = run;
  if (keyParts === null || key === null || !state.isSuccessful() || state.isSkipped() || state instanceof Mapped) return state;
  run.keyParts = null;
  if (state.result === undefined) {
    run.reason = "it returns nothing, so it acts: it runs every time";
    return state;
  }
  if (!keys.stillSame(run.task, keyParts)) {
    run.reason = `${run.reason}; not kept, because its code changed while it ran`;
    return state;
  }
  const { id, size } = keys.sizedContent(state.result);
  if (id === null) {
    if (run.mapIndex === null) keys.contents.set(run.task, null);
    return state;
  }
  const logs = run.logs.length === 0 ? NO_LOGS : run.logs.filter((log) => !log.kept);
  const validated = run.task.cacheFor === null ? undefined : { inputs: inputsToCompare(run), parameters: run.flowRun.parameters };
  const { slug } = run.node;
  settled(run, keys, keys.cache.set({
    key, value: state.result, content: id, size, logs, outside: run.outside, dependencies: NO_DEPENDENCIES, duration: run.duration, at: state.at, flow: run.flowRun.graph.name, slug, mapIndex: run.mapIndex, validated, usedAt: 0,
  }));
  return state;
}

const NO_LOGS: readonly TaskLog[] = [];
const NO_DEPENDENCIES: readonly Dependency[] = [];

/** Tells the tasks downstream what the result is known by, and its content. */
function settled(run: TaskRun, keys: KeyMaker, kept: KeptResult): void {
  if (run.mapIndex === null) {
    keys.kept.set(run.task, kept);
    return;
  }
  let children = keys.keptChildren.get(run.task);
  if (children === undefined) keys.keptChildren.set(run.task, (children = []));
  children[run.mapIndex] = kept.key;
}

let lastTexts = { clock: "", duration: "", message: "" };

/** Many kept tasks of a run were kept at the same second and are as short: they have one message. */
function keptMessage({ at, duration: milliseconds }: KeptResult): string {
  const clock = formatClock(at), duration = formatDuration(milliseconds);
  if (lastTexts.clock !== clock || lastTexts.duration !== duration) lastTexts = { clock, duration, message: `Kept from ${clock}, saved ${duration}.` };
  return lastTexts.message;
}

const NO_KEYS: readonly (string | null)[] = [];

function makeKey(run: TaskRun, keys: KeyMaker): TaskKey {
  const { node, upstream, task } = run;
  let count = node.constantNames.length + (task instanceof Parameter ? 1 : 0);
  for (let i = 0; i < upstream.length; i++) if (node.upstream[i].key !== null) count++;
  const names = new Array<string>(count);
  const contents = new Array<string>(count);
  let upstreamKeys: (string | null)[] | null = null;
  let at = 0;
  for (let i = 0; i < upstream.length; i++) {
    const edge = node.upstream[i];
    if (edge.key === null) {
      (upstreamKeys ??= []).push(upstreamKey(run, keys, edge, upstream[i]));
      continue;
    }
    const id = upstreamContent(run, keys, edge, upstream[i]);
    if (id === null) return { key: null, reason: `unknown: the value of input ${edge.key} can not be looked into` };
    names[at] = edge.key;
    contents[at++] = id;
  }
  for (let i = 0; i < node.constantNames.length; i++) {
    const key = node.constantNames[i];
    const id = keys.content(node.constants.get(key));
    if (id === null) return { key: null, reason: `unknown: the value of input ${key} can not be looked into` };
    names[at] = key;
    contents[at++] = id;
  }
  if (task instanceof Parameter) {
    const id = keys.content((run.flowRun.options.parameters as Record<string, unknown>)[task.name]);
    if (id === null) return { key: null, reason: "unknown: its value can not be looked into" };
    names[at] = "value";
    contents[at] = id;
  }
  return keys.key({ task, node, keys: names, contents, names: run.names, upstreamKeys: upstreamKeys ?? NO_KEYS, isChild: run.mapIndex !== null });
}

/** Of what is mapped over a child sees one element, and of what is flattened other elements: their content is not that of the whole. */
function upstreamContent(run: TaskRun, keys: KeyMaker, edge: Edge<Task>, state: State): string | null {
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

function upstreamKey(run: TaskRun, keys: KeyMaker, edge: Edge<Task>, state: State): string | null {
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

/** The task starts: from here on its function runs. */
export function setTaskToRunning(run: TaskRun, state: State): State {
  return state.isPending() ? new Running("Starting task run.") : endRun(run, state);
}
