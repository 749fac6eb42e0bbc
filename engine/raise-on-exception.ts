/** A help for tests and for debugging (prefect.utilities.debug.raise_on_exception). */
import { context } from "./context.ts";

/**
 * In flow runs that begin inside `body`, what a task, a trigger or a state handler throws is thrown on instead of becoming a state: the run
 * ends at once, without retries, and `flow.run()` rejects with that very error. Signals still become states.
 *
 * `await raiseOnException(() => flow.run())`
 */
export function raiseOnException<T>(body: () => T): T {
  return context.with({ raiseOnException: true }, body);
}
