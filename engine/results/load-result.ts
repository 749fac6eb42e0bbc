/** Reads the value of a state whose result was kept somewhere, and not with the state itself. */
import { FlowletError } from "../errors.ts";
import type { Result } from "./result.ts";

/** What of a state this is about. */
export interface StoredState {
  result: unknown;
  stored?: Result | undefined;
}

/** The result is known by its place only. A result that is null or undefined is never written, and needs none. */
export function needsLoading(state: StoredState): boolean {
  return state.stored !== undefined && state.result === undefined;
}

/** Its value was not kept anywhere when the state was written as JSON. */
export function isLost(state: StoredState): boolean {
  return needsLoading(state) && state.stored?.location === null && !state.stored.isNeverWritten;
}

/** A file is read once, however many tasks wait for it. */
const reading = new WeakMap<StoredState, Promise<void>>();

/**
 * Reads the value, unless the state has it.
 * @param result reads it, if what the state itself says of its result can not: one of a class or with a serializer of the user's
 * @throws FlowletError RESULT_NOT_KEPT, RESULT_NOT_READ, RESULT_WITHOUT_STORE …
 */
export function loadStored(state: StoredState, result?: Result): Promise<void> {
  if (!needsLoading(state)) return Promise.resolve();
  let promise = reading.get(state);
  if (promise === undefined) {
    promise = load(state, state.stored as Result, result).finally(() => reading.delete(state));
    reading.set(state, promise);
  }
  return promise;
}

async function load(state: StoredState, stored: Result, reader: Result | undefined): Promise<void> {
  if (isLost(state)) throw new FlowletError("RESULT_NOT_KEPT");
  const { location } = stored;
  const read = await (reader ?? stored).read(typeof location === "string" ? location : "");
  state.result = read.value;
  // Secrets stay out of what is kept with a state.
  if (!stored.isNeverWritten) state.stored = read;
}
