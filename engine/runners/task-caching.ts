/** Steps of the task pipeline that keep results between runs and use them again. */
import { hash } from "node:crypto";
import type { TaskLog } from "../../protocol/comm-messages.ts";
import { shorten } from "../cache/content.ts";
import type { KeptResult } from "../cache/result-cache.ts";
import { missReason, type KeyMaker, type TaskKey } from "../cache/task-key.ts";
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
  if (run.forced) {
    run.reason = "asked for";
    return state;
  }
  if (checkpointing && run.task.target !== null) {
    run.reason = "there is no result at its target";
    return state;
  }
  const kept = keys.cache.get(made.key);
  if (kept === undefined || kept === "changed") {
    run.reason = kept === "changed" ? "its kept result was changed by other code" : missReason(made.parts, made.last, run.mapIndex !== null);
    return state;
  }
  if (cache?.for !== undefined && kept.at + cache.for <= Date.now()) {
    run.reason = `expired ${clock(kept.at + cache.for)}`;
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
  run.reason = made.outside.length === 0 ? "kept" : `kept, from outside: ${made.outside.join(", ")}`;
  for (const log of kept.logs) run.record({ ...log, kept: true });
  const cached = endRun(run, new Cached(`Kept from ${clock(kept.at)}, saved ${formatDuration(kept.duration)}.`, kept.value, { cachedInputs: run.inputs, storedInputs: secretInputs(run) }));
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
  const { id, size } = keys.content(state.result);
  if (id === null) {
    if (run.mapIndex === null) keys.contents.set(run.task, null);
    return state;
  }
  const logs = run.logs.length === 0 ? NO_LOGS : run.logs.filter((log) => !log.kept);
  const validated = run.task.cacheFor === null ? {} : { validated: { inputs: inputsToCompare(run), parameters: run.flowRun.parameters } };
  settled(run, keys, keys.cache.set({ key, value: state.result, content: id, size, logs, duration: run.duration, at: Date.now(), ...validated }));
  return state;
}

const NO_LOGS: readonly TaskLog[] = [];

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

const NO_KEYS: readonly (string | null)[] = [];

function makeKey(run: TaskRun, keys: KeyMaker): TaskKey {
  const { node, upstream, task } = run;
  const names: string[] = [];
  const contents: string[] = [];
  let upstreamKeys: (string | null)[] | null = null;
  for (let i = 0; i < upstream.length; i++) {
    const edge = node.upstream[i];
    if (edge.key === null) {
      (upstreamKeys ??= []).push(upstreamKey(run, keys, edge, upstream[i]));
      continue;
    }
    const id = upstreamContent(run, keys, edge, upstream[i]);
    if (id === null) return { key: null, reason: `unknown: the value of input ${edge.key} can not be looked into` };
    names.push(edge.key);
    contents.push(id);
  }
  for (const [key, value] of node.constants) {
    const { id } = keys.content(value);
    if (id === null) return { key: null, reason: `unknown: the value of input ${key} can not be looked into` };
    names.push(key);
    contents.push(id);
  }
  if (task instanceof Parameter) {
    const { id } = keys.content((run.flowRun.options.parameters as Record<string, unknown>)[task.name]);
    if (id === null) return { key: null, reason: "unknown: its value can not be looked into" };
    names.push("value");
    contents.push(id);
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
  const { id } = keys.content(state.result);
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

let clockSecond = 0;
let clockText = "";

/** `14:02:11`; the latest second is remembered: a run of many kept tasks asks for it many times. */
function clock(at: number): string {
  const second = Math.floor(at / 1000);
  if (second !== clockSecond) {
    clockSecond = second;
    clockText = new Date(at).toTimeString().slice(0, 8);
  }
  return clockText;
}

/** `12 ms`, `8.2 s`, `3 min 5 s` */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`;
}

/** The task starts: from here on its function runs. */
export function setTaskToRunning(run: TaskRun, state: State): State {
  return state.isPending() ? new Running("Starting task run.") : endRun(run, state);
}
