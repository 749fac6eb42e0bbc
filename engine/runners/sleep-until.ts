/** Waiting for a point in time. */

/** Waits until `time`. @returns false when aborted first */
export function sleepUntil(time: Date, signal: AbortSignal | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve(false);
    let timer: NodeJS.Timeout;
    const abort = () => { clearTimeout(timer); resolve(false); };
    const step = () => {
      const rest = time.getTime() - Date.now();
      if (rest <= 0) {
        signal?.removeEventListener("abort", abort);
        return resolve(true);
      }
      // Longer timers overflow.
      timer = setTimeout(step, Math.min(rest, 2 ** 31 - 1));
    };
    signal?.addEventListener("abort", abort, { once: true });
    step();
  });
}
