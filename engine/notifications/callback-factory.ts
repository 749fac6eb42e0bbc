/** State handlers made of a callback and a check (prefect.utilities.notifications.callback_factory). */
import { FlowletError, describeValue } from "../errors.ts";
import type { State } from "../state.ts";

/** A handler for tasks and for flows. */
export type AnyStateHandler<Subject> = (subject: Subject, oldState: State, newState: State) => Promise<State>;

/**
 * Makes a state handler that calls `callback` with the task or flow and its new state whenever `check` says true of the state. Both may
 * be async; the state stays as it is.
 * @throws FlowletError BAD_OPTION
 */
export function callbackFactory<Subject = any>(callback: (subject: Subject, state: State) => unknown, check: (state: State) => boolean | Promise<boolean>): AnyStateHandler<Subject> {
  for (const [option, value] of [["callback", callback], ["check", check]] as const) {
    if (typeof value !== "function") throw new FlowletError("BAD_OPTION", { owner: "callbackFactory", option, expected: "a function", got: describeValue(value) });
  }
  return async (subject, _, newState) => {
    if ((await check(newState)) === true) await callback(subject, newState);
    return newState;
  };
}
