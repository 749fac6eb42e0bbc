/** What a scenario's steps, behaviours and runs share: its tasks and flows by id, and what was called. */
import { Constant, context, flowBeingBuilt, type Flow, type FlowGraph, type State, type Task } from "../../engine/index.ts";

/** One call of a behaviour. */
export interface Call {
  readonly id: string;
  readonly mapIndex: number | null;
  readonly runCount: number;
  readonly loopCount: number;
}

/** Belongs to one scenario. */
export class Session {
  readonly flows = new Map<string, Flow>();
  /** States of the run before. */
  previous = new Map<Task, State>();
  /** Calls of the current run, in order. */
  calls: Call[] = [];
  /** What `record` handlers wrote in the current run, by task and child; the flow's under "flow". */
  transitions = new Map<string, string[]>();
  /** Classes of the states that `onFailure` got in the current run. */
  failures = new Map<string, string[]>();
  readonly #tasks = new Map<string, Task>();
  readonly #ids = new Map<Task, string>();
  /** Names that stand for something else while a block is built: the inputs of a mapped function. */
  readonly #scopes: ReadonlyMap<string, unknown>[] = [];
  readonly #callsInScenario = new Map<string, number>();

  /** The flow that steps add to. */
  get flow(): FlowGraph { return flowBeingBuilt() as FlowGraph; }

  flowOf(id = "main"): Flow {
    const flow = this.flows.get(id);
    if (flow === undefined) throw new Error(`The scenario has no flow ${id}.`);
    return flow;
  }

  name<T extends Task>(id: string | undefined, task: T): T {
    if (id !== undefined) {
      this.#tasks.set(id, task);
      this.#ids.set(task, id);
    }
    return task;
  }

  task(id: string): Task {
    const task = this.#tasks.get(id);
    if (task === undefined) throw new Error(`The scenario has no task ${id}.`);
    return task;
  }

  /** What an id stands for where the step is. */
  referred(id: string): unknown {
    for (let at = this.#scopes.length - 1; at >= 0; at--) if (this.#scopes[at].has(id)) return this.#scopes[at].get(id);
    return this.task(id);
  }

  scoped(names: ReadonlyMap<string, unknown>, body: () => void): void {
    this.#scopes.push(names);
    try {
      body();
    } finally {
      this.#scopes.pop();
    }
  }

  idOf(task: Task): string | undefined { return this.#ids.get(task); }

  /** Label of a node in the answers of queries. */
  label(task: Task, flow: Flow): string {
    const id = this.#ids.get(task);
    if (id !== undefined) return id;
    return task instanceof Constant ? `constant:${JSON.stringify(task.value)}` : `#${flow.slugs.get(task)}`;
  }

  /** Notes a call. @returns how many there were of this task and child, in the run and in the scenario */
  called(id: string): { readonly inRun: number; readonly inScenario: number } {
    const mapIndex = context.mapIndex ?? null;
    this.calls.push({ id, mapIndex, runCount: context.taskRunCount ?? 1, loopCount: context.taskLoopCount ?? 1 });
    const key = childKey(id, mapIndex);
    const inScenario = (this.#callsInScenario.get(key) ?? 0) + 1;
    this.#callsInScenario.set(key, inScenario);
    return { inRun: this.calls.filter((call) => call.id === id && call.mapIndex === mapIndex).length, inScenario };
  }

  beginRun(): void {
    this.calls = [];
    this.transitions = new Map();
    this.failures = new Map();
  }
}

/** Key of a task's child, or of the task itself. */
export function childKey(id: string, mapIndex: number | null): string {
  return mapIndex === null ? id : `${id}[${mapIndex}]`;
}
