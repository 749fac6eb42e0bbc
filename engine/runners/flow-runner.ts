/**
 * Runs a flow once: tasks as soon as what they depend on is finished, as many at a time as the executor takes
 * (prefect.engine.flow_runner). Driven by events, without recursion; everything that ends it early is in FlowRun.cancel.
 *
 * Differs: independent tasks run concurrently, and a retry waits for its own delay only, not for the whole pass.
 */
import { withContext } from "../context-store.ts";
import { currentHost } from "../host.ts";
import { Failed, Running, type State } from "../state.ts";
import { determineFinalState } from "./final-state.ts";
import type { FlowRun } from "./flow-run.ts";
import { describeError } from "./error-text.ts";
import { watchOpenRun } from "./open-runs.ts";
import { recordPrints } from "./print-record.ts";
import { flowStateChanged } from "./state-change.ts";
import { updateCaches } from "./session-caching.ts";
import { walkPasses } from "./passes.ts";

/**
 * Runs a flow to its end. @returns its state, with the tasks' states as the result; never rejects
 *
 * The caller waits for the run's end, not for the code that drives it: user code runs on top of that code, and an interrupt
 * that cuts off an endless loop takes it along, without `finally` and without settling its promise.
 */
export function runFlow(run: FlowRun): Promise<State> {
  watchOpenRun(run);
  queueMicrotask(() => void withContext(run.context, () => drive(run)));
  return run.ended;
}

/** In runs that keep results. */
function tellOfKept(run: FlowRun): void {
  const { keys } = run;
  if (keys === null) return;
  run.logger.info(run.summary);
  keys.history.ended({ hits: keys.hits, misses: keys.misses, saved: keys.saved });
}

async function drive(run: FlowRun): Promise<void> {
  if (run.closed) return;
  // A host sees prints itself.
  if (run.keys !== null && currentHost()?.onLog === undefined) void run.ended.then(recordPrints());
  run.logger.info(`Beginning Flow run for '${run.graph.name}'`);
  run.observer?.flowRunStarted?.(run);
  try {
    const running = await flowStateChanged(run, new Running("Running flow."));
    if (!running.isRunning()) {
      return run.end(running);
    }
    await run.executor.start?.();
    await walkPasses(run);
    if (run.closed) return;
    run.keys?.guard.look();
    if (run.options.wait !== false) updateCaches(run);
    await run.executor.stop?.();
    const final = await determineFinalState(run);
    tellOfKept(run);
    run.end(final === run.state ? final : await flowStateChanged(run, final));
  } catch (error) {
    if (run.raises) return run.raise(error);
    const message = `Unexpected error while running flow: ${describeError(error)}`;
    run.logger.error(message);
    try {
      await run.executor.stop?.();
    } catch (other) {
      run.logger.error(`The executor does not stop: ${describeError(other)}`);
    }
    run.end(await flowStateChanged(run, new Failed(message, error)));
  }
}
