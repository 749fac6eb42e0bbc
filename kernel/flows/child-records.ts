/** The children of a mapped task in its last run: all of them by state, and of some what the panel shows. */
import type { ChildDetails } from "../../protocol/comm-messages.ts";
import { isStateKind, type StateName } from "../../protocol/states.ts";
import type { ObservedTaskRun } from "../../engine/embedding.ts";
import type { State } from "../../engine/index.ts";

/** A child's run, kept to be shown. */
interface ShownChild {
  readonly run: ObservedTaskRun;
  readonly state: State;
}

/** How many children are shown one by one: the first ones, and beside them as many that failed (count). */
const MAX_SHOWN = 100;

/** Mutable; one for each run of a mapped task. A million children cost one word each. */
export class ChildRecords {
  readonly #states: StateName[];
  readonly #counts = new Map<StateName, number>();
  readonly #shown = new Map<number, ShownChild>();
  #failuresShown = 0;
  #unfinished = 0;
  /** Time in the children's function together, of those that have run (milliseconds). */
  spent = 0;

  /** @param children the states they start from */
  constructor(children: readonly State[]) {
    this.#states = children.map((child) => child.type);
    for (const state of this.#states) this.#count(state, 1);
  }

  /** Number of children (count). */
  get size(): number { return this.#states.length; }
  get isFinished(): boolean { return this.#unfinished === 0; }
  /** How many are in which state. */
  get counts(): { readonly [State in StateName]?: number } { return Object.fromEntries(this.#counts); }

  changed(run: ObservedTaskRun, state: State): void {
    const index = run.mapIndex as number;
    const before = this.#states[index];
    if (before !== undefined) this.#count(before, -1);
    this.#states[index] = state.type;
    this.#count(state.type, 1);
    if (state.isFinished() && !state.isCached()) this.spent += run.duration;
    if (index < MAX_SHOWN || this.#shown.has(index)) this.#shown.set(index, { run, state });
    else if (state.isFailed() && this.#failuresShown < MAX_SHOWN) {
      this.#failuresShown++;
      this.#shown.set(index, { run, state });
    }
  }

  #count(state: StateName, by: 1 | -1): void {
    const count = (this.#counts.get(state) ?? 0) + by;
    if (count === 0) this.#counts.delete(state);
    else this.#counts.set(state, count);
    if (!isStateKind(state, "Finished")) this.#unfinished += by;
  }

  /** Those that are shown one by one, failures first. @param describe what the panel shows of one */
  details(describe: (index: number, run: ObservedTaskRun, state: State) => ChildDetails): ChildDetails[] {
    return [...this.#shown]
      .sort(([one, { state: first }], [other, { state: second }]) => Number(second.isFailed()) - Number(first.isFailed()) || one - other)
      .slice(0, MAX_SHOWN)
      .map(([index, { run, state }]) => describe(index, run, state));
  }
}
