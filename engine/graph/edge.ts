/** A dependency between two tasks of a flow (prefect.core.edge). */
import { FlowletError, describeValue } from "../errors.ts";
import { EdgeAnnotation } from "../task/edge-annotations.ts";

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

/** May it be the name of an input? */
export function isInputName(key: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(key) || /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u.test(key);
}

/** @throws FlowletError BAD_INPUT_NAME */
export function checkInputName(key: unknown, task: string): void {
  if (typeof key !== "string" || !isInputName(key)) throw new FlowletError("BAD_INPUT_NAME", { key: describeValue(key), task });
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

  /**
   * @param upstreamTask a task, maybe marked (`mapped(task)`): marks on either end win over the options
   * @throws FlowletError SELF_EDGE when both ends are the same task, BAD_INPUT_NAME, NOT_A_TASK
   */
  constructor(upstreamTask: T | EdgeAnnotation, downstreamTask: T | EdgeAnnotation, options?: EdgeOptions, origin?: string) {
    const up = upstreamTask instanceof EdgeAnnotation ? upstreamTask : undefined;
    const down = downstreamTask instanceof EdgeAnnotation ? downstreamTask : undefined;
    this.upstreamTask = (up === undefined ? upstreamTask : up.value) as T;
    this.downstreamTask = (down === undefined ? downstreamTask : down.value) as T;
    for (const end of [this.upstreamTask, this.downstreamTask]) if (typeof end !== "function") throw new FlowletError("NOT_A_TASK", { got: describeValue(end), where: "an end of an edge" });
    if (this.upstreamTask === this.downstreamTask) throw new FlowletError("SELF_EDGE", { task: this.upstreamTask.name });
    this.key = options?.key ?? null;
    if (this.key !== null) checkInputName(this.key, this.downstreamTask.name);
    this.mapped = up?.mapped ?? down?.mapped ?? options?.mapped ?? false;
    this.flattened = (up?.flattened === true || down?.flattened === true) || (options?.flattened ?? false);
    this.origin = origin;
  }

  /** Is it the same edge: ends, key and kind? */
  equals(other: Edge): boolean {
    return this.upstreamTask === other.upstreamTask && this.downstreamTask === other.downstreamTask && this.key === other.key && this.mapped === other.mapped && this.flattened === other.flattened;
  }

  toString(): string {
    return `<Edge${this.key === null ? "" : ` key=${this.key}`}: ${this.upstreamTask.name} to ${this.downstreamTask.name}>`;
  }
}
