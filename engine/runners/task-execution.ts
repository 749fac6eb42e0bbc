/** Steps of the task pipeline from the task's function on. */
import { Signal } from "../signals.ts";
import { Failed, Looped, Pending, Retrying, Scheduled, Success, TimedOut, type State } from "../state.ts";
import { describeError, errorWithStack } from "./error-text.ts";
import { endRun } from "./task-checks.ts";
import type { TaskRun } from "./task-run.ts";

/** Runs the task's function; what becomes of it is a state. A handler that refused Running ends the run. */
export function getTaskRunState(run: TaskRun, running: State): State | Promise<State> {
  if (!running.isRunning()) return endRun(run, running);
  const { task, inputs, names, context } = run;
  run.renewSignal();
  const begun = performance.now();
  const settled = () => { run.duration += performance.now() - begun; };
  let value: unknown, waits: boolean;
  try {
    value = run.flowRun.executor.execute({ task, inputs, names, context });
    waits = isThenable(value);
  } catch (error) {
    settled();
    return thrownState(run, error);
  }
  if (!waits) {
    settled();
    // The function held the thread, so the time could only be looked at now.
    if (task.timeout !== null && performance.now() - begun > task.timeout) return timedOut(run);
    return succeeded(value);
  }
  const outcome = Promise.resolve(value).then(succeeded, (error: unknown) => thrownState(run, error));
  const timed = task.timeout === null ? outcome : withTimeout(run, outcome, task.timeout);
  return timed.then((state) => {
    settled();
    return state;
  });
}

/** Milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (typeof value === "object" || typeof value === "function") && value !== null && typeof (value as { then?: unknown }).then === "function";
}

function succeeded(value: unknown): State {
  return new Success("Task run succeeded.", value);
}

function timedOut(run: TaskRun): State {
  const message = "Task timed out during execution.";
  const error = new DOMException(`${message} (${run.task.name}, ${run.task.timeout} ms)`, "TimeoutError");
  run.abort(error);
  return new TimedOut(message, error);
}

/**
 * Differs: Prefect interrupts the thread. Here the task's AbortSignal is aborted, and the run ends as TimedOut at once; a
 * function that does not look at its signal goes on unheard.
 */
function withTimeout(run: TaskRun, outcome: Promise<State>, timeout: number): Promise<State> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout;
    // A timer holds 24 days at most; a longer time is waited for in parts.
    const wait = (left: number) => {
      timer = setTimeout(() => (left > LONGEST_TIMER ? wait(left - LONGEST_TIMER) : resolve(timedOut(run))), Math.min(left, LONGEST_TIMER));
    };
    wait(timeout);
    void outcome.then((state) => {
      clearTimeout(timer);
      resolve(state);
    });
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
  if (!run.flowRun.closed) run.logger.error(`Task '${run.task.name}': Exception encountered during task execution!\n${errorWithStack(error)}`);
  return new Failed(`Error during execution of task: ${describeError(error)}`, error);
}

/** A failure is retried while attempts remain; the retry waits for its own delay only. */
export function checkForRetry(run: TaskRun, state: State): State {
  const { task } = run;
  if (!state.isFailed() || run.runCount > task.maxRetries) return state;
  const { retryOn } = task;
  const { result } = state;
  if (retryOn !== null && result !== null && result !== undefined && !retryOn.some((errorClass) => result instanceof errorClass)) return state;
  const startTime = new Date(Date.now() + (task.retryDelay ?? 0));
  return new Retrying(`Retrying Task (after attempt ${run.runCount} of ${task.maxRetries + 1})`, run.loopResult, {
    startTime, runCount: run.runCount, ...(run.loopCount > 1 ? { context: { loopCount: run.loopCount } } : {}),
  });
}

/** A looping task begins anew with the result of this iteration. */
export function checkTaskIsLooping(run: TaskRun, state: State): State {
  if (!(state instanceof Looped)) return state;
  run.again = true;
  return new Pending(`Looping task (on loop index ${state.loopCount})`, state.result, { context: { loopCount: state.loopCount + 1 } });
}
