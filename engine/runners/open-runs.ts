/**
 * A process that has nothing left to do ends, also where somebody waits for a flow run: its tasks wait for promises that nobody can
 * settle any more. Then these runs are cancelled, so that whoever waits for them is told.
 */
import type { FlowRun } from "./flow-run.ts";

/** What Node itself ends with where a promise is awaited that nothing settles. */
const UNSETTLED = 13;

const RUNS = Symbol.for("flowlet.openRuns");

/** Listens for the end of the process; holds what is to be cancelled then. */
interface Listener {
  (): void;
  readonly [RUNS]: Set<FlowRun>;
}

/** Watches a run until it has ended. One listener for all runs: the list of a process's listeners is where it is found again. */
export function watchOpenRun(run: FlowRun): void {
  const known = process.listeners("beforeExit").find((listener) => RUNS in listener) as Listener | undefined;
  const listener = known ?? makeListener();
  if (known === undefined) process.on("beforeExit", listener);
  listener[RUNS].add(run);
  void run.ended.then(() => {
    listener[RUNS].delete(run);
    if (listener[RUNS].size === 0) process.off("beforeExit", listener);
  });
}

function makeListener(): Listener {
  const runs = new Set<FlowRun>();
  return Object.assign(() => {
    for (const run of [...runs]) {
      const names = [...run.open].map(({ task }) => task.name);
      const message = `Nothing is left that could settle ${names.length === 0 ? "this run" : `the promise of task ${names.slice(0, 10).join(", ")}`}.`;
      run.logger.error(`Flow run cancelled: ${message}`);
      process.exitCode ??= UNSETTLED;
      run.cancel(message);
    }
  }, { [RUNS]: runs });
}
