/**
 * What the next run of each displayed flow would do: found out anew when code may have changed, once the kernel has nothing else to do,
 * so that the verdicts in the pictures follow the cells.
 */
import type { FlowPlan, Task } from "../../engine/index.ts";
import type { FlowRecord } from "./flow-record.ts";

/** What the verdicts need. */
export interface VerdictOptions {
  readonly records: () => Iterable<FlowRecord>;
  readonly plan: (record: FlowRecord) => FlowPlan;
  /** Told the tasks of which another thing is to be said. */
  readonly changed: (record: FlowRecord, tasks: readonly Task[]) => void;
  /** Is a cell executing? When it is done, {@link FlowVerdicts.soon} is called again. */
  readonly isBusy: () => boolean;
}

/** Cells that are run one after the other come without a pause longer than this (milliseconds). */
const PAUSE = 40;

/** One for the notebook. */
export class FlowVerdicts {
  readonly #options: VerdictOptions;
  #timer: NodeJS.Timeout | null = null;
  #rest: FlowRecord[] = [];

  constructor(options: VerdictOptions) {
    this.#options = options;
  }

  /** Code, results or a flow may have changed. */
  soon(): void {
    this.#rest = [];
    if (this.#timer !== null) return void this.#timer.refresh();
    for (const { displayed } of this.#options.records()) {
      if (!displayed) continue;
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.#rest = [...this.#options.records()].filter((record) => record.displayed);
        this.#next();
      }, PAUSE).unref();
      return;
    }
  }

  /** One flow at a time: a cell that comes meanwhile goes first. */
  #next(): void {
    const record = this.#options.isBusy() ? undefined : this.#rest.shift();
    if (record === undefined) return;
    if (record.current === null) this.#update(record);
    if (this.#rest.length > 0) setImmediate(() => this.#next());
  }

  #update(record: FlowRecord): void {
    let plan: FlowPlan | null = null;
    try {
      plan = this.#options.plan(record);
    } catch {
      // A flow with a cycle, a half-built one: whoever runs it is told.
    }
    const tasks = record.planned(plan);
    if (tasks.length > 0) this.#options.changed(record, tasks);
  }
}
