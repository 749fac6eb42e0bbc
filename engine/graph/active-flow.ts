/** The flow that is being built: calls of tasks add to it. Also the small port through which a task talks to its flow. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { OperatorName } from "../task/operators.ts";
import { runWithin } from "../run-within.ts";
import type { EdgeEnd } from "./edge.ts";

/** What a task needs of a flow; FlowGraph implements it. */
export interface FlowBuilder {
  readonly name: string;
  /** Adds the task with what it depends on. */
  setDependencies(task: EdgeEnd, dependencies: Dependencies): void;
  /** Adds a task for an operator. */
  operate(operator: OperatorName, left: unknown, right?: unknown): unknown;
  /** Adds a task that takes one part out of a task's result. */
  getItem(task: EdgeEnd, key: unknown, options?: { readonly default?: unknown }): unknown;
  /** A task was made or copied while this flow is built: should it not be added, the user is told. */
  taskCreated(task: EdgeEnd): void;
  /** A copy was asked for while this flow is built. */
  taskCopied(task: EdgeEnd): void;
  /** A task was called, or went to another flow. */
  taskUsed(task: EdgeEnd): void;
}

/** What a task depends on. */
export interface Dependencies {
  /** Must finish first; no data. Values that are not tasks become constants. */
  readonly upstreamTasks?: readonly unknown[];
  readonly downstreamTasks?: readonly EdgeEnd[];
  /** Inputs by name: tasks, constants, or structures that hold tasks. */
  readonly keywordTasks?: Readonly<Record<string, unknown>>;
  /** Run once for each element of the inputs. Default false. */
  readonly mapped?: boolean;
  /** Check the new edges at once (unknown input, duplicate input, cycle). Default: the configuration's `flows.eagerEdgeValidation`. */
  readonly validate?: boolean;
}

const active = new AsyncLocalStorage<FlowBuilder | null>();

/** The flow being built by the running code; null outside. */
export function activeFlow(): FlowBuilder | null {
  return active.getStore() ?? null;
}

/** Runs `body` with `flow` being built (null: none). */
export function withActiveFlow<T>(flow: FlowBuilder | null, body: () => T): T {
  return runWithin(active, flow, body);
}
