/** Steps of the task pipeline that keep results between runs and use them again. */
import { Mapped, Cached, Running, type State } from "../state.ts";
import { Parameter } from "../task/parameter.ts";
import type { KeyMaker, TaskKey } from "../cache/task-key.ts";
import { endRun } from "./task-checks.ts";
import type { TaskRun } from "./task-run.ts";

/** The key made before the attempt, until it settles. */
const pendingKeys = new WeakMap<TaskRun, TaskKey & { readonly key: string }>();

/** A kept result whose key is the task's now ends the run as Cached; else the reason why the task runs is noted. */
export function checkKeptResult(run: TaskRun, state: State): State {
  const { keys } = run.flowRun;
  if (keys === null) return state;
  if (run.task.cache === false) {
    run.reason = "it is told not to keep its result";
    return state;
  }
  const made = makeKey(run, keys);
  if (made.key === null) {
    run.reason = made.reason;
    return state;
  }
  pendingKeys.set(run, made);
  keys.cache.setLastParts(owner(run), made.parts);
  if (run.forced) {
    run.reason = "asked for";
    return state;
  }
  const kept = keys.cache.get(made.key);
  if (kept === undefined || kept === "changed") {
    run.reason = kept === "changed" ? "its kept result was changed by other code" : made.reason;
    return state;
  }
  const { cache } = run.task;
  const expires = typeof cache === "object" && cache?.for !== undefined ? kept.at + cache.for : Infinity;
  if (expires <= Date.now()) {
    run.reason = `expired ${clock(expires)}`;
    return state;
  }
  run.key = made.key;
  run.content = kept.content;
  run.duration = kept.duration;
  run.reason = made.outside.length === 0 ? "kept" : `kept, from outside: ${made.outside.join(", ")}`;
  for (const log of kept.logs) run.record({ ...log, kept: true });
  return endRun(run, new Cached(`Kept from ${clock(kept.at)}, saved ${formatDuration(kept.duration)}.`, kept.value, { cachedInputs: run.inputs }));
}

/** Keeps a successful result under the key made before the attempt, if what it depends on is still the same. */
export function keepResult(run: TaskRun, state: State): State {
  const { keys } = run.flowRun;
  if (keys === null) return state;
  keys.userCodeRan();
  const made = pendingKeys.get(run);
  if (made === undefined || !state.isSuccessful() || state.isSkipped() || state instanceof Mapped) return state;
  pendingKeys.delete(run);
  if (state.result === undefined) {
    run.reason = "it returns nothing, so it acts: it runs every time";
    return state;
  }
  if (!keys.stillSame(run.task, made.parts)) {
    run.reason = `${run.reason}; not kept, because its code changed while it ran`;
    return state;
  }
  const content = keys.content(state.result);
  run.content = content.id;
  if (content.id === null) return state;
  run.key = made.key;
  keys.cache.set(made.key, { value: state.result, content: content.id, size: content.size, logs: run.logs.filter((log) => !log.kept), duration: run.duration, at: Date.now() });
  return state;
}

function makeKey(run: TaskRun, keys: KeyMaker): TaskKey {
  const inputs = new Map<string, string>();
  const upstreamKeys: (string | null)[] = [];
  for (const [edge, state] of run.upstreamStates) {
    const upstream = edge.upstreamTask === run.task ? undefined : run.flowRun.taskRuns.get(edge.upstreamTask);
    if (edge.key === null) {
      upstreamKeys.push(upstream?.key ?? null);
      continue;
    }
    let id = upstream?.content ?? null;
    if (id === null) {
      id = keys.content(state.result).id;
      if (upstream !== undefined) upstream.content = id;
    }
    if (id === null) return { key: null, reason: `unknown: the value of input ${edge.key} can not be looked into` };
    inputs.set(edge.key, id);
  }
  if (run.task instanceof Parameter) {
    const given = (run.flowRun.options.parameters as Record<string, unknown>)[run.task.name];
    const { id } = keys.content(given);
    if (id === null) return { key: null, reason: "unknown: its value can not be looked into" };
    inputs.set("value", id);
  }
  return keys.key({ owner: owner(run), task: run.task, inputs, names: run.names, upstreamKeys });
}

const owner = (run: TaskRun) => `${run.flowRun.graph.name}\n${run.node.slug}`;

/** `14:02:11` */
function clock(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
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
