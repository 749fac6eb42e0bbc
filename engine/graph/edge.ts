/** A dependency between two tasks of a flow (prefect.core.edge). */
import { FlowletError } from "../errors.ts";

/** What an edge is beside its ends. */
export interface EdgeOptions {
  /** The input of the downstream task that it feeds; absent: a state dependency, order only. */
  readonly key?: string | null;
  /** The downstream task is run once for each element. Default false. */
  readonly mapped?: boolean;
  /** The elements are flattened by one level first. Default false. */
  readonly flattened?: boolean;
}

/** What may stand at an end of an edge. Plain data over its ends, so that tasks may use edges. */
export interface EdgeEnd {
  readonly name: string;
}

/** Leads from `upstreamTask` to `downstreamTask`. Immutable. `T`: Task. */
export class Edge<T extends EdgeEnd = any> {
  readonly upstreamTask: T;
  readonly downstreamTask: T;
  readonly key: string | null;
  readonly mapped: boolean;
  readonly flattened: boolean;
  /** Who added it, where the host says so. */
  readonly origin: string | undefined;

  /** @throws FlowletError SELF_EDGE when both ends are the same task */
  constructor(upstreamTask: T, downstreamTask: T, options?: EdgeOptions, origin?: string) {
    if (upstreamTask === downstreamTask) throw new FlowletError("SELF_EDGE", { task: upstreamTask.name });
    this.upstreamTask = upstreamTask;
    this.downstreamTask = downstreamTask;
    this.key = options?.key ?? null;
    this.mapped = options?.mapped ?? false;
    this.flattened = options?.flattened ?? false;
    this.origin = origin;
  }

  toString(): string {
    return `<Edge${this.key === null ? "" : ` key=${this.key}`}: ${this.upstreamTask.name} to ${this.downstreamTask.name}>`;
  }
}
