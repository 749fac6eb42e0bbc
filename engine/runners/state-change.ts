/** State handlers and observers: what happens at each change of state (prefect.engine.runner, handle_state_change). */
import { currentContext, withContext } from "../context-store.ts";
import { PAUSE, Signal } from "../signals.ts";
import type { Logger } from "../logging/logger.ts";
import { describeError } from "./error-text.ts";
import { Failed, type State } from "../state.ts";
import type { FailureCallback, StateHandler, TaskInfo } from "../task/task-options.ts";
import { isThenable } from "../thenable.ts";
import type { FlowRun } from "./flow-run.ts";
import { returnedState } from "./returned-state.ts";
import type { TaskRun } from "./task-run.ts";

/** Outcome of handlers that ends the run: one broke, or raised PAUSE. */
export class EndingState {
  readonly state: State;
  constructor(state: State) { this.state = state; }
}

type HandledState = State | EndingState;

/**
 * Calls handlers in order, each with what the one before returned; nothing returned keeps the state. A signal thrown by a
 * handler replaces the state, without those that follow being called; any other error ends the run as Failed.
 * @returns a promise only where a handler is async
 */
export function callStateHandlers<Subject>(handlers: readonly StateHandler<Subject>[], subject: Subject, oldState: State, newState: State, about: { readonly logger: Logger }, first = 0): HandledState | Promise<HandledState> {
  let state = newState;
  for (let index = first; index < handlers.length; index++) {
    try {
      const handler = handlers[index];
      const returned: unknown = handler(subject, oldState, state);
      if (isThenable(returned)) {
        const before = state;
        return Promise.resolve(returned)
          .then((replaced) => callStateHandlers(handlers, subject, oldState, returnedState(replaced, handler) ?? before, about, index + 1))
          .catch((error: unknown) => raised(error, about));
      }
      state = returnedState(returned, handler) ?? state;
    } catch (error) {
      return raised(error, about);
    }
  }
  return state;
}

function raised(error: unknown, about: { readonly logger: Logger }): HandledState {
  if (error instanceof Signal) return error instanceof PAUSE ? new EndingState(error.state) : error.state;
  if (currentContext()?.raiseOnException === true) throw error;
  const message = `Unexpected error while calling state handlers: ${describeError(error)}`;
  about.logger.error(message);
  return new EndingState(new Failed(message, error));
}

/** Is anybody called at the run's changes of state? */
export function hasHandlers({ task, flowRun }: TaskRun): boolean {
  return task.stateHandlers.length > 0 || task.onFailure !== null || flowRun.options.taskStateHandlers !== undefined;
}

/** A task run takes a new state: handlers first, then the observer is told. Synchronous where no handler is async. */
export function taskStateChanged(run: TaskRun, oldState: State, newState: State): State | Promise<State> {
  const { stateHandlers, onFailure } = run.task;
  const { taskStateHandlers } = run.flowRun.options;
  if (!hasHandlers(run)) return taskStateTaken(run, newState);
  const own = onFailure === null ? stateHandlers : [...stateHandlers, failureHandler(onFailure)];
  const handlers = taskStateHandlers === undefined ? own : [...own, ...taskStateHandlers];
  const called = withContext(run.context, () => callStateHandlers(handlers, run.task, oldState, newState, run));
  return called instanceof Promise ? called.then((handled) => handlersCalled(run, handled)) : handlersCalled(run, called);
}

function failureHandler(onFailure: FailureCallback<TaskInfo>): StateHandler<TaskInfo> {
  return async (subject, _, state) => { if (state.isFailed()) await onFailure(subject, state); };
}

function handlersCalled(run: TaskRun, handled: HandledState): State {
  if (!(handled instanceof EndingState)) return taskStateTaken(run, handled);
  run.ended = true;
  return taskStateTaken(run, handled.state);
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
  const handled = handlers.length === 0 ? newState : await callStateHandlers(handlers, run.graph, run.state, newState, run);
  const state = handled instanceof EndingState ? handled.state : handled;
  if (!run.closed) run.take(state);
  return state;
}
