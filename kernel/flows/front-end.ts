/**
 * The joint between the flows of a notebook and the Jupyter side of the user process, in both directions. Types only.
 */

/** A MIME bundle to show. */
export interface DisplayBundle {
  readonly data: { readonly [mimeType: string]: unknown };
  readonly metadata?: { readonly [key: string]: unknown };
  /** Display id, so that the output can be updated later. */
  readonly displayId?: string;
}

/** Which cell is executed. */
export interface CellIdentity {
  /** `metadata.cellId` of the execute_request; where the front end sends none, `execution-<count>`. */
  readonly id: string;
  /** `In [n]`. */
  readonly executionCount: number;
}

/** What flows need from the front end; implemented by the user process over its link to the kernel process. */
export interface FrontEnd {
  openComm(commId: string, target: string, data: unknown): void;
  sendComm(commId: string, data: unknown): void;
  closeComm(commId: string): void;
  /** Sends display_data. */
  display(bundle: DisplayBundle): void;
  /** Sends update_display_data. */
  updateDisplay(bundle: DisplayBundle & { readonly displayId: string }): void;
  /**
   * Waits for a turn in the queue of cells: resolves when no cell executes, and keeps later cells waiting (and the kernel
   * busy) until the returned function is called, or the user interrupts. For work that the user starts in a picture. Rejects
   * when a local module was edited and does not load: its old code must not run.
   */
  takeTurn(): Promise<() => void>;
  /** An error with its stack, naming cells and lines; never throws. */
  describeError(error: unknown): string;
  /** Number of the execution that the running code belongs to; null: of none. */
  execution(): number | null;
  /** Is a cell (or another turn) executing right now? */
  isBusy(): boolean;
}

/** What the user process asks of the flows part. */
export interface NotebookFlows {
  /** Runs `body` as that cell: tasks and flows made in it, also later in its timers, belong to the cell. */
  runCell<T>(cell: CellIdentity, body: () => T): T;
  /** The user deleted these cells: what they added leaves its flows. */
  forgetCells(ids: readonly string[]): void;
  /** How a value of ours (a flow, a state, a task) is shown; `undefined` for any other value. */
  display(value: unknown): DisplayBundle | undefined;
  /** A task run printed: keeps `text` with the task that prints now (AsyncLocalStorage). Outside tasks: nothing. */
  recordOutput(stream: "stdout" | "stderr", text: string): void;
  /** A task run displayed: keeps it with the task that runs now. Outside tasks: nothing. */
  recordDisplay(data: DisplayBundle["data"]): void;
  commOpened(commId: string, target: string, data: unknown): void;
  /** Never throws: a malformed message is answered on the comm. */
  commMessage(commId: string, data: unknown): void;
  commClosed(commId: string): void;
  /** The user interrupted: cancel every running flow run (AbortSignal), settle what was cut off. Returns when told, not when done. */
  interrupt(): void;
  /** A cell or module was (re)loaded: what is kept may be stale; verdicts are refreshed. */
  codeChanged(): void;
}
