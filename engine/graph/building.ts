/** What a flow sees while it is built: tasks that were made and never added, copies that lose their edges. Told as warnings. */
import { getLogger } from "../logging/logger.ts";
import type { EdgeEnd } from "./edge.ts";

/** Watches the construction of one flow; costs a look at an empty set where all is well. */
export class Building {
  /** Blocks that are open (count): `build` nests, and may be async. */
  #open = 0;
  /** Made in an open block, and neither copied nor given to another flow since. */
  readonly #made = new Set<EdgeEnd>();
  readonly #copied = new WeakSet<EdgeEnd>();

  get isOpen(): boolean { return this.#open > 0; }

  created(task: EdgeEnd): void {
    if (this.#open > 0) this.#made.add(task);
  }

  used(task: EdgeEnd): void {
    if (this.#made.size > 0) this.#made.delete(task);
  }

  /** A task that has edges in the flow is copied. */
  copiedWithEdges(task: EdgeEnd, flow: string): void {
    if (this.#copied.has(task)) return;
    this.#copied.add(task);
    getLogger("Flow").warning(`A copy is made of task ${task.name}, which has dependencies in flow ${flow}: the copy has none of them. Bind it, or set its dependencies.`);
  }

  /** Runs a block. @param has is it in the flow? */
  block<T>(flow: string, has: (task: EdgeEnd) => boolean, body: () => T): T {
    this.#open++;
    let result: T;
    try {
      result = body();
    } catch (error) {
      this.#close();
      throw error;
    }
    const end = () => this.#tellUnused(this.#close(), flow, has);
    if (result instanceof Promise) result.then(end, () => this.#close());
    else end();
    return result;
  }

  /** @returns what was made, when no block is open any more */
  #close(): EdgeEnd[] {
    if (--this.#open > 0) return [];
    const made = [...this.#made];
    this.#made.clear();
    return made;
  }

  #tellUnused(made: readonly EdgeEnd[], flow: string, has: (task: EdgeEnd) => boolean): void {
    const names = made.filter((task) => !has(task)).map((task) => task.name);
    if (names.length === 0) return;
    const shown = names.length > 10 ? [...names.slice(0, 10), `… ${names.length - 10} more`] : names;
    getLogger("Flow").warning(`Tasks were created but not added to the flow: {${shown.join(", ")}}. Flow: ${flow}. Call them inside build, or add them: flow.addTask(task).`);
  }
}
