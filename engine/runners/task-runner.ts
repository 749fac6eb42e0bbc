/**
 * The task pipeline: what happens in a task run, in order (prefect.engine.task_runner, TaskRunner.run). Each step takes the
 * state and returns it, or a new one; then state handlers and observers are called. A step may end the run.
 */
import { withContext } from "../context-store.ts";
import { Logger } from "../logging/logger.ts";
import { Failed, type State } from "../state.ts";
import { checkKeptResult, keepResult, setTaskToRunning } from "./task-caching.ts";
import {
  checkTaskIsReady, checkTaskReachedStartTime, checkTaskReadyToMap, checkTaskTrigger, checkUpstreamFinished, checkUpstreamSkipped, getTaskInputs, initializeRun, readUpstream,
} from "./task-checks.ts";
import { cacheResult, checkTaskIsCached } from "./session-caching.ts";
import { checkForRetry, checkTaskIsLooping } from "./task-execution.ts";
import { checkTarget, loadResults, runAndStore } from "./task-results.ts";
import { describeError } from "./error-text.ts";
import { hasHandlers, taskStateChanged } from "./state-change.ts";
import type { TaskRun } from "./task-run.ts";

type Step = (run: TaskRun, state: State) => State | Promise<State>;

const STEPS: readonly Step[] = [
  initializeRun,
  checkTaskIsReady,
  checkTaskReachedStartTime,
  checkUpstreamFinished,
  checkUpstreamSkipped,
  loadResults,
  getTaskInputs,
  checkTaskReadyToMap,
  checkTarget,
  checkTaskIsCached,
  checkTaskTrigger,
  checkKeptResult,
  setTaskToRunning,
  runAndStore,
  keepResult,
  cacheResult,
  checkForRetry,
  checkTaskIsLooping,
];

const logger = new Logger("flowlet.TaskRunner");

/**
 * Runs a task once, from its given state; a looping task as often as it asks for.
 *
 * Most tasks have nothing to wait for: they are done when this returns, and cost neither a promise nor a turn of the event loop.
 * @returns its state, or a promise of it where something had to be waited for; never throws or rejects
 */
export function runTask(run: TaskRun): State | Promise<State> {
  const { taskLogLevel } = run.flowRun;
  if (taskLogLevel !== null) logger.logAbout(run, taskLogLevel, `Task '${run.fullName}': Starting task run...`);
  run.ended = false;
  run.again = false;
  try {
    readUpstream(run);
    // Handlers and the task's function have one context: it is entered once for all of them.
    const outcome = hasHandlers(run) ? withContext(run.context, () => goThrough(run, run.state, 0)) : goThrough(run, run.state, 0);
    return outcome instanceof Promise ? outcome.then((state) => ended(run, state), (error: unknown) => broken(run, error)) : ended(run, outcome);
  } catch (error) {
    return broken(run, error);
  }
}

/** Goes through the steps from one on, without waiting for as long as it can. */
function goThrough(run: TaskRun, from: State, first: number): State | Promise<State> {
  let state = from;
  let index = first;
  while (index !== END) {
    const returned = STEPS[index](run, state);
    // Most steps have nothing to say about a task.
    if (returned !== state) {
      if (returned instanceof Promise) return waitForStep(run, state, index, returned);
      const taken = take(run, state, returned);
      if (taken instanceof Promise) return waitForHandlers(run, index, taken);
      state = taken;
    }
    index = next(run, index);
  }
  return state;
}

async function waitForStep(run: TaskRun, state: State, index: number, returned: Promise<State>): Promise<State> {
  const taken = await take(run, state, await returned);
  const at = next(run, index);
  return at === END ? taken : goThrough(run, taken, at);
}

async function waitForHandlers(run: TaskRun, index: number, taking: Promise<State>): Promise<State> {
  const taken = await taking;
  const at = next(run, index);
  return at === END ? taken : goThrough(run, taken, at);
}

const END = -1;

/** Index of the step after this one; a looping task begins anew. */
function next(run: TaskRun, index: number): number {
  if (run.ended || run.flowRun.closed) return END;
  if (index + 1 < STEPS.length) return index + 1;
  if (!run.again) return END;
  run.again = false;
  return 0;
}

/** The run takes the state that a step returned. */
function take(run: TaskRun, state: State, returned: State): State | Promise<State> {
  // An iteration that begins is no change of state: the one that ended was.
  return returned === state || run.again || run.flowRun.closed ? returned : taskStateChanged(run, state, returned);
}

function ended(run: TaskRun, state: State): State {
  const { taskLogLevel } = run.flowRun;
  if (taskLogLevel !== null) logger.logAbout(run, taskLogLevel, `Task '${run.fullName}': Finished task run for task with final state: '${state.type}'`);
  if (run.reason !== undefined) state.reason = run.reason;
  if (state.isFinished()) {
    run.flowRun.taskTime += run.duration;
    run.settled();
  }
  return state;
}

/** Something beside the task's function broke: a step, a broken handler's report. */
function broken(run: TaskRun, error: unknown): State | Promise<State> {
  if (run.flowRun.raises) {
    run.flowRun.raise(error, run);
    return run.state;
  }
  const message = `Task '${run.fullName}': Unexpected error while running task: ${describeError(error)}`;
  run.logger.error(message);
  const taken = taskStateChanged(run, run.state, new Failed(message, error));
  return taken instanceof Promise ? taken.then((state) => ended(run, state)) : ended(run, taken);
}
