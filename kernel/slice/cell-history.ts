/** What was executed in a notebook, in order: the ground of every slice. */

/** A cell that was executed. */
export interface CellExecution {
  /** Place in the order of executions. */
  readonly order: number;
  readonly cellId: string;
  /** `3` of `Cell [3]`, or `*`. */
  readonly label: string;
  /** As the user wrote it. */
  readonly code: string;
  /** Name of the evaluated script, as stacks say it. */
  readonly sourceUrl: string;
  state: "running" | "done" | "failed";
  /** The user has deleted the cell since. */
  deleted: boolean;
}

/** Executions since the user process was started. Mutable. */
export class CellHistory {
  readonly #executions: CellExecution[] = [];
  /** Names on globalThis before any cell was executed. */
  readonly builtIns: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(globalThis));

  /** A cell begins. */
  begin(cell: Pick<CellExecution, "cellId" | "label" | "code" | "sourceUrl">): CellExecution {
    const execution: CellExecution = { ...cell, order: this.#executions.length, state: "running", deleted: false };
    this.#executions.push(execution);
    return execution;
  }

  /** The user deleted these cells. */
  forget(cellIds: readonly string[]): void {
    const deleted = new Set(cellIds);
    for (const execution of this.#executions) if (deleted.has(execution.cellId)) execution.deleted = true;
  }

  /** In order. */
  get executions(): readonly CellExecution[] { return this.#executions; }
}
