/** Is there something to wait for? */

/** What `await` waits for: a promise, or anything else with a method `then`, also a function. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (typeof value === "object" || typeof value === "function") && value !== null && typeof (value as { then?: unknown }).then === "function";
}
