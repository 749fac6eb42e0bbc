/** Steps of the task pipeline that keep results between runs and use them again. */
import type { TaskLog } from "../../protocol/comm-messages.ts";
import type { Dependency } from "../cache/dependency.ts";
import { lookUpKept } from "../cache/kept-lookup.ts";
import { keepWithManifest, keyedByDependencies } from "../cache/kept-manifest.ts";
import { keptMessage, keptReason } from "../cache/kept-message.ts";
import type { KeptResult, KeyParts } from "../cache/kept-result.ts";
import { makeKey, settled } from "../cache/make-key.ts";
import { CompareValue } from "../control-flow/compare-value.ts";
import { listNames } from "../errors.ts";
import type { GraphNode } from "../graph/graph-node.ts";
import { Logger } from "../logging/logger.ts";
import type { GuardedInput } from "../cache/input-guard.ts";
import { ACTS, type KeyMaker, type TaskKey } from "../cache/task-key.ts";
import { Mapped, Cached, Running, type State } from "../state.ts";
import { Parameter } from "../task/parameter.ts";
import type { Task } from "../task/task.ts";
import { inputsToCompare, refusedByValidator, secretInputs } from "./session-caching.ts";
import { endRun } from "./task-checks.ts";
import { replay } from "./replay.ts";
import { storeResult } from "./task-results.ts";
import type { TaskRun } from "./task-run.ts";
import { keptResultUsed, outsideOf } from "./task-tracing.ts";

/** A kept result whose key is the task's now ends the run as Cached; else the reason why the task runs is noted. */
export function checkKeptResult(run: TaskRun, state: State): State | Promise<State> {
  const { keys, checkpointing } = run.flowRun;
  if (keys === null) return state;
  if (run.task.target !== null && state.isCached()) return state;
  const { cache, hidesResult } = run.task;
  if (cache === false || hidesResult) return runs(run, state, hidesResult ? SECRET : NOT_KEPT);
  const made = makeKey(run, run.flowRun.parameters, keys);
  if (made.key === null) return runs(run, state, made.reason);
  run.keyParts = made.parts;
  run.key = made.key;
  run.outside = made.outside;
  run.trace = null;
  if (run.forced) return runs(run, state, "asked for", false, made);
  if (checkpointing && run.task.target !== null) return runs(run, state, "there is no result at its target", false, made);
  const kept = lookUpKept(keys.cache, made, cache, run.mapIndex !== null, keys.now);
  if (typeof kept === "string") return runs(run, state, kept, made.last !== undefined, made);
  const refused = refusedByValidator(run, kept);
  if (refused !== null) return runs(run, state, refused, true, made);
  keys.hits++;
  keys.saved += kept.duration;
  run.keyParts = null;
  settled(run, keys, kept);
  run.duration = kept.duration;
  run.reason = keptReason(kept);
  keptResultUsed(run, kept);
  if (run.flowRun.logsDebug) logger.logAbout(run, "DEBUG", `Task '${run.fullName}': ${run.reason}.`);
  if (kept.logs.length > 0) replay(run, kept);
  const cached = endRun(run, new Cached(keptMessage(kept), kept.value, { cachedInputs: run.inputs, storedInputs: secretInputs(run) }));
  return checkpointing ? storeResult(run, cached) : cached;
}

type FoundKey = Extract<TaskKey, { readonly key: string }>;

/** Why tasks are never kept, in words. */
export const SECRET = "its result is a secret";
export const NOT_KEPT = "it is told not to keep its result";

/** The task runs, for a reason. @param changed something was kept of it before; @param made its key, where it has one */
function runs(run: TaskRun, state: State, reason: string, changed = false, made?: FoundKey): State {
  if (made !== undefined) run.guarded = guardedInputs(run, made);
  // A retry and an iteration run for the reason of the first attempt.
  if (run.reason !== undefined && (run.runCount > 1 || run.loopCount > 1)) return state;
  run.reason = reason;
  const { keys, taskLogLevel, logsDebug } = run.flowRun;
  (keys as KeyMaker).misses++;
  if (changed && taskLogLevel === "INFO" && run.mapIndex === null) logger.logAbout(run, "INFO", `Task '${run.fullName}': Runs, because ${reason}.`);
  else if (logsDebug) logger.logAbout(run, "DEBUG", `Task '${run.fullName}': Runs: ${reason}.`);
  return state;
}

const logger = new Logger("flowlet.TaskRunner");

/** Keeps a successful result under the key made before the attempt, if what it depends on is still the same. */
export function keepResult(run: TaskRun, state: State): State {
  const { keys } = run.flowRun;
  if (keys === null) return state;
  keys.userCodeRan();
  if (state.isSuccessful() && !state.isSkipped()) keys.took(run.node, run.duration, run.mapIndex !== null);
  const { key, keyParts } = run;
  if (keyParts === null || key === null) return state;
  if (!state.isSuccessful() || state.isSkipped() || state instanceof Mapped) {
    // Children have what their keys were made of in common.
    if (run.mapIndex === null) keyParts.unkept = state.isFailed() ? "it failed the last time" : undefined;
    return state;
  }
  run.keyParts = null;
  if (state.result === undefined && !neverActs(run.task)) return notKept(run, keyParts, state, ACTS, ACTS);
  if (!keys.stillSame(run.task, keyParts)) {
    return notKept(run, keyParts, state, `${run.reason}; not kept, because its code changed while it ran`, "its code changed while it ran the last time");
  }
  const dependencies = run.trace === null ? NO_DEPENDENCIES : run.trace.dependencies(keys.now);
  const changed = typeof dependencies === "string" ? dependencies : keys.declaredChange(run.task, keyParts);
  if (typeof dependencies === "string" || changed !== null) return notKept(run, keyParts, state, `${run.reason}; not kept, because ${changed}`, `${changed} the last time`);
  const { id, size } = keys.sizedContent(state.result);
  if (id === null) {
    if (run.mapIndex === null) keys.contents.set(run.task, null);
    return notKept(run, keyParts, state, run.reason, "its result can not be looked into, so it is not kept");
  }
  if (keyParts.unkept !== undefined) keyParts.unkept = undefined;
  const logs = run.logs.length === 0 ? NO_LOGS : run.logs.filter((log) => !log.kept);
  const validated = run.task.cacheFor === null ? undefined : { inputs: inputsToCompare(run), parameters: run.flowRun.parameters };
  const { slug } = run.node;
  const kept = keyedByDependencies({
    key, value: state.result, content: id, size, logs, outside: outsideOf(run), dependencies, duration: run.duration, at: state.at, flow: run.flowRun.graph.name, slug, mapIndex: run.mapIndex, validated, usedAt: 0,
  });
  settled(run, keys, kept);
  const { guarded } = run;
  // What a validator compares would be written with the result; secrets are written nowhere.
  const isWritten = validated === undefined || secretInputs(run) === undefined;
  if (guarded === null) keepWithManifest(keys.cache, key, kept, isWritten ? keyParts : "memory");
  else keepIfUnchanged(run, keys, guarded, keyParts, kept, isWritten);
  return state;
}

/** Apart from what every task goes through: functions made there would cost each of them. */
function keepIfUnchanged(run: TaskRun, keys: KeyMaker, inputs: readonly GuardedInput[], parts: KeyParts, kept: KeptResult, isWritten: boolean): void {
  // The next iteration has another one.
  const key = run.key as string;
  keys.guard.ran({
    name: run.fullName, inputs, keep: () => keepWithManifest(keys.cache, key, kept, isWritten ? parts : "memory"),
    refuse: (input, suspects) => inputChanged(run, parts, input, suspects),
  });
}

/** @param reason of this run; @param unkept what the next run gives as its reason, where nothing else has changed */
function notKept(run: TaskRun, parts: KeyParts, state: State, reason: string | undefined, unkept: string): State {
  run.reason = reason;
  parts.unkept = unkept;
  return state;
}

/** All it does is to return something, also where that is undefined. */
function neverActs(task: Task): boolean {
  return task.autoGenerated || task instanceof Parameter || task instanceof CompareValue;
}

/** Inputs that the task could change, with what its key was made from. */
function guardedInputs({ node, inputs }: TaskRun, { names, contents }: FoundKey): readonly GuardedInput[] | null {
  let guarded: GuardedInput[] | null = null;
  for (let i = 0; i < names.length; i++) {
    const value = inputs[names[i]];
    if (typeof value !== "object" || value === null) continue;
    const from = sourceOf(names[i], node);
    // The content of a secret is not told as it is.
    if (from?.hidesResult !== true) (guarded ??= []).push({ name: names[i], value, content: contents[i], from });
  }
  return guarded;
}

/** Whose result an input is; null for a constant. */
function sourceOf(input: string, { upstream }: GraphNode): Task | null {
  return upstream.find((edge) => edge.key === input)?.upstreamTask ?? null;
}

/** What was kept would be made from something else than its key says. */
function inputChanged(run: TaskRun, parts: KeyParts, input: string, suspects: readonly string[]): void {
  const alone = suspects.length === 1;
  const who = alone ? "it" : `one of ${listNames(suspects)}`;
  notKept(run, parts, run.state, `${run.reason}; not kept, because ${who} changed its input \`${input}\``, `${who} changed its input \`${input}\` the last time`);
  if (run.state.isFinished()) run.state.reason = run.reason;
  if (alone || suspects[0] === run.fullName) {
    run.flowRun.logger.warning(`Task '${run.fullName}'${alone ? "" : `, or another one that has it (${listNames(suspects.slice(1))}),`} changed its input \`${input}\`: what it returned is used, and not kept. Let it work on a copy: structuredClone(${input}).`);
  }
}

const NO_LOGS: readonly TaskLog[] = [];
const NO_DEPENDENCIES: readonly Dependency[] = [];

/** The task starts: from here on its function runs. */
export function setTaskToRunning(run: TaskRun, state: State): State {
  run.flowRun.keys?.userCodeRuns();
  return state.isPending() ? new Running("Starting task run.") : endRun(run, state);
}
