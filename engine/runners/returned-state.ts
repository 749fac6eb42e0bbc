/** What handlers return: a state, or nothing. */
import { describeValue } from "../errors.ts";
import { State } from "../state.ts";

/** @returns the state; undefined for nothing. @throws TypeError for anything else, with the handler's name */
export function returnedState(returned: unknown, handler: Function): State | undefined {
  if (returned === undefined || returned === null) return undefined;
  if (returned instanceof State) return returned;
  throw new TypeError(`${handler.name === "" ? "A handler" : `The handler ${handler.name}`} must return a State or nothing, and returned ${describeValue(returned)}.`);
}
