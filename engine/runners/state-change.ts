/** State handlers and observers: what happens at each change of state (prefect.engine.runner, handle_state_change). */
import { withContext } from "../context.ts";
import { PAUSE, Signal } from "../signals.ts";
import { describeError } from "./error-text.ts";
import { Failed, type State } from "../state.ts";
import type { StateHandler, TaskInfo } from "../task/task-options.ts";
import type { FlowRun } from "./flow-run.ts";
import type { TaskRun } from "./task-run.ts";

/** Outcome of the handlers: the state, and whether it ends the run: a handler broke, or raised PAUSE. */
export interface HandledState {
  readonly state: State;
  readonly ends: boolean;
}

/**
 * Calls handlers in order, each with what the one before returned; nothing returned keeps the state. A signal thrown by a
 * handler replaces the state, without those that follow being called; any other error ends the run as Failed.
 */
export async function callStateHandlers<Subject>(handlers: readonly StateHandler<Subject>[], subject: Subject, oldState: State, newState: State, warn: (message: string) => void): Promise<HandledState> {
  let state = newState;
  for (const handler of handlers) {
    try {
      state = (await handler(subject, oldState, state)) ?? state;
    } catch (error) {
      if (!(error instanceof Signal)) {
        const message = `Unexpected error while calling state handlers: ${describeError(error)}`;
        warn(message);
        return { state: new Failed(message, error), ends: true };
      }
      return { state: error.state, ends: error instanceof PAUSE };
    }
  }
  return { state, ends: false };
}

/** A task run takes a new state: handlers first, then the observer is told. Synchronous where there are no handlers. */
export function taskStateChanged(run: TaskRun, oldState: State, newState: State): State | Promise<State> {
  const { task } = run;
  if (task.stateHandlers.length === 0 && task.onFailure === null) return taskStateTaken(run, newState);
  const handlers: StateHandler<TaskInfo>[] = [...task.stateHandlers];
  const { onFailure } = task;
  if (onFailure !== null) handlers.push(async (subject, _, state) => { if (state.isFailed()) await onFailure(subject, state); });
  const called = withContext(run.context, () => callStateHandlers(handlers, task, oldState, newState, (message) => run.logger.error(message)));
  return called.then(({ state, ends }) => {
    if (ends) run.ended = true;
    return taskStateTaken(run, state);
  });
}

function taskStateTaken(run: TaskRun, state: State): State {
  run.state = state;
  const { flowRun } = run;
  if (!flowRun.closed) flowRun.observer?.taskRunChanged?.(flowRun, run, state);
  return state;
}

/** A flow run takes a new state. */
export async function flowStateChanged(run: FlowRun, newState: State): Promise<State> {
  const handlers = run.stateHandlers;
  const { state } = handlers.length === 0
    ? { state: newState }
    : await callStateHandlers(handlers, run.graph, run.state, newState, (message) => run.logger.error(message));
  if (!run.closed) run.take(state);
  return state;
}
