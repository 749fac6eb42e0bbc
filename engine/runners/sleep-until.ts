/** Waiting for a point in time. */

/** How late it may notice that the machine slept, or that its clock was set (milliseconds). */
const LOOK_AGAIN = 30_000;

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
      // Timers stand still while the machine sleeps: look at the clock now and then.
      timer = setTimeout(step, Math.min(rest, LOOK_AGAIN));
    };
    signal?.addEventListener("abort", abort, { once: true });
    step();
  });
}
