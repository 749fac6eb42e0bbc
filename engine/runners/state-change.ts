/** State handlers and observers: what happens at each change of state (prefect.engine.runner, handle_state_change). */
import { currentContext, withContext } from "../context-store.ts";
import { PAUSE, Signal } from "../signals.ts";
import { describeError } from "./error-text.ts";
import { Failed, type State } from "../state.ts";
import type { FailureCallback, StateHandler, TaskInfo } from "../task/task-options.ts";
import { isThenable } from "../thenable.ts";
import type { FlowRun } from "./flow-run.ts";
import { returnedState } from "./returned-state.ts";
import type { TaskRun } from "./task-run.ts";

/** Outcome of the handlers: the state, and whether it ends the run: a handler broke, or raised PAUSE. */
export interface HandledState {
  readonly state: State;
  readonly ends: boolean;
}

/**
 * Calls handlers in order, each with what the one before returned; nothing returned keeps the state. A signal thrown by a
 * handler replaces the state, without those that follow being called; any other error ends the run as Failed.
 * @returns a promise only where a handler is async
 */
export function callStateHandlers<Subject>(handlers: readonly StateHandler<Subject>[], subject: Subject, oldState: State, newState: State, warn: (message: string) => void, first = 0): HandledState | Promise<HandledState> {
  let state = newState;
  for (let index = first; index < handlers.length; index++) {
    try {
      const handler = handlers[index];
      const returned: unknown = handler(subject, oldState, state);
      if (isThenable(returned)) {
        const before = state;
        return Promise.resolve(returned)
          .then((replaced) => callStateHandlers(handlers, subject, oldState, returnedState(replaced, handler) ?? before, warn, index + 1))
          .catch((error: unknown) => raised(error, warn));
      }
      state = returnedState(returned, handler) ?? state;
    } catch (error) {
      return raised(error, warn);
    }
  }
  return { state, ends: false };
}

function raised(error: unknown, warn: (message: string) => void): HandledState {
  if (error instanceof Signal) return { state: error.state, ends: error instanceof PAUSE };
  if (currentContext()?.raiseOnException === true) throw error;
  const message = `Unexpected error while calling state handlers: ${describeError(error)}`;
  warn(message);
  return { state: new Failed(message, error), ends: true };
}

/** A task run takes a new state: handlers first, then the observer is told. Synchronous where no handler is async. */
export function taskStateChanged(run: TaskRun, oldState: State, newState: State): State | Promise<State> {
  const { stateHandlers, onFailure } = run.task;
  const { taskStateHandlers } = run.flowRun.options;
  if (stateHandlers.length === 0 && onFailure === null && taskStateHandlers === undefined) return taskStateTaken(run, newState);
  const own = onFailure === null ? stateHandlers : [...stateHandlers, failureHandler(onFailure)];
  const handlers = taskStateHandlers === undefined ? own : [...own, ...taskStateHandlers];
  const called = withContext(run.context, () => callStateHandlers(handlers, run.task, oldState, newState, (message) => run.logger.error(message)));
  return called instanceof Promise ? called.then((handled) => handlersCalled(run, handled)) : handlersCalled(run, called);
}

function failureHandler(onFailure: FailureCallback<TaskInfo>): StateHandler<TaskInfo> {
  return async (subject, _, state) => { if (state.isFailed()) await onFailure(subject, state); };
}

function handlersCalled(run: TaskRun, { state, ends }: HandledState): State {
  if (ends) run.ended = true;
  return taskStateTaken(run, state);
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
