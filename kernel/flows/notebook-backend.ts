/** The notebook's way to a server: flows are registered with the cells that they need, and their runs are shown. */
import { Flow, type BackendFlow, type FlowBackend, type RegisteredFlow, type RegisterOptions, type ScheduledRun, type ScheduleRunOptions } from "../../engine/index.ts";
import type { CellHistory } from "../slice/cell-history.ts";
import type { FlowSlice } from "../slice/flow-slice.ts";
import type { Stop } from "../slice/notebook-timeline.ts";

/** How deep the cell may be in the stack (count). */
const MAX_FRAMES = 200;

/** Who is told. */
export interface BackendListener {
  registered(flow: Flow, registered: RegisteredFlow): void;
  scheduled(run: ScheduledRun): Promise<void>;
}

/** What a notebook's flows do when they are registered and scheduled. */
export class NotebookBackend implements FlowBackend {
  readonly #history: CellHistory;
  readonly #directory: string;
  readonly #listener: BackendListener;

  /** @param directory the notebook's folder */
  constructor(history: CellHistory, directory: string, listener: BackendListener) {
    this.#history = history;
    this.#directory = directory;
    this.#listener = listener;
  }

  /** @throws FlowletError NOT_IN_CELLS, FLOW_NOT_BUNDLED, BUNDLE_NOT_LOADED, SLICE_DIFFERS; ApiError */
  async register(given: BackendFlow, options: RegisterOptions): Promise<RegisteredFlow> {
    const flow = given as Flow;
    const registered = options.build === false ? await (await import("../../client/index.ts")).flowBackend.register(flow, options) : await this.#registerCells(flow, options);
    this.#listener.registered(flow, registered);
    return registered;
  }

  async schedule(flow: BackendFlow, parameters: Readonly<Record<string, unknown>>, options: ScheduleRunOptions, registered: RegisteredFlow | null): Promise<ScheduledRun> {
    const { flowBackend } = await import("../../client/index.ts");
    const run = await flowBackend.schedule(flow, parameters, options, registered);
    await this.#listener.scheduled(run);
    return run;
  }

  async #registerCells(flow: Flow, options: RegisterOptions): Promise<RegisteredFlow> {
    const slice = await this.slice(flow);
    const { registerNotebookFlow } = await import("./register-notebook-flow.ts");
    return await registerNotebookFlow(flow, options, slice, this.#directory);
  }

  /** The cells that a flow needs, as one module. @throws FlowletError NOT_IN_CELLS */
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
