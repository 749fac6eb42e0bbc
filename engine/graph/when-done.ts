/** Bodies of blocks may be async. */

/** Calls `done` when `result` is there: at once, or when the promise that it is has been fulfilled. @returns the result */
export function whenDone<T>(result: T, done: () => void): T {
  if (typeof (result as { then?: unknown } | null | undefined)?.then !== "function") {
    done();
    return result;
  }
  return (result as unknown as Promise<unknown>).then((value) => {
    done();
    return value;
  }) as T;
}
