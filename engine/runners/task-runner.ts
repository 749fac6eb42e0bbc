/**
 * The task pipeline: what happens in a task run, in order (prefect.engine.task_runner, TaskRunner.run). Each step takes the
 * state and returns it, or a new one; then state handlers and observers are called. A step may end the run.
 */
import { Logger } from "../logging/logger.ts";
import { Failed, type State } from "../state.ts";
import { checkKeptResult, keepResult, setTaskToRunning } from "./task-caching.ts";
import {
  checkTaskIsReady, checkTaskReachedStartTime, checkTaskReadyToMap, checkTaskTrigger, checkUpstreamFinished, checkUpstreamSkipped, getTaskInputs, initializeRun, upstreamStates,
} from "./task-checks.ts";
import { cacheResult, checkTaskIsCached } from "./session-caching.ts";
import { checkForRetry, checkTaskIsLooping, getTaskRunState } from "./task-execution.ts";
import { describeError } from "./error-text.ts";
import { taskStateChanged } from "./state-change.ts";
import type { TaskRun } from "./task-run.ts";

type Step = (run: TaskRun, state: State) => State | Promise<State>;

const STEPS: readonly Step[] = [
  initializeRun,
  checkTaskIsReady,
  checkTaskReachedStartTime,
  checkUpstreamFinished,
  checkUpstreamSkipped,
  getTaskInputs,
  checkTaskReadyToMap,
  checkTaskIsCached,
  checkTaskTrigger,
  checkKeptResult,
  setTaskToRunning,
  getTaskRunState,
  keepResult,
  cacheResult,
  checkForRetry,
  checkTaskIsLooping,
];

const logger = new Logger("flowlet.TaskRunner");

/** Runs a task once, from its given state; a looping task as often as it asks for. @returns its state; never throws */
export async function runTask(run: TaskRun): Promise<State> {
  let state = run.state;
  logger.log(run.flowRun.taskLogLevel, `Task '${run.fullName}': Starting task run...`);
  try {
    run.upstreamStates = upstreamStates(run);
    do {
      run.ended = false;
      run.again = false;
      for (const step of STEPS) {
        const returned = step(run, state);
        let next = returned instanceof Promise ? await returned : returned;
        if (run.flowRun.closed) return next;
        // An iteration that begins is no change of state: the one that ended was.
        if (next !== state && !run.again) {
          const changed = taskStateChanged(run, state, next);
          next = changed instanceof Promise ? await changed : changed;
        }
        state = next;
        if (run.ended) break;
      }
    } while (run.again && !run.ended);
  } catch (error) {
    const message = `Task '${run.fullName}': Unexpected error while running task: ${describeError(error)}`;
    run.logger.error(message);
    const failed = new Failed(message, error);
    state = await taskStateChanged(run, state, failed);
  }
  logger.log(run.flowRun.taskLogLevel, `Task '${run.fullName}': Finished task run for task with final state: '${state.type}'`);
  if (state.isFinished()) run.settled();
  return state;
}
