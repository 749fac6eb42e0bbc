/**
 * The graph of a flow: its tasks and edges, how they are added and asked for (the graph half of prefect.core.flow). Knows
 * nothing of runs.
 */
import { FlowletError, describeValue } from "../errors.ts";
import { currentHost } from "../host.ts";
import { Constant } from "../task/constant.ts";
import { GetItem } from "../task/get-item.ts";
import { Parameter } from "../task/parameter.ts";
import { isTask, listNames, type Task } from "../task/task.ts";
import type { Dependencies, FlowBuilder } from "./active-flow.ts";
import { asTask, holdsTask } from "./as-task.ts";
import { Edge, type EdgeOptions } from "./edge.ts";
import type { GraphNode } from "./graph-node.ts";
import { Slugs } from "./slugs.ts";
import { topologicalOrder } from "./topological-order.ts";

/** Tasks, edges, constants and reference tasks. */
export class FlowGraph implements FlowBuilder {
  readonly name: string;
  /** Called after each change of tasks, edges or reference tasks; for a host that shows the flow. */
  onChanged: (() => void) | null = null;
  readonly #nodes = new Map<Task, GraphNode>();
  readonly #slugs = new Slugs();
  #referenceTasks: ReadonlySet<Task> | null = null;
  #order: readonly GraphNode[] | null = null;
  #version = 0;
  #rebuilding: string | null = null;

  /** @throws FlowletError EMPTY_NAME */
  constructor(name: string) {
    if (typeof name !== "string" || name === "") throw new FlowletError("EMPTY_NAME", { got: describeValue(name) });
    this.name = name;
  }

  // --- adding -------------------------------------------------------------------------------------------------------

  /** Adds a task without edges; once only, a second time changes nothing. @throws FlowletError NOT_A_TASK, DUPLICATE_SLUG */
  addTask<T extends Task>(task: T): T {
    if (this.#nodes.has(task)) return task;
    if (!isTask(task)) throw new FlowletError("NOT_A_TASK", { got: describeValue(task), where: `addTask of flow ${this.name}` });
    if (task.slug !== null && this.#slugs.has(task.slug)) throw new FlowletError("DUPLICATE_SLUG", { slug: task.slug, flow: this.name });
    if (task.slug !== null) this.#slugs.take(task.slug);
    const origin = currentHost()?.origin;
    if (origin !== undefined && this.#rebuilding === origin) {
      this.#rebuilding = null;
      this.removeOrigin(origin);
    }
    const slug = task.slug ?? this.#slugs.generate(task);
    this.#nodes.set(task, { task, slug, origin, upstream: [], downstream: [], constants: new Map() });
    this.#changed();
    return task;
  }

  /**
   * Adds a dependency and the tasks at its ends.
   * @throws FlowletError EDGE_TO_PARAMETER, SELF_EDGE; with `validate` also UNKNOWN_INPUT, DUPLICATE_INPUT, CYCLE
   */
  addEdge(upstreamTask: Task, downstreamTask: Task, options: EdgeOptions & { readonly validate?: boolean } = {}): Edge<Task> {
    if (downstreamTask instanceof Parameter) {
      throw new FlowletError("EDGE_TO_PARAMETER", { task: downstreamTask.name, upstream: isTask(upstreamTask) ? upstreamTask.name : describeValue(upstreamTask) });
    }
    const edge = new Edge<Task>(upstreamTask, downstreamTask, options, currentHost()?.origin);
    const folds = upstreamTask instanceof Constant && edge.key !== null && !edge.mapped && !edge.flattened;
    this.addTask(downstreamTask);
    const downstream = this.node(downstreamTask);
    const duplicate = options.validate === true && edge.key !== null && (downstream.constants.has(edge.key) || downstream.upstream.some((other) => other.key === edge.key));
    if (folds) {
      downstream.constants.set(edge.key as string, upstreamTask.value);
    } else {
      this.addTask(upstreamTask);
      downstream.upstream.push(edge);
      this.node(upstreamTask).downstream.push(edge);
    }
    this.#changed();
    if (duplicate) throw new FlowletError("DUPLICATE_INPUT", { key: edge.key, task: downstreamTask.name, flow: this.name });
    if (options.validate === true) {
      this.#checkInput(edge);
      this.sortedNodes();
    }
    return edge;
  }

  /** Makes each task depend on the one before it; no data. */
  chain(...tasks: Task[]): Edge<Task>[] {
    return tasks.slice(1).map((task, index) => this.addEdge(tasks[index], task));
  }

  /** Adds a task with what it depends on. @throws FlowletError as {@link FlowGraph.addEdge} */
  setDependencies(task: Task, { upstreamTasks, downstreamTasks, keywordTasks, mapped, validate }: Dependencies): void {
    this.addTask(task);
    for (const upstream of upstreamTasks ?? []) this.addEdge(this.#taskFor(upstream), task, { mapped, validate });
    for (const downstream of downstreamTasks ?? []) this.addEdge(task, downstream as Task, { validate });
    if (keywordTasks === undefined) return;
    const node = this.node(task);
    for (const key of Object.keys(keywordTasks)) {
      const value = keywordTasks[key];
      if (mapped !== true && validate !== true && !(task instanceof Parameter) && !holdsTask(value)) {
        node.constants.set(key, value);
        this.#changed();
      } else this.addEdge(this.#taskFor(value), task, { key, mapped, validate });
    }
  }

  /** Adds a task that gives `result[key]` of a task's result. */
  getItem(task: Task, key: string | number): Task {
    const item = new GetItem(task.name, key);
    this.setDependencies(item, { keywordTasks: { value: task, key } });
    return item;
  }

  #taskFor(value: unknown): Task {
    return holdsTask(value) ? asTask(value, this) : new Constant(value);
  }

  /** Which tasks decide about the flow's state; empty: the default again, the terminal tasks. @throws FlowletError REFERENCE_NOT_IN_FLOW */
  setReferenceTasks(tasks: Iterable<Task>): void {
    const chosen = new Set(tasks);
    for (const task of chosen) {
      if (!this.#nodes.has(task)) throw new FlowletError("REFERENCE_NOT_IN_FLOW", { task: isTask(task) ? task.name : describeValue(task), flow: this.name });
    }
    this.#referenceTasks = chosen.size === 0 ? null : chosen;
    this.#changed();
  }

  /** The origin that made this flow runs anew: should it add to this same flow again, that replaces what it added before. */
  expectRebuild(origin: string): void { this.#rebuilding = origin; }

  /** Takes out what an origin added, so that it can be added anew. @returns whether anything was taken out */
  removeOrigin(origin: string): boolean {
    const gone = [...this.#nodes.values()].filter((node) => node.origin === origin);
    for (const node of gone) this.#nodes.delete(node.task);
    const stays = (edge: Edge<Task>) => edge.origin !== origin && this.#nodes.has(edge.upstreamTask) && this.#nodes.has(edge.downstreamTask);
    let removed = gone.length > 0;
    for (const node of this.#nodes.values()) {
      for (const edges of [node.upstream, node.downstream]) {
        const kept = edges.filter(stays);
        if (kept.length === edges.length) continue;
        removed = true;
        edges.splice(0, edges.length, ...kept);
      }
    }
    if (!removed) return false;
    this.#slugs.release(gone.map((node) => node.slug));
    if (this.#referenceTasks !== null) this.setReferenceTasks([...this.#referenceTasks].filter((task) => this.#nodes.has(task)));
    this.#changed();
    return true;
  }

  // --- asking -------------------------------------------------------------------------------------------------------

  /** Grows with every change of tasks, edges or reference tasks (count). */
  get version(): number { return this.#version; }
  /** All tasks, in the order they were added. */
  get tasks(): ReadonlySet<Task> { return new Set(this.#nodes.keys()); }
  /** Number of tasks (count). */
  get size(): number { return this.#nodes.size; }
  /** All edges; inputs that are constants are in {@link FlowGraph.constants}. */
  get edges(): ReadonlySet<Edge<Task>> { return new Set([...this.#nodes.values()].flatMap((node) => node.upstream)); }
  /** Slug of each task. */
  get slugs(): ReadonlyMap<Task, string> { return new Map([...this.#nodes.values()].map((node) => [node.task, node.slug])); }
  /** Constant inputs of each task that has some, by key. */
  get constants(): ReadonlyMap<Task, Readonly<Record<string, unknown>>> {
    return new Map([...this.#nodes.values()].filter((node) => node.constants.size > 0).map((node) => [node.task, Object.fromEntries(node.constants)]));
  }
  has(task: Task): boolean { return this.#nodes.has(task); }

  /** What the flow knows of a task. @throws FlowletError TASK_NOT_IN_FLOW */
  node(task: Task): GraphNode {
    const node = this.#nodes.get(task);
    if (node === undefined) throw new FlowletError("TASK_NOT_IN_FLOW", { task: isTask(task) ? task.name : describeValue(task), flow: this.name });
    return node;
  }
  /** The task with this slug, if any. */
  taskBySlug(slug: string): Task | undefined {
    for (const node of this.#nodes.values()) if (node.slug === slug) return node.task;
    return undefined;
  }
  rootTasks(): Set<Task> { return this.#select((node) => node.upstream.length === 0); }
  terminalTasks(): Set<Task> { return this.#select((node) => node.downstream.length === 0); }
  parameters(): Set<Parameter> { return this.#select((node) => node.task instanceof Parameter) as Set<Parameter>; }
  /** The tasks that decide about the flow's state. Default: the terminal tasks. */
  referenceTasks(): Set<Task> { return this.#referenceTasks === null ? this.terminalTasks() : new Set(this.#referenceTasks); }
  edgesTo(task: Task): Set<Edge<Task>> { return new Set(this.node(task).upstream); }
  edgesFrom(task: Task): Set<Edge<Task>> { return new Set(this.node(task).downstream); }
  upstreamTasks(task: Task): Set<Task> { return new Set(this.node(task).upstream.map((edge) => edge.upstreamTask)); }
  downstreamTasks(task: Task): Set<Task> { return new Set(this.node(task).downstream.map((edge) => edge.downstreamTask)); }

  /** Tasks that match all criteria; `tags`: have at least these. */
  getTasks(criteria: { readonly name?: string; readonly slug?: string; readonly tags?: Iterable<string>; readonly taskType?: abstract new (...inputs: never[]) => Task } = {}): Task[] {
    const tags = [...(criteria.tags ?? [])];
    return [...this.#nodes.keys()].filter((task) =>
      (criteria.name === undefined || task.name === criteria.name) &&
      (criteria.slug === undefined || task.slug === criteria.slug) &&
      (criteria.taskType === undefined || task instanceof criteria.taskType) &&
      tags.every((tag) => task.tags.has(tag)));
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

  /** Nodes in topological order; kept until the graph changes. @throws FlowletError CYCLE */
  sortedNodes(): readonly GraphNode[] {
    if (this.#order !== null) return this.#order;
    const result = topologicalOrder(this.#nodes);
    if ("cycle" in result) {
      throw new FlowletError("CYCLE", { flow: this.name, path: [...result.cycle, result.cycle[0]].map((task) => this.node(task).slug).join(" → ") });
    }
    this.#order = result.order;
    return this.#order;
  }

  /** Checks the whole graph. @throws FlowletError CYCLE, EDGE_TO_PARAMETER, UNKNOWN_INPUT, DUPLICATE_INPUT, REFERENCE_NOT_IN_FLOW */
  validate(): void {
    this.sortedNodes();
    for (const { task, upstream, constants } of this.#nodes.values()) {
      const keys = new Set(constants.keys());
      for (const edge of upstream) {
        if (task instanceof Parameter) throw new FlowletError("EDGE_TO_PARAMETER", { task: task.name, upstream: edge.upstreamTask.name });
        if (edge.key === null) continue;
        if (keys.has(edge.key)) throw new FlowletError("DUPLICATE_INPUT", { key: edge.key, task: task.name, flow: this.name });
        keys.add(edge.key);
        this.#checkInput(edge);
      }
    }
    for (const task of this.#referenceTasks ?? []) this.node(task);
  }

  #checkInput({ downstreamTask: task, key }: Edge<Task>): void {
    if (key === null || task.autoGenerated) return;
    const names = task.inputNames();
    if (!names.includes(key)) throw new FlowletError("UNKNOWN_INPUT", { task: task.name, key, known: listNames(names) });
  }

  #select(wanted: (node: GraphNode) => boolean): Set<Task> {
    const found = new Set<Task>();
    for (const node of this.#nodes.values()) if (wanted(node)) found.add(node.task);
    return found;
  }

  #changed(): void {
    this.#order = null;
    this.#version++;
    this.onChanged?.();
  }
}
