/**
 * Tells pictures what changes: at most ten messages a second for each flow, in order, with sequence numbers; at the end of a
 * run also what the notebook's outputs should hold.
 */
import type { KernelMessage, NodeStatus } from "../../protocol/comm-messages.ts";
import type { ObservedFlowRun, ObservedTaskRun, RunObserver } from "../../engine/embedding.ts";
import type { State, Task } from "../../engine/index.ts";
import { flowBundle } from "./flow-bundle.ts";
import type { FlowRecord } from "./flow-record.ts";

/** Shortest time between two messages about a flow (milliseconds): jupyter_server drops comm messages above 1,000 a second. */
const INTERVAL = 100;

/** What has changed since the last message. */
interface Changes {
  readonly tasks: Set<Task>;
  graph: boolean;
  run: boolean;
  sentAt: number;
  timer: NodeJS.Timeout | null;
}

/** Collects changes and sends them. */
export class FlowPublisher {
  readonly #send: (message: KernelMessage) => void;
  readonly #update: (displayId: string, data: { readonly [mimeType: string]: unknown }) => void;
  readonly #recordOf: (graph: object) => FlowRecord | undefined;
  readonly #ended: () => void;
  readonly #changes = new WeakMap<FlowRecord, Changes>();

  /**
   * @param send to every picture
   * @param update the outputs of a display id
   * @param recordOf record of a flow; undefined for one that no picture can show
   * @param ended called when a run has ended
   */
  constructor(send: (message: KernelMessage) => void, update: (displayId: string, data: { readonly [mimeType: string]: unknown }) => void, recordOf: (graph: object) => FlowRecord | undefined, ended: () => void) {
    this.#ended = ended;
    this.#send = send;
    this.#update = update;
    this.#recordOf = recordOf;
  }

  /** The project that a flow was registered in last. */
  project: string | undefined;

  /** Sees the runs of the notebook's flows. */
  readonly observer: RunObserver = {
    flowRunStarted: (run) => this.#withRecord(run, (record) => {
      for (const task of record.begin(run)) this.#changesOf(record).tasks.add(task);
      this.#runChanged(record);
    }),
    flowRunChanged: (run, state) => this.#withRecord(run, (record) => {
      if (record.current === run) record.run = { ...record.run, state: state.type };
      this.#runChanged(record);
    }),
    taskRunChanged: (run, taskRun, state) => this.#withRecord(run, (record) => this.#taskChanged(record, taskRun, state)),
    flowRunEnded: (run, state) => this.#withRecord(run, (record) => {
      record.end(run, state);
      this.#runChanged(record);
      this.#flush(record);
      if (record.displayed) this.saveStates(record);
      this.#ended();
    }),
  };

  /** The flow's graph has changed. */
  graphChanged(record: FlowRecord): void {
    if (!record.displayed) return;
    this.#changesOf(record).graph = true;
    this.#schedule(record);
  }

  /** What the next run would do with these tasks has changed. */
  verdictsChanged(record: FlowRecord, tasks: readonly Task[]): void {
    const changes = this.#changesOf(record);
    for (const task of tasks) changes.tasks.add(task);
    this.#schedule(record);
  }

  /** The whole flow, to whoever asked. */
  snapshot(record: FlowRecord, requestId?: string): KernelMessage {
    const flow = record.snapshot();
    const nodes: Record<string, NodeStatus> = {};
    for (const task of record.flow.tasks) {
      const status = record.status(task);
      if (status !== undefined) nodes[record.flow.node(task).slug] = status;
    }
    return { type: "snapshot", flowId: record.flowId, seq: record.seq, ...(requestId !== undefined && { requestId }), flow, nodes, run: record.run, ...(this.project !== undefined && { project: this.project }) };
  }

  #withRecord(run: ObservedFlowRun, change: (record: FlowRecord) => void): void {
    const record = this.#recordOf(run.graph);
    if (record !== undefined) change(record);
  }

  #taskChanged(record: FlowRecord, taskRun: ObservedTaskRun, state: State): void {
    record.changed(taskRun, state);
    this.#changesOf(record).tasks.add(taskRun.node.task);
    this.#schedule(record);
  }

  #runChanged(record: FlowRecord): void {
    this.#changesOf(record).run = true;
    this.#schedule(record);
  }

  #changesOf(record: FlowRecord): Changes {
    let changes = this.#changes.get(record);
    if (changes === undefined) this.#changes.set(record, (changes = { tasks: new Set(), graph: false, run: false, sentAt: 0, timer: null }));
    return changes;
  }

  /** Sends at once after a pause, so that a task which holds the thread is seen running; else when the interval is over. */
  #schedule(record: FlowRecord): void {
    const changes = this.#changesOf(record);
    if (!record.displayed || changes.timer !== null) return;
    const wait = changes.sentAt + INTERVAL - Date.now();
    if (wait <= 0) return this.#flush(record);
    changes.timer = setTimeout(() => this.#flush(record), wait);
    changes.timer.unref();
  }

  #flush(record: FlowRecord): void {
    const changes = this.#changesOf(record);
    if (changes.timer !== null) clearTimeout(changes.timer);
    changes.timer = null;
    changes.sentAt = Date.now();
    if (!record.displayed) return;
    record.seq++;
    if (changes.graph) this.#send(this.snapshot(record));
    else {
      const nodes: Record<string, NodeStatus> = {};
      for (const task of changes.tasks) {
        const status = record.flow.has(task) ? record.status(task) : undefined;
        if (status !== undefined) nodes[record.flow.node(task).slug] = status;
      }
      this.#send({ type: "delta", flowId: record.flowId, seq: record.seq, nodes, ...(changes.run && { run: record.run }) });
    }
    changes.tasks.clear();
    changes.graph = false;
    changes.run = false;
  }

  /** Puts the flow as it is now into the outputs that show it. */
  saveStates(record: FlowRecord): void {
    this.save(record.flowId, record.displayId, flowBundle(record.snapshot()));
  }

  /** Puts data into the outputs of a display id, also into those of a notebook whose page was loaded later. */
  save(flowId: string, displayId: string, data: { readonly [mimeType: string]: unknown }): void {
    this.#update(displayId, data);
    this.#send({ type: "final", flowId, data });
  }
}
