/** The flows of a notebook: joins the engine to the cells that make flows and to the pictures that show them. */
import { ResultCache, configuredStore, formatLogRecord, knownValue, recordTaskDisplay, recordTaskLog, recordTaskOutput, replayedText, withHost, type ImportFinder, type Places, type ThreadSupport } from "../../engine/embedding.ts";
import { Flow, FlowPlan, type FlowHost, type ScheduledRun } from "../../engine/index.ts";
import { COMM_TARGET, type TaskLog } from "../../protocol/comm-messages.ts";
import { FLOW_MIME, type FlowLink } from "../../protocol/flow-snapshot.ts";
import { flowBundle } from "./flow-bundle.ts";
import { FlowComms } from "./flow-comms.ts";
import { NotebookBackend } from "./notebook-backend.ts";
import type { FlowRecord } from "./flow-record.ts";
import { FlowPublisher } from "./flow-publisher.ts";
import { FlowRegistry } from "./flow-registry.ts";
import { FlowVerdicts } from "./flow-verdicts.ts";
import { planBundle } from "./plan-bundle.ts";
import type { ServerRun } from "./server-run.ts";
import { ServerRuns, type ServerAccess } from "./server-runs.ts";
import type { CellHistory } from "../slice/cell-history.ts";
import type { CellIdentity, DisplayBundle, FrontEnd, NotebookFlows } from "./front-end.ts";

/** Makes the flows part of a user process. @param threads how cells' functions find their modules in worker threads @param code where the notebook's code is @param history its cells */
export function createNotebookFlows(frontEnd: FrontEnd, threads: ThreadSupport, code: Places & ImportFinder, history: CellHistory): NotebookFlows {
  return new Notebook(frontEnd, threads, code, history);
}

/** Loaded when it is first needed. */
async function serverAccess(): Promise<ServerAccess> {
  const [{ FlowletClient }, { pageUrl }] = await Promise.all([import("../../client/index.ts"), import("../../client/page-url.ts")]);
  const client = new FlowletClient();
  return { client, urlOf: (flowRunId) => pageUrl(client, `/flow-run/${flowRunId}`) };
}

/** Largest display that is kept with a task (characters of JSON). */
const MAX_DISPLAY = 1_000_000;

class Notebook implements NotebookFlows {
  readonly #registry = new FlowRegistry();
  /** Beside the notebook, wherever a cell goes with `process.chdir`. */
  readonly #directory = process.cwd();
  readonly #cache: ResultCache;
  readonly #publisher: FlowPublisher;
  readonly #comms: FlowComms;
  readonly #verdicts: FlowVerdicts;
  #interrupts = new AbortController();
  readonly #frontEnd: FrontEnd;
  readonly #threads: ThreadSupport;
  readonly #backend: NotebookBackend;
  readonly #serverRuns: ServerRuns;
  /** The execution that a run was shown in when it was scheduled. */
  readonly #displayedIn = new WeakMap<object, number | null>();
  /** A log line is being printed; what is printed then is no output of a task. */
  #logging = false;

  constructor(frontEnd: FrontEnd, threads: ThreadSupport, code: Places & ImportFinder, history: CellHistory) {
    this.#backend = new NotebookBackend(history, this.#directory, {
      registered: (flow, { url, project, version }) => this.#registered(this.#registry.of(flow), { url, project, version }),
      scheduled: (run) => this.#scheduled(run),
    });
    this.#serverRuns = new ServerRuns(serverAccess, {
      send: (message) => this.#comms.broadcast(message),
      ended: (run) => this.#publisher.save(run.flowId, run.displayId, this.#serverRuns.bundle(run)),
    });
    this.#cache = new ResultCache({ known: knownValue, places: code, modules: code, store: () => configuredStore(this.#directory) });
    this.#frontEnd = frontEnd;
    this.#threads = threads;
    this.#comms = new FlowComms(frontEnd, this.#registry, () => this.#publisher, {
      run: (flow, options) => this.#under(flow.origin, () => flow.run(flow.latestParameters, options)),
      register: (flow, options) => this.#under(flow.origin, () => flow.register(options)),
    }, this.#serverRuns);
    this.#publisher = new FlowPublisher(
      (message) => this.#comms.broadcast(message),
      (displayId, data) => frontEnd.updateDisplay({ displayId, data }),
      (graph) => (graph instanceof Flow ? this.#registry.of(graph) : undefined),
      () => this.#verdicts.soon(),
    );
    this.#verdicts = new FlowVerdicts({
      records: () => this.#registry.all(), plan: ({ flow }) => this.#under(flow.origin, () => flow.plan()),
      changed: (record, tasks) => this.#publisher.verdictsChanged(record, tasks), isBusy: () => frontEnd.isBusy(),
    });
  }

  runCell<T>(cell: CellIdentity, body: () => T): T {
    this.#registry.beginCell(cell.id);
    for (const record of this.#registry.all()) {
      // A flow that the cell made stays whole until the cell makes it again: should the cell fail, it still works.
      if (record.flow.origin === cell.id) record.flow.expectRebuild(cell.id);
      else this.#remove(record, cell.id);
    }
    return this.#under(cell.id, body);
  }

  forgetCells(ids: readonly string[]): void {
    for (const record of this.#registry.all()) for (const id of ids) this.#remove(record, id);
  }

  #remove(record: FlowRecord, cellId: string): void {
    if (record.flow.removeOrigin(cellId)) this.#publisher.graphChanged(record);
  }

  #under<T>(origin: string | undefined, body: () => T): T {
    const notebook = this;
    const host: FlowHost = {
      backend: this.#backend,
      origin, observer: this.#publisher.observer, cache: this.#cache, threads: this.#threads,
      get signal() { return notebook.#interrupts.signal; },
      onFlowCreated: (flow) => {
        const { record, replaced } = this.#registry.add(flow);
        flow.onChanged = () => this.#publisher.graphChanged(record);
        // The new flow's structure is known only when its cell is done; the pictures of the old one are told then.
        if (replaced?.displayed) queueMicrotask(() => setImmediate(() => this.#tellReplaced(record.flowId)));
      },
      onReplay: (title, logs) => this.#replay(title, logs),
      describeError: (error) => this.#frontEnd.describeError(error),
      onLog: (record) => {
        recordTaskLog(record.at, record.level, record.message);
        this.#logging = true;
        try {
          process.stdout.write(`${formatLogRecord(record)}\n`);
        } finally {
          this.#logging = false;
        }
      },
    };
    return withHost(host, body);
  }

  #tellReplaced(flowId: string): void {
    const found = this.#registry.find(flowId, undefined);
    if (typeof found === "string") return;
    found.record.snapshot();
    const graphs = this.#registry.replacedGraphs(found.record);
    if (graphs.length > 0) this.#comms.broadcast({ type: "replaced", flowId, graphs });
    found.record.displayed = true;
    this.#publisher.graphChanged(found.record);
  }

  #registered(record: FlowRecord, link: FlowLink): void {
    record.link = link;
    this.#publisher.project = link.project;
    this.#publisher.graphChanged(record);
    if (record.displayed) this.#publisher.saveStates(record);
  }

  /** Shows a run where it was scheduled. */
  async #scheduled(run: ScheduledRun): Promise<void> {
    const shown = await this.#serverRuns.show(run.id, run);
    this.#comms.ensureOpen();
    this.#frontEnd.display({ data: this.#serverRuns.bundle(shown), displayId: shown.displayId });
    this.#displayedIn.set(run, this.#frontEnd.execution());
  }

  #displayRun(run: ServerRun, handle: object): DisplayBundle {
    // Its picture is in this cell already.
    if (this.#displayedIn.get(handle) === this.#frontEnd.execution()) return { data: { "text/plain": `Flow run ${run.snapshot().link?.run}: ${run.url}` } };
    this.#comms.ensureOpen();
    return { data: this.#serverRuns.bundle(run), displayId: run.displayId };
  }

  display(value: unknown): DisplayBundle | undefined {
    const serverRun = typeof value === "object" && value !== null ? this.#serverRuns.of(value) : undefined;
    if (serverRun !== undefined) return this.#displayRun(serverRun, value as object);
    const flow = value instanceof FlowPlan ? value.flow : value;
    if (!(flow instanceof Flow)) return undefined;
    const record = this.#registry.of(flow);
    record.displayed = true;
    this.#comms.ensureOpen();
    // What a plan said is not brought up to date, as the flow's own picture is.
    return value instanceof FlowPlan ? { data: planBundle(record.snapshot(), value) } : { data: flowBundle(record.snapshot()), displayId: record.displayId };
  }

  recordOutput(stream: "stdout" | "stderr", text: string): void {
    if (!this.#logging) recordTaskOutput(stream, text);
  }

  recordDisplay(data: DisplayBundle["data"]): void {
    // A flow's own picture is not a result of a task, and what is very large would fill the cache.
    if (FLOW_MIME in data) return;
    const size = JSON.stringify(data).length;
    recordTaskDisplay(size <= MAX_DISPLAY ? data : { "text/plain": `(a display of ${Math.round(size / 1000)} kB, too large to be kept)` });
  }

  #replay(title: string, logs: readonly TaskLog[]): void {
    this.#logging = true;
    try {
      process.stdout.write(`${replayedText(title, logs)}\n`);
    } finally {
      this.#logging = false;
    }
    for (const { source, data } of logs) if (source === "display" && data !== undefined) this.#frontEnd.display({ data, metadata: { flowlet: { kept: title } } });
  }

  commOpened(commId: string, target: string): void {
    if (target === COMM_TARGET) this.#comms.opened(commId);
  }
  commMessage(commId: string, data: unknown): void { this.#comms.received(commId, data); }
  commClosed(commId: string): void { this.#comms.closed(commId); }

  interrupt(): void {
    const interrupted = this.#interrupts;
    this.#interrupts = new AbortController();
    interrupted.abort();
  }

  codeChanged(): void { this.#verdicts.soon(); }
}
