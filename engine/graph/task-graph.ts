/** A graph of tasks, and all that can be asked of it (the queries of prefect.core.flow). */
import { FlowletError, describeValue } from "../errors.ts";
import { Parameter } from "../task/parameter.ts";
import { isTask, type Task } from "../task/task.ts";
import type { Edge } from "./edge.ts";
import { constantsOf, type GraphNode } from "./graph-node.ts";
import { topologicalOrder } from "./topological-order.ts";

/** Tasks, edges, constants and reference tasks; {@link FlowGraph} adds to it. */
export abstract class TaskGraph {
  readonly name: string;
  protected readonly nodes = new Map<Task, GraphNode>();
  protected chosenReferenceTasks: ReadonlySet<Task> | null = null;
  #order: readonly GraphNode[] | null = null;
  #bySlug: Map<string, Task> | null = null;
  #version = 0;

  /** @throws FlowletError EMPTY_NAME */
  constructor(name: string) {
    if (typeof name !== "string" || name === "") throw new FlowletError("EMPTY_NAME", { got: describeValue(name) });
    this.name = name;
  }

  /** Grows with every change of tasks, edges or reference tasks (count). */
  get version(): number { return this.#version; }
  /** All tasks, in the order they were added. */
  get tasks(): ReadonlySet<Task> { return new Set(this.nodes.keys()); }
  /** Number of tasks (count). */
  get size(): number { return this.nodes.size; }
  /** All edges; inputs that are constants are in {@link FlowGraph.constants}. */
  get edges(): ReadonlySet<Edge<Task>> { return new Set([...this.nodes.values()].flatMap((node) => node.upstream)); }
  /** Slug of each task. */
  get slugs(): ReadonlyMap<Task, string> { return new Map([...this.nodes.values()].map((node) => [node.task, node.slug])); }
  /** Constant inputs of each task that has some, by key. */
  get constants(): ReadonlyMap<Task, Readonly<Record<string, unknown>>> {
    return new Map([...this.nodes.values()].filter((node) => node.constants.length > 0).map((node) => [node.task, constantsOf(node)]));
  }
  has(task: Task): boolean { return this.nodes.has(task); }

  /** What the flow knows of a task. @throws FlowletError TASK_NOT_IN_FLOW */
  node(task: Task): GraphNode {
    const node = this.nodes.get(task);
    if (node === undefined) throw new FlowletError("TASK_NOT_IN_FLOW", { task: isTask(task) ? task.name : describeValue(task), flow: this.name });
    return node;
  }
  /** The task with this slug, if any. */
  taskBySlug(slug: string): Task | undefined {
    this.#bySlug ??= new Map([...this.nodes.values()].map((node) => [node.slug, node.task]));
    return this.#bySlug.get(slug);
  }
  rootTasks(): Set<Task> { return this.#select((node) => node.upstream.length === 0); }
  /** Does it hold for all terminal tasks? Without making a set of them: a fan has many. */
  everyTerminal(holds: (task: Task) => boolean): boolean {
    for (const { task, downstream } of this.nodes.values()) if (downstream.length === 0 && !holds(task)) return false;
    return true;
  }
  terminalTasks(): Set<Task> { return this.#select((node) => node.downstream.length === 0); }
  /** Terminal tasks, but for cleanups of resources the tasks just before them. */
  #defaultReferenceTasks(): Set<Task> {
    const leads = (edge: Edge<Task>) => edge.downstreamTask.referenceRole !== "cleanup";
    return this.#select((node) => node.task.referenceRole === "default" && !node.downstream.some(leads));
  }
  parameters(): Set<Parameter> { return this.#select((node) => node.task instanceof Parameter) as Set<Parameter>; }
  /** The tasks that decide about the flow's state. Default: the terminal tasks. */
  referenceTasks(): Set<Task> { return this.chosenReferenceTasks === null ? this.#defaultReferenceTasks() : new Set(this.chosenReferenceTasks); }
  edgesTo(task: Task): Set<Edge<Task>> { return new Set(this.node(task).upstream); }
  edgesFrom(task: Task): Set<Edge<Task>> { return new Set(this.node(task).downstream); }
  upstreamTasks(task: Task): Set<Task> { return new Set(this.node(task).upstream.map((edge) => edge.upstreamTask)); }
  downstreamTasks(task: Task): Set<Task> { return new Set(this.node(task).downstream.map((edge) => edge.downstreamTask)); }

  /** Tasks that match all criteria; `tags`: have at least these. */
  getTasks(criteria: { readonly name?: string; readonly slug?: string; readonly tags?: Iterable<string>; readonly taskType?: abstract new (...inputs: never[]) => Task } = {}): Task[] {
    const tags = [...(criteria.tags ?? [])];
    return [...this.nodes.keys()].filter((task) =>
      (criteria.name === undefined || task.name === criteria.name) &&
      (criteria.slug === undefined || task.slug === criteria.slug) &&
      (criteria.taskType === undefined || task instanceof criteria.taskType) &&
      tags.every((tag) => task.tags.has(tag)));
  }

  /** Tasks in topological order: `for (const task of flow)`. @throws FlowletError CYCLE */
  [Symbol.iterator](): Iterator<Task> { return this.sortedTasks()[Symbol.iterator](); }

  /** Is it the same flow: class, name, tasks, edges and reference tasks? */
  equals(other: TaskGraph): boolean {
    const same = <T>(one: ReadonlySet<T>, another: ReadonlySet<T>) => one.size === another.size && one.isSubsetOf(another);
    const edges = (graph: TaskGraph) => {
      const numbers = new Map([...this.nodes.keys()].map((task, index) => [task, index]));
      return new Set([...graph.edges].map(({ upstreamTask, downstreamTask, key, mapped, flattened }) => [numbers.get(upstreamTask), numbers.get(downstreamTask), mapped, flattened, key].join(" ")));
    };
    return this.constructor === other.constructor && this.name === other.name && same(this.tasks, other.tasks) && same(edges(this), edges(other)) && same(this.referenceTasks(), other.referenceTasks());
  }

  /** Tasks in topological order; with `rootTasks` those and everything downstream of them. @throws FlowletError CYCLE, TASK_NOT_IN_FLOW */
  sortedTasks(rootTasks?: Iterable<Task>): Task[] {
    const order = this.sortedNodes().map((node) => node.task);
    if (rootTasks === undefined) return order;
    const wanted = this.downstreamOf(rootTasks);
    return wanted.size === 0 ? order : order.filter((task) => wanted.has(task));
  }

  /** These tasks and everything downstream of them. @throws FlowletError TASK_NOT_IN_FLOW */
  downstreamOf(tasks: Iterable<Task>): Set<Task> {
    const found = new Set<Task>(tasks);
    for (const task of found) for (const edge of this.node(task).downstream) found.add(edge.downstreamTask);
    return found;
  }

  /** These tasks and everything that they need. @throws FlowletError TASK_NOT_IN_FLOW */
  upstreamOf(tasks: Iterable<Task>): Set<Task> {
    const found = new Set<Task>(tasks);
    for (const task of found) for (const edge of this.node(task).upstream) found.add(edge.upstreamTask);
    return found;
  }

  /** Nodes in topological order; kept until the graph changes. @throws FlowletError CYCLE */
  sortedNodes(): readonly GraphNode[] {
    if (this.#order !== null) return this.#order;
    const result = topologicalOrder(this.nodes);
    if ("cycle" in result) {
      throw new FlowletError("CYCLE", { flow: this.name, path: [...result.cycle, result.cycle[0]].map((task) => this.node(task).slug).join(" → ") });
    }
    this.#order = result.order;
    return this.#order;
  }

  #select(wanted: (node: GraphNode) => boolean): Set<Task> {
    const found = new Set<Task>();
    for (const node of this.nodes.values()) if (wanted(node)) found.add(node.task);
    return found;
  }

  protected changed(): void {
    this.#order = null;
    this.#bySlug = null;
    this.#version++;
  }
}
