/** Steps of the task pipeline that read results which were written before, and write those of this run (prefect.engine.task_runner). */
import { FlowletError } from "../errors.ts";
import type { Edge } from "../graph/edge.ts";
import { loadStored, needsLoading } from "../results/load-result.ts";
import { reason } from "../results/reason.ts";
import { ForeignResult } from "../results/result-json.ts";
import type { Result } from "../results/result.ts";
import { SecretResult } from "../results/secret-result.ts";
import { templateNames } from "../results/template.ts";
import { Cached, Failed, Looped, Mapped, type State } from "../state.ts";
import { Parameter } from "../task/parameter.ts";
import type { Task } from "../task/task.ts";
import { isContextFree } from "../triggers.ts";
import type { FlowRun } from "./flow-run.ts";
import { secretInputs } from "./session-caching.ts";
import { endRun, readUpstream } from "./task-checks.ts";
import { getTaskRunState } from "./task-execution.ts";
import type { TaskRun } from "./task-run.ts";
import { templateValues } from "./template-values.ts";

/**
 * Given states may know the places of their results only: reads what this run needs of them, i.e. its inputs.
 *
 * Differs: in Prefect only under a backend, and also the results of tasks that it merely follows.
 */
export function loadResults(run: TaskRun, state: State): State | Promise<State> {
  // Children that are there already read what they need themselves: those that are done need nothing.
  return run.flowRun.restores && !(run.isMappedParent && state instanceof Mapped) ? readNeeded(run, state) : state;
}

async function readNeeded(run: TaskRun, state: State): Promise<State> {
  const { node, flowRun, task } = run;
  let subject = task;
  try {
    let read = false;
    for (const edge of node.upstream) {
      subject = edge.upstreamTask;
      const upstream = flowRun.taskStates.get(subject);
      if (upstream === undefined || !(edge.key !== null || edge.mapped || !isContextFree(task.trigger))) continue;
      if (!(await readStates(run, edge, upstream))) continue;
      if (edge.flattened) flowRun.forgetFlattened(edge);
      read = true;
    }
    subject = task;
    if (run.loopCount > 1 && needsLoading(state)) {
      await loadStored(state, readerOf(flowRun, task, state));
      run.loopResult = state.result;
    }
    if (state instanceof Cached) await state.loadCachedResults();
    if (read) readUpstream(run);
    return state;
  } catch (error) {
    const message = `Failed to retrieve task results: ${subject === task ? "" : `of '${subject.name}': `}${reason(error)}`;
    run.logger.error(message);
    return endRun(run, new Failed(message, error));
  }
}

/** Reads what a run sees of an upstream state: of a mapped one maybe a single child. @returns was there anything to read? */
async function readStates(run: TaskRun, edge: Edge<Task>, upstream: State): Promise<boolean> {
  const whole = !edge.mapped || edge.flattened;
  const states = !(upstream instanceof Mapped) ? [upstream] : whole ? upstream.mapStates : run.mapIndex !== null ? [upstream.mapStates[run.mapIndex]] : [];
  let read = false;
  for (const state of states) {
    if (!needsLoading(state)) continue;
    await loadStored(state, readerOf(run.flowRun, edge.upstreamTask, state));
    read = true;
  }
  if (read && whole && upstream instanceof Mapped) upstream.result = upstream.mapStates.map((child) => child.result);
  return read;
}

/** The state's own result reads itself, where it is of a built-in class. */
function readerOf(flowRun: FlowRun, task: Task, { stored }: State): Result | undefined {
  return stored instanceof ForeignResult || stored?.isNeverWritten === true ? (task.result ?? flowRun.result) : undefined;
}

/**
 * Where there is a result at the task's target already, the run ends as Cached. What it was made from is not checked.
 *
 * Differs: a looping task's target is looked at before its first iteration only; Prefect finds there what an iteration has written.
 */
export function checkTarget(run: TaskRun, state: State): State | Promise<State> {
  const { target } = run.task;
  if (target === null || run.forced || run.loopCount > 1) return state;
  return readTarget(run, state);
}

async function readTarget(run: TaskRun, state: State): Promise<State> {
  const { task, flowRun } = run;
  try {
    const result = resultOf(run);
    refuseSharedLocation(run, result);
    const values = templateValues(run);
    if (result.location === null || !(await result.exists(result.location, values))) return state;
    const read = await result.read(result.format(values).location as string);
    run.reason = "found at its target, not checked";
    const cached = new Cached(`Result found at task target ${String(read.location)}`, read.value, { cachedInputs: run.inputs, cachedParameters: flowRun.parameters, storedInputs: secretInputs(run) });
    cached.stored = read;
    return cached;
  } catch (error) {
    return endRun(run, brokenResult(run, `The target of task '${task.name}' could not be looked at: ${reason(error)}`, error));
  }
}

/** Runs the task's function, and writes what it returns; a value that can not be written fails the run. */
export function runAndStore(run: TaskRun, running: State): State | Promise<State> {
  const outcome = getTaskRunState(run, running);
  if (!run.flowRun.checkpointing && run.task.result === null && run.task.target === null && !run.task.hidesResult) return outcome;
  if (outcome instanceof Promise) return outcome.then((state) => storeResult(run, state));
  return run.ended ? outcome : storeResult(run, outcome);
}

/**
 * Writes the result of a successful run, or of an iteration; null and undefined are no results.
 *
 * Differs: what the engine makes to pass values on (a list of results) is not written, unless it has a result of its own.
 */
export function storeResult(run: TaskRun, state: State): State | Promise<State> {
  const { task, flowRun } = run;
  const { result: value } = state;
  const written = state.type === "Success" || state.type === "Cached" || state instanceof Looped;
  if (written && task.hidesResult) state.stored = new SecretResult(null);
  if (!written || value === undefined || value === null || task.checkpoint === false || task.hidesResult || flowRun.closed) return state;
  const result = resultOf(run);
  if (result.isNeverWritten) {
    state.stored = result.fromValue(undefined);
    return state;
  }
  if (!flowRun.checkpointing) {
    if (task.target !== null) tellOfTarget(run);
    return state;
  }
  // What the engine makes to pass values on is made again as easily as read.
  if (task.autoGenerated && task.result === null) return state;
  // An iteration's result at the target would look like the last one's.
  return write(run, state, state instanceof Looped && task.target !== null ? result.fromValue(undefined) : result);
}

async function write(run: TaskRun, state: State, result: Result): Promise<State> {
  const { task, flowRun } = run;
  const { result: value } = state;
  try {
    refuseSharedLocation(run, result);
    state.stored = await result.write(value, templateValues(run));
    return state;
  } catch (error) {
    if (error instanceof FlowletError && error.code === "RESULT_WITHOUT_STORE") return state;
    // A parameter may be given what JSON can not hold.
    if (task instanceof Parameter && result === task.result) return write(run, state, flowRun.result);
    if (result.isBestEffort) {
      run.logger.warning(`The result of task '${task.name}' is not kept, a run that goes on from here would run the task again: ${reason(error)}`);
      state.stored = result.fromValue(undefined);
      return state;
    }
    const place = error instanceof FlowletError || result.location === null ? "" : ` to ${String(result.location)}`;
    const failed = brokenResult(run, `The result of task '${task.name}' could not be written${place}: ${reason(error)}`, error);
    failed.stored = result.fromValue(value);
    return failed;
  }
}

function brokenResult(run: TaskRun, message: string, error: unknown): State {
  run.logger.error(message);
  return new Failed(message, error);
}

/** Where the run's result is written: as the task says, else as the flow does. */
export function resultOf({ task, flowRun }: TaskRun): Result {
  if (task.result !== null) return task.result;
  return task.target === null ? flowRun.result : flowRun.result.at(task.target);
}

const OF_A_CHILD = ["mapIndex", "taskFullName", "taskRunId", "taskRunName"];
const OF_A_TASK = ["taskSlug", "taskName", ...OF_A_CHILD];

/**
 * A template that is the same for all children of a mapping, or for all tasks of the flow: each would overwrite, or read, another one's result.
 *
 * Differs: Prefect lets them.
 */
function refuseSharedLocation({ task, node, mapIndex }: TaskRun, { location }: Result): void {
  if (typeof location !== "string") return;
  const names = templateNames(location);
  if (task.result === null && task.target === null && !OF_A_TASK.some((name) => names.has(name))) {
    throw new FlowletError("SHARED_LOCATION", { who: "All tasks of the flow", location, hint: "{taskSlug}" });
  }
  if (mapIndex === null || OF_A_CHILD.some((name) => names.has(name))) return;
  if (node.upstream.some((edge) => edge.mapped && edge.key !== null && names.has(edge.key))) return;
  throw new FlowletError("SHARED_LOCATION", { who: `All children of the mapping of ${task.name}`, location, hint: "{mapIndex}" });
}

const told = new WeakSet<FlowRun>();

function tellOfTarget({ task, flowRun }: TaskRun): void {
  if (told.has(flowRun)) return;
  told.add(flowRun);
  flowRun.logger.info(`Task '${task.name}' has a target, and its result is not written there: checkpointing is off. Switch it on with flow.run(parameters, { checkpointing: true }).`);
}
