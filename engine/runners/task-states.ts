/** Result of a flow run's state: the state of each task. */
import { FlowletError } from "../errors.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";
import { recordOf, type StateJson, type StateJsonOptions } from "../state-json.ts";
import { State } from "../state.ts";
import type { Ref } from "../task/input-types.ts";
import { isTask, type Task } from "../task/task.ts";

/** States by task; `get` knows the type of each task's result. */
export class TaskStates implements Iterable<[Task, State]> {
  readonly #states: ReadonlyMap<Task, State>;

  constructor(states: ReadonlyMap<Task, State>) {
    this.#states = states;
  }

  /** State of a task of the flow. @throws TypeError for a task that the run does not have */
  get<R>(task: Ref<R>): State<R> {
    const state = this.#states.get(task as unknown as Task);
    if (state === undefined) {
      throw new TypeError(`${isTask(task) ? `Task ${task.name}` : "This"} is not part of the flow run. Use the task that the call inside flow.build returned: each call makes a copy.`);
    }
    return state as State<R>;
  }
  has(task: unknown): boolean { return this.#states.has(task as Task); }
  get size(): number { return this.#states.size; }
  keys(): IterableIterator<Task> { return this.#states.keys(); }
  values(): IterableIterator<State> { return this.#states.values(); }
  entries(): IterableIterator<[Task, State]> { return this.#states.entries(); }
  [Symbol.iterator](): IterableIterator<[Task, State]> { return this.#states.entries(); }
  /**
   * The states by the slugs of their tasks, as JSON: what a later run of the flow, in another process too, goes on with
   * (`flow.run(parameters, { taskStates: TaskStates.fromJson(json, flow) })`).
   * @param flow that was run; @param options default: children of mapped tasks too. @throws FlowletError TASK_NOT_IN_FLOW
   */
  toJson(flow: FlowGraph, options: StateJsonOptions = {}): Record<string, StateJson> {
    return Object.fromEntries([...this.#states].map(([task, state]) => [flow.node(task).slug, state.toJson({ children: true, ...options })]));
  }

  /** The states that {@link TaskStates.toJson} wrote, of the same flow built anew. @param json the object, or its text. @throws FlowletError BAD_STATE_JSON */
  static fromJson(json: unknown, flow: FlowGraph): TaskStates {
    const bySlug = new Map([...flow.tasks].map((task) => [flow.node(task).slug, task]));
    const states = new Map<Task, State>();
    for (const [slug, state] of Object.entries(recordOf(json))) {
      const task = bySlug.get(slug);
      if (task === undefined) throw new FlowletError("BAD_STATE_JSON", { why: `flow ${flow.name} has no task with the slug ${JSON.stringify(slug)}` });
      states.set(task, State.fromJson(state));
    }
    return new TaskStates(states);
  }

  forEach(call: (state: State, task: Task) => void): void { this.#states.forEach(call); }
  /** `add: Success`, one line a task. */
  toString(): string { return [...this.#states].map(([task, state]) => `${task.name}: ${state.type}`).join("\n"); }
  [Symbol.for("nodejs.util.inspect.custom")](): string { return `TaskStates {\n${this.toString().replaceAll(/^/gm, "  ")}\n}`; }
}
