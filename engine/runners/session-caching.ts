/** Steps of the task pipeline that cache results for later runs of the session (`cacheFor`), and what a flow run adds to it. */
import { durationOnly, neverUse } from "../cache-validators.ts";
import type { KeptResult } from "../cache/kept-result.ts";
import type { SessionCaches } from "../cache/session-caches.ts";
import type { Result } from "../results/result.ts";
import { SecretResult } from "../results/secret-result.ts";
import { Cached, Mapped, Pending, type State } from "../state.ts";
import type { Task } from "../task/task.ts";
import type { FlowRun } from "./flow-run.ts";
import type { TaskRun } from "./task-run.ts";

const keyOf = (task: Task) => task.cacheKey ?? task.name;

/** A cached state that was given must still be valid; else one that an earlier run of the session cached may be used. */
export function checkTaskIsCached(run: TaskRun, state: State): State {
  const { task, flowRun } = run;
  // Either, or: who removes the result at a target wants the task to run.
  if (task.target !== null) return state;
  let now = state;
  if (state instanceof Cached) {
    if (task.cacheValidator(state, run.inputs, flowRun.parameters)) return state;
    now = new Pending("Cache was invalid; ready to run.");
  }
  // Where results are kept by content, these are looked at instead (refusedByValidator): what they were made from can not have changed.
  if (task.cacheFor === null || flowRun.keys !== null) return now;
  for (const candidate of flowRun.caches.get(keyOf(task)) ?? []) {
    if (task.cacheValidator(candidate, run.inputs, flowRun.parameters)) return candidate;
  }
  run.logger.debug(`Task '${run.fullName}': can't use a cached result: none is valid now.`);
  return now;
}

/** A successful result with `cacheFor` ends Cached: that is what later runs find. */
export function cacheResult(run: TaskRun, state: State): State {
  const { task, flowRun } = run;
  if (task.cacheFor === null || flowRun.keys !== null || !state.isSuccessful() || state.isSkipped() || task.hidesResult) return state;
  const cached = new Cached(state.message, state.result, {
    cachedInputs: inputsToCompare(run), cachedParameters: flowRun.parameters, cachedResultExpiration: new Date(Date.now() + task.cacheFor),
    storedInputs: flowRun.checkpointing ? storedInputs(run) : secretInputs(run),
  });
  if (state.stored !== undefined) cached.stored = state.stored;
  return cached;
}

/** Inputs that are secrets: they are nowhere, so that JSON of the state leaves its inputs out. Undefined: none is one. */
export function secretInputs({ node }: Pick<TaskRun, "node">): Readonly<Record<string, Result>> | undefined {
  let inputs: Record<string, Result> | undefined;
  for (const { key, upstreamTask } of node.upstream) if (key !== null && upstreamTask.hidesResult) (inputs ??= {})[key] = new SecretResult(null);
  return inputs;
}

/** Where the inputs are that were written as a whole. */
function storedInputs({ node, upstream }: TaskRun): Readonly<Record<string, Result>> {
  const inputs: Record<string, Result> = { ...secretInputs({ node }) };
  for (const [index, { key, mapped, flattened }] of node.upstream.entries()) {
    const { stored } = upstream[index];
    if (key !== null && !mapped && !flattened && stored !== undefined && stored.location !== null) inputs[key] = stored;
  }
  return inputs;
}

/**
 * Of a result that is kept by content: its key says that code and inputs are the same; a task with `cacheFor` asks its validator
 * too, for the parameters, the time and whatever else it looks at. @returns why it may not be used, or null
 */
export function refusedByValidator(run: Pick<TaskRun, "task" | "inputs" | "flowRun">, kept: KeptResult): string | null {
  const { task, flowRun } = run;
  if (task.cacheFor === null) return null;
  const { inputs } = run;
  const expiration = new Date(kept.at + task.cacheFor);
  const { validated } = kept;
  const cached = new Cached(null, kept.value, { cachedInputs: validated?.inputs, cachedParameters: validated?.parameters, cachedResultExpiration: expiration });
  if (task.cacheValidator(cached, inputs, flowRun.parameters)) return null;
  return expiration.getTime() <= Date.now() ? "its kept result has expired" : "its cache validator refuses the kept result";
}

/** The inputs as they are now, for validators that look at them: one that is changed afterwards is another input. */
export function inputsToCompare({ task, inputs }: TaskRun): Readonly<Record<string, unknown>> {
  if (task.cacheValidator === durationOnly || task.cacheValidator === neverUse) return inputs;
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, snapshot(value)]));
}

function snapshot(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  try {
    return structuredClone(value);
  } catch {
    // It holds a function or the like: it can only be told apart from other objects.
    return value;
  }
}

/** After a run: what it cached is there for the next one, and what has expired is gone. */
export function updateCaches(run: FlowRun): void {
  if (run.keys !== null) return;
  const caches: SessionCaches = run.caches;
  for (const [task, state] of run.taskStates) {
    if (task.cacheFor === null && !(state instanceof Cached || state instanceof Mapped)) continue;
    const made = (state instanceof Mapped ? state.mapStates : [state]).filter((one) => one instanceof Cached);
    if (made.length === 0 && (task.cacheFor === null || !caches.has(keyOf(task)))) continue;
    const now = Date.now();
    const fresh = new Set([...(caches.get(keyOf(task)) ?? []), ...made].filter(({ cachedResultExpiration }) => cachedResultExpiration !== null && cachedResultExpiration.getTime() > now));
    caches.set(keyOf(task), [...fresh]);
  }
}
