/** Steps of the task pipeline from the task's function on. */
import { FlowletError, listNames } from "../errors.ts";
import type { TaskCall } from "../executors/executor.ts";
import { currentHost } from "../host.ts";
import type { Result } from "../results/result.ts";
import { Signal } from "../signals.ts";
import { isThenable } from "../thenable.ts";
import { Failed, Looped, Pending, Retrying, Scheduled, Success, TimedOut, type State } from "../state.ts";
import { describeError, errorWithStack } from "./error-text.ts";
import { capturePrints } from "./print-capture.ts";
import { endRun } from "./task-checks.ts";
import type { TaskRun } from "./task-run.ts";
import { noticedElsewhere } from "./task-tracing.ts";

/** Of a call that may wait for its turn: when its time began, whether its turn has come, and what begins then. */
interface Turn { begun: number; came: boolean; comes: (() => void) | null }

/** Runs the task's function; what becomes of it is a state. A handler that refused Running ends the run. */
export function getTaskRunState(run: TaskRun, running: State): State | Promise<State> {
  if (!running.isRunning()) return endRun(run, running);
  run.renewSignal();
  const { timeout } = run.task;
  // Where a call waits for its turn, its time begins when that comes.
  const turn = run.flowRun.executor.queues === true ? { begun: performance.now(), came: false, comes: null } : null;
  const begun = performance.now();
  let value: unknown, waits: boolean;
  run.executing = true;
  try {
    value = execute(run, turn);
    waits = isThenable(value);
  } catch (error) {
    run.executing = false;
    run.duration += performance.now() - (turn?.begun ?? begun);
    return thrownState(run, error);
  }
  if (waits) return waitForValue(run, value, turn ?? { begun, came: true, comes: null });
  run.executing = false;
  const spent = performance.now() - (turn?.begun ?? begun);
  run.duration += spent;
  // The function held the thread, so the time could only be looked at now.
  return timeout !== null && spent > timeout ? timedOut(run) : succeeded(value);
}

function execute(run: TaskRun, turn: Turn | null): unknown {
  const { task, inputs, names, context, flowRun } = run;
  const { executor } = flowRun;
  const call: TaskCall = { task, inputs, names, context, flowContext: flowRun.context, attempt: run, started: turn === null ? undefined : whenStarted(turn), noticed: executor.traces === "elsewhere" ? noticedElsewhere(run) : undefined };
  return task.logStdout && currentHost()?.onLog === undefined ? executeCaptured(run, call) : executor.execute(call);
}

function whenStarted(turn: Turn): (ago?: number) => void {
  return (ago = 0) => { turn.begun = performance.now() - ago; turn.came = true; turn.comes?.(); };
}

function executeCaptured(run: TaskRun, call: TaskCall): unknown {
  return capturePrints(run, () => run.flowRun.executor.execute(call));
}

function waitForValue(run: TaskRun, value: unknown, turn: Turn): Promise<State> {
  const outcome = Promise.resolve(value).then(succeeded, (error: unknown) => thrownState(run, error));
  const timed = run.task.timeout === null ? outcome : withTimeout(run, outcome, run.task.timeout, turn);
  return timed.then((state) => {
    run.executing = false;
    run.duration += performance.now() - turn.begun;
    return state;
  });
}

/** Milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

function succeeded(value: unknown): State {
  return new Success("Task run succeeded.", value);
}

function timedOut(run: TaskRun): State {
  const message = "Task timed out during execution.";
  const error = new DOMException(`${message} (${run.task.name}, ${run.task.timeout} ms)`, "TimeoutError");
  run.abort(error);
  if (run.flowRun.raises) throw error;
  return new TimedOut(message, error);
}

/**
 * Differs: Prefect interrupts the thread. Here the task's AbortSignal is aborted, and the run ends as TimedOut at once; a
 * function that does not look at its signal goes on unheard (a ThreadExecutor ends its thread).
 */
function withTimeout(run: TaskRun, outcome: Promise<State>, timeout: number, turn: Turn): Promise<State> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const ended = () => {
      try {
        resolve(timedOut(run));
      } catch (error) {
        reject(error);
      }
    };
    // A timer holds 24 days at most; a longer time is waited for in parts.
    const wait = (left: number) => {
      timer = setTimeout(() => (left > LONGEST_TIMER ? wait(left - LONGEST_TIMER) : ended()), Math.min(left, LONGEST_TIMER));
    };
    if (turn.came) wait(timeout);
    else turn.comes = () => { if (timer === undefined) wait(timeout); };
    void outcome.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function thrownState(run: TaskRun, error: unknown): State {
  if (error instanceof Signal) {
    if (!run.flowRun.closed) run.logger.info(`${error.name} signal raised: ${error.name}(${JSON.stringify(error.message)})`);
    const { state } = error;
    if (state instanceof Looped) state.message ??= `Task is looping (${state.loopCount})`;
    // A pause that ends by itself goes on with the attempt that it interrupted.
    else if (state instanceof Scheduled && state.type !== "Retrying" && run.runCount > 1) state.context = { ...state.context, taskRunCount: run.runCount };
    return state;
  }
  if (run.flowRun.raises) throw error;
  if (!run.flowRun.closed) run.logger.error(`Task '${run.task.name}': Exception encountered during task execution!\n${errorWithStack(error)}${missingInputs(run)}`);
  return new Failed(`Error during execution of task: ${describeError(error)}`, error);
}

/** A likely cause: nothing tells at run time whether an input may be missing, so it is looked at when the task has failed. */
function missingInputs({ task, inputs }: TaskRun): string {
  if (task.autoGenerated) return "";
  try {
    const missing = Object.entries(task.inputs()).filter(([name, { required }]) => required && !(name in inputs)).map(([name]) => name);
    return missing.length === 0 ? "" : `\nInputs that were not given: ${listNames(missing)}.`;
  } catch {
    // A class may tell its inputs itself, and wrongly; the error at hand is the one to tell.
    return "";
  }
}

/** A failure is retried while attempts remain; the retry waits for its own delay only. */
export function checkForRetry(run: TaskRun, state: State): State {
  const { task } = run;
  if (!state.isFailed() || run.runCount > task.maxRetries) return state;
  const { retryOn } = task;
  const { result } = state;
  // What can not be sent to a thread can not be sent the next time either.
  if (result instanceof FlowletError && result.code === "NOT_PORTABLE") return state;
  if (retryOn !== null && result !== null && result !== undefined && !retryOn.some((errorClass) => result instanceof errorClass)) return state;
  const startTime = new Date(Date.now() + (task.retryDelay ?? 0));
  return carryStored(run.loopStored, new Retrying(`Retrying Task (after attempt ${run.runCount} of ${task.maxRetries + 1})`, run.loopResult, {
    startTime, runCount: run.runCount, ...(run.loopCount > 1 ? { context: { loopCount: run.loopCount } } : {}),
  }));
}

/** A looping task begins anew with the result of this iteration. */
export function checkTaskIsLooping(run: TaskRun, state: State): State {
  if (!(state instanceof Looped)) return state;
  run.again = true;
  return carryStored(state.stored, new Pending(`Looping task (on loop index ${state.loopCount})`, state.result, { context: { loopCount: state.loopCount + 1 } }));
}

/** The new state has the same result, and it is in the same place. */
function carryStored(stored: Result | undefined, state: State): State {
  if (stored !== undefined) state.stored = stored;
  return state;
}
