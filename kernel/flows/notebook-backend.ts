/** Registers the flows of a notebook: with the cells that they need. */
import type { Flow } from "../../engine/index.ts";
import type { CellHistory } from "../slice/cell-history.ts";
import type { FlowSlice } from "../slice/flow-slice.ts";
import type { Stop } from "../slice/notebook-timeline.ts";

/** How deep the cell may be in the stack (count). */
const MAX_FRAMES = 200;

/** The notebook's way to a server. */
export class NotebookBackend {
  readonly #history: CellHistory;
  /** The notebook's folder. */
  readonly directory: string;

  constructor(history: CellHistory, directory: string) {
    this.#history = history;
    this.directory = directory;
  }

  /**
   * The cells that a flow needs, as one module.
   * @throws FlowletError NOT_IN_CELLS
   */
  async slice(flow: Flow): Promise<FlowSlice> {
    const stop = this.#stop();
    const { sliceFlow } = await import("../slice/flow-slice.ts");
    return sliceFlow(flow, this.#history, stop);
  }

  /** The statement of a cell that calls us; what is behind it has not run. */
  #stop(): Stop | null {
    const running = this.#history.executions.filter(({ state }) => state === "running");
    if (running.length === 0) return null;
    // A call site does not tell the name that a script gives itself; a stack does.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = MAX_FRAMES;
    const { stack = "" } = new Error();
    Error.stackTraceLimit = stackTraceLimit;
    for (const execution of running) {
      const at = stack.lastIndexOf(`${execution.sourceUrl}:`);
      if (at !== -1) return { execution, line: Number.parseInt(stack.slice(at + execution.sourceUrl.length + 1), 10) };
    }
    return null;
  }
}
