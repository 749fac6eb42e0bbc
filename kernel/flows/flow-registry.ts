/** The flows of a notebook: by id, and by the cell that made them. */
import { hash } from "node:crypto";
import type { Flow } from "../../engine/index.ts";
import { FlowRecord } from "./flow-record.ts";

/** What a lookup of a picture's flow says. */
export type FoundFlow = { readonly record: FlowRecord } | "replaced" | "unknown";

/** Knows the flow of every id, and which structures earlier flows of that id had. */
export class FlowRegistry {
  readonly #records = new Map<string, FlowRecord>();
  readonly #byFlow = new WeakMap<object, FlowRecord>();
  readonly #replacedGraphs = new Map<string, Set<string>>();
  /** Flows of each name that the executing cell has made so far (count). */
  readonly #made = new Map<string, number>();
  #generation = 0;

  /** A cell is executed anew. */
  beginCell(cellId: string): void {
    for (const key of this.#made.keys()) if (key.startsWith(`${cellId}\n`)) this.#made.delete(key);
  }

  /**
   * A flow was made. One of the same name that the same cell made before is replaced.
   * @returns its record, and the one it replaces
   */
  add(flow: Flow): { readonly record: FlowRecord; readonly replaced: FlowRecord | undefined } {
    const key = `${flow.origin ?? ""}\n${flow.name}`;
    const count = (this.#made.get(key) ?? 0) + 1;
    this.#made.set(key, count);
    const flowId = hash("sha256", count === 1 ? key : `${key}\n${count}`, "hex").slice(0, 12);
    const replaced = this.#records.get(flowId);
    const record = new FlowRecord(flowId, flow, `flowlet-${flowId}-${++this.#generation}`);
    if (replaced !== undefined) {
      const graphs = this.#replacedGraphs.get(flowId) ?? new Set();
      for (const graph of replaced.graphs) graphs.add(graph);
      this.#replacedGraphs.set(flowId, graphs);
    }
    this.#records.set(flowId, record);
    this.#byFlow.set(flow, record);
    return { record, replaced };
  }

  /** Record of a flow; flows made outside of cells get one when they are first seen. */
  of(flow: Flow): FlowRecord {
    return this.#byFlow.get(flow) ?? this.add(flow).record;
  }

  /** Is this still the flow of its id? */
  isCurrent(record: FlowRecord): boolean { return this.#records.get(record.flowId) === record; }

  /** The flow that a picture shows. @param graph the structure the picture has drawn, if any */
  find(flowId: string, graph: string | undefined): FoundFlow {
    const record = this.#records.get(flowId);
    if (record === undefined) return "unknown";
    if (graph !== undefined && record.snapshot().graph !== graph && !record.graphs.has(graph) && this.#replacedGraphs.get(flowId)?.has(graph)) return "replaced";
    return { record };
  }

  /** Structures of the flows that the current one of this id has replaced and does not have itself. */
  replacedGraphs(record: FlowRecord): string[] {
    return [...(this.#replacedGraphs.get(record.flowId) ?? [])].filter((graph) => !record.graphs.has(graph));
  }

  all(): Iterable<FlowRecord> { return this.#records.values(); }
}
