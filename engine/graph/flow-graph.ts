/**
 * The graph of a flow: its tasks and edges, how they are added and asked for (the graph half of prefect.core.flow). Knows
 * nothing of runs.
 */
import { currentConfig } from "../config/config.ts";
import { FlowletError, describeValue, listNames } from "../errors.ts";
import { currentHost } from "../host.ts";
import { Constant } from "../task/constant.ts";
import { EdgeAnnotation } from "../task/edge-annotations.ts";
import { GetItem } from "../task/get-item.ts";
import { OperatorTask } from "../task/operator-task.ts";
import { OPERATORS, type OperatorName } from "../task/operators.ts";
import { Parameter } from "../task/parameter.ts";
import { isTask, type Task } from "../task/task.ts";
import { withActiveFlow, type Dependencies, type FlowBuilder } from "./active-flow.ts";
import { asTask, holdsTask } from "./as-task.ts";
import { Building } from "./building.ts";
import { Edge, checkInputName, type EdgeEnd, type EdgeOptions } from "./edge.ts";
import { NO_CONSTANTS, NO_NODES, connect, setConstant, type GraphNode } from "./graph-node.ts";
import { Slugs } from "./slugs.ts";
import { OpenBlocks, type TaskBlock } from "./task-block.ts";
import { TaskGraph } from "./task-graph.ts";

/** Adds tasks, edges, constants and reference tasks. */
export class FlowGraph extends TaskGraph implements FlowBuilder {
  /** Called after each change of tasks, edges or reference tasks; for a host that shows the flow. */
  onChanged: (() => void) | null = null;
  readonly #slugs = new Slugs();
  readonly #blocks = new OpenBlocks();
  readonly #building = new Building();
  #rebuilding: string | null = null;

  /** Adds a task without edges; once only, a second time changes nothing. @throws FlowletError NOT_A_TASK, DUPLICATE_SLUG */
  addTask<T extends Task>(task: T): T {
    if (this.nodes.has(task)) return task;
    if (!isTask(task)) throw new FlowletError("NOT_A_TASK", { got: describeValue(task), where: `addTask of flow ${this.name}` });
    if (task.slug !== null && this.#slugs.has(task.slug)) throw new FlowletError("DUPLICATE_SLUG", { slug: task.slug, flow: this.name });
    if (task.slug !== null) this.#slugs.take(task.slug);
    const origin = currentHost()?.origin;
    if (origin !== undefined && this.#rebuilding === origin) {
      this.#rebuilding = null;
      this.removeOrigin(origin);
    }
    const slug = task.slug ?? this.#slugs.generate(task);
    this.nodes.set(task, { task, slug, origin, upstream: [], downstream: [], constants: NO_CONSTANTS, waits: 0, position: -1, from: NO_NODES, to: NO_NODES, record: null });
    if (!(task instanceof Parameter || task instanceof Constant)) this.#blocks.added(task);
    this.changed();
    return task;
  }

  /** Is it being built by {@link FlowGraph.buildBlock}? */
  get isBeingBuilt(): boolean { return this.#building.isOpen; }

  /** Runs `body`, also an async one, with this flow being built; then warns of tasks that were made in it and not added. */
  protected buildBlock<T>(body: () => T): T {
    return this.#building.block(this.name, (task) => this.nodes.has(task as Task), () => withActiveFlow(this, body));
  }

  taskCreated(task: EdgeEnd): void { this.#building.created(task); }
  taskUsed(task: EdgeEnd): void { this.#building.used(task); }
  taskCopied(task: EdgeEnd): void {
    const node = this.nodes.get(task as Task);
    if (node !== undefined && node.upstream.length + node.downstream.length > 0) this.#building.copiedWithEdges(task, this.name);
  }

  /** Tasks added from now on belong to this block. @returns ends it */
  openBlock(block: TaskBlock): () => void { return this.#blocks.open(block); }

  /** Tasks that `body` adds, which may be async, belong to this block. @param end called when the body is done or has thrown */
  inBlock<T>(block: TaskBlock, body: () => T, end: () => void): T { return this.#blocks.run(block, body, end); }

  /** New edges are checked at once where nothing else is said. */
  protected get validatesEdges(): boolean { return currentConfig().flows.eagerEdgeValidation; }

  /** Its tasks will be mapped as a whole (`applyMap`): none may be mapped by itself. */
  protected get insideMap(): boolean { return false; }

  #refuseInnerMap(mapped: boolean | undefined): void {
    if (mapped === true && this.insideMap) throw new FlowletError("MAP_INSIDE_MAP", { flow: this.name });
  }

  /**
   * Adds a dependency and the tasks at its ends; one that is there already changes nothing. Marks on either end
   * (`mapped(task)`) win over the options. `validate`: check it at once; default as the flow's.
   * @param upstream a task, or a value that stands for one: a constant, or a structure that holds tasks
   * @throws FlowletError EDGE_TO_PARAMETER, SELF_EDGE, MAP_INSIDE_MAP, NOT_A_TASK, BAD_INPUT_NAME; with `validate` also UNKNOWN_INPUT, DUPLICATE_INPUT, CYCLE
   */
  addEdge(upstream: unknown, downstreamTask: Task | EdgeAnnotation, options: EdgeOptions & { readonly validate?: boolean } = {}): Edge<Task> {
    this.#refuseInnerMap(options.mapped);
    if (downstreamTask instanceof EdgeAnnotation) return this.addEdge(upstream, downstreamTask.value as Task, markedOptions(options, downstreamTask));
    if (downstreamTask instanceof Parameter) {
      throw new FlowletError("EDGE_TO_PARAMETER", { task: downstreamTask.name, upstream: isTask(upstream) ? upstream.name : describeValue(upstream) });
    }
    if (!isTask(upstream)) {
      const marks = upstream instanceof EdgeAnnotation ? upstream : undefined;
      const task = this.#taskFor(marks === undefined ? upstream : marks.value);
      return this.addEdge(task, downstreamTask, marks === undefined ? options : markedOptions(options, marks));
    }
    const upstreamTask = upstream;
    const edge = new Edge<Task>(upstreamTask, downstreamTask, options, currentHost()?.origin);
    const folds = upstreamTask instanceof Constant && edge.key !== null && !edge.mapped && !edge.flattened;
    this.addTask(downstreamTask);
    const downstream = this.node(downstreamTask);
    const known = folds ? undefined : this.#sameEdge(edge);
    if (known !== undefined) return known;
    const validate = options.validate ?? this.validatesEdges;
    const duplicate = validate && edge.key !== null && (downstream.constants.some(({ key }) => key === edge.key) || downstream.upstream.some((other) => other.key === edge.key));
    if (folds) {
      setConstant(downstream, edge.key as string, upstreamTask.value);
    } else {
      this.addTask(upstreamTask);
      connect(edge, this.node(upstreamTask), downstream);
      if (upstreamTask.hidesResult) this.#hideResultsOf(edge);
    }
    this.changed();
    if (duplicate) throw new FlowletError("DUPLICATE_INPUT", { key: edge.key, task: downstreamTask.name, flow: this.name });
    if (validate) {
      this.#checkInput(edge);
      // What is new can only close a cycle that leads through it.
      if (!folds && downstream.downstream.length > 0 && this.downstreamOf([downstreamTask]).has(upstreamTask)) this.sortedNodes();
    }
    return edge;
  }

  /** A secret is one also where tasks that only pass it on have it. */
  #hideResultsOf(edge: Edge<Task>): void {
    const rest = [edge];
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      const { key, downstreamTask } = next;
      if (key === null || downstreamTask.hidesResult || !downstreamTask.passesInputsOn) continue;
      downstreamTask.hideResult();
      rest.push(...this.node(downstreamTask).downstream);
    }
  }

  /** Looks where there are fewer edges: a task with thousands of them is cheap to add to. */
  #sameEdge(wanted: Edge<Task>): Edge<Task> | undefined {
    const before = this.nodes.get(wanted.upstreamTask)?.downstream ?? [];
    const after = this.node(wanted.downstreamTask).upstream;
    const candidates = before.length < after.length ? before : after;
    return candidates.find((edge) => edge.equals(wanted));
  }

  /** Makes each task depend on the one before it; no data. */
  chain(...tasks: Task[]): Edge<Task>[] {
    return tasks.slice(1).map((task, index) => this.addEdge(tasks[index], task));
  }

  /** Adds a task with what it depends on. @throws FlowletError as {@link FlowGraph.addEdge} */
  setDependencies(task: Task, { upstreamTasks, downstreamTasks, keywordTasks, mapped, validate = this.validatesEdges }: Dependencies): void {
    this.#refuseInnerMap(mapped);
    this.addTask(task);
    for (const upstream of upstreamTasks ?? []) this.addEdge(upstream, task, { mapped, validate });
    for (const downstream of downstreamTasks ?? []) this.addEdge(task, downstream as Task, { validate });
    if (keywordTasks === undefined) return;
    const node = this.node(task);
    for (const key of Object.keys(keywordTasks)) {
      const value = keywordTasks[key];
      if (mapped !== true && !validate && !(task instanceof Parameter) && !holdsTask(value)) {
        checkInputName(key, task.name);
        setConstant(node, key, value);
        this.changed();
      } else this.addEdge(value, task, { key, mapped, validate });
    }
  }

  /** Adds a task for an operator (`a.add(b)`). @param right absent for `not` */
  operate(operator: OperatorName, left: unknown, right?: unknown): Task {
    const task = new OperatorTask(operator);
    this.setDependencies(task, { keywordTasks: OPERATORS[operator].inputs.length === 1 ? { x: left } : { x: left, y: right } });
    return task;
  }

  /** Adds a task that gives `result[key]` of a task's result. @param options.default given where there is no such part */
  getItem(task: Task, key: unknown, options?: { readonly default?: unknown }): Task {
    const item = new GetItem(task, key);
    this.setDependencies(item, { keywordTasks: { task_result: task, key, ...(options !== undefined && "default" in options ? { fallback: options.default } : {}) } });
    return item;
  }

  #taskFor(value: unknown): Task {
    return holdsTask(value) ? asTask(value, this) : new Constant(value);
  }

  /** Which tasks decide about the flow's state; empty: the default again, the terminal tasks. @throws FlowletError REFERENCE_NOT_IN_FLOW */
  setReferenceTasks(tasks: Iterable<Task>): void {
    const chosen = new Set(tasks);
    for (const task of chosen) {
      if (!this.nodes.has(task)) throw new FlowletError("REFERENCE_NOT_IN_FLOW", { task: isTask(task) ? task.name : describeValue(task), flow: this.name });
    }
    this.chosenReferenceTasks = chosen.size === 0 ? null : chosen;
    this.changed();
  }

  /**
   * Adds another flow's tasks, edges and constants.
   * @param options.mergeParameters own parameters are replaced by the other's of the same name. Default false
   * @param options.mergeReferenceTasks the other's reference tasks are added to the own ones. Default false
   * @throws FlowletError DUPLICATE_SLUG
   */
  update(other: FlowGraph, { mergeParameters = false, mergeReferenceTasks = false, validate }: { readonly mergeParameters?: boolean; readonly mergeReferenceTasks?: boolean; readonly validate?: boolean } = {}): void {
    const replaced = new Map<Task, Task>();
    const own = new Map([...this.parameters()].map((parameter) => [parameter.name, parameter]));
    for (const parameter of mergeParameters ? other.parameters() : []) {
      const former = own.get(parameter.name);
      if (former !== undefined && former !== parameter) replaced.set(former, parameter);
    }
    for (const [former, parameter] of replaced) this.replace(former, parameter, { validate: false });
    for (const task of other.tasks) this.addTask(task);
    const known = this.edges;
    for (const edge of other.edges) {
      if (!known.has(edge)) this.addEdge(edge.upstreamTask, edge.downstreamTask, { key: edge.key, mapped: edge.mapped, flattened: edge.flattened, validate });
    }
    for (const [task, constants] of other.constants) for (const key of Object.keys(constants)) setConstant(this.node(task), key, constants[key]);
    if (mergeReferenceTasks) this.setReferenceTasks([...this.referenceTasks(), ...other.referenceTasks()]);
    this.changed();
  }

  /**
   * Puts another task in the place of one: edges, constants and reference tasks stay.
   * @param replacement a task or a value
   * @param options.validate check what is around the new task. Default true
   * @throws FlowletError TASK_NOT_IN_FLOW; with `validate` also UNKNOWN_INPUT, DUPLICATE_INPUT, EDGE_TO_PARAMETER, CYCLE
   */
  replace(former: Task, replacement: unknown, { validate = true }: { readonly validate?: boolean } = {}): void {
    const { slug, upstream, downstream, constants } = this.node(former);
    this.nodes.delete(former);
    this.#slugs.release([slug]);
    for (const edge of upstream) remove(this.node(edge.upstreamTask).downstream, edge);
    for (const edge of downstream) remove(this.node(edge.downstreamTask).upstream, edge);
    const task = this.#taskFor(replacement);
    const isNew = !this.nodes.has(task);
    this.addTask(task);
    for (const { upstreamTask, key, mapped, flattened } of upstream) this.addEdge(upstreamTask, task, { key, mapped, flattened, validate: false });
    for (const { downstreamTask, key, mapped, flattened } of downstream) this.addEdge(task, downstreamTask, { key, mapped, flattened, validate: false });
    const node = this.nodes.get(task);
    for (const { key, value } of constants) if (node !== undefined) setConstant(node, key, value);
    if (this.chosenReferenceTasks?.has(former)) this.setReferenceTasks([...this.chosenReferenceTasks].map((reference) => (reference === former ? task : reference)));
    this.changed();
    if (!validate || node === undefined) return;
    // The rest of the graph is as it was; only a task that was there before can close a cycle.
    this.#checkNode(node);
    for (const { downstreamTask } of downstream) this.#checkNode(this.node(downstreamTask));
    if (!isNew) this.sortedNodes();
  }

  /** Makes `to`, which is empty, a graph of the same tasks. */
  protected copyInto(to: FlowGraph): void {
    for (const [task, node] of this.nodes) {
      to.nodes.set(task, { ...node, upstream: [...node.upstream], downstream: [...node.downstream] });
      to.#slugs.take(node.slug);
    }
    to.chosenReferenceTasks = this.chosenReferenceTasks;
    to.changed();
  }

  /** The origin that made this flow runs anew: should it add to this same flow again, that replaces what it added before. */
  expectRebuild(origin: string): void { this.#rebuilding = origin; }

  /** Takes out what an origin added, so that it can be added anew. @returns whether anything was taken out */
  removeOrigin(origin: string): boolean {
    const gone = [...this.nodes.values()].filter((node) => node.origin === origin);
    for (const node of gone) this.nodes.delete(node.task);
    const stays = (edge: Edge<Task>) => edge.origin !== origin && this.nodes.has(edge.upstreamTask) && this.nodes.has(edge.downstreamTask);
    let removed = gone.length > 0;
    for (const node of this.nodes.values()) {
      for (const edges of [node.upstream, node.downstream]) {
        const kept = edges.filter(stays);
        if (kept.length === edges.length) continue;
        removed = true;
        edges.splice(0, edges.length, ...kept);
      }
    }
    if (!removed) return false;
    this.#slugs.release(gone.map((node) => node.slug));
    if (this.chosenReferenceTasks !== null) this.setReferenceTasks([...this.chosenReferenceTasks].filter((task) => this.nodes.has(task)));
    this.changed();
    return true;
  }

  /** Checks the whole graph. @throws FlowletError CYCLE, EDGE_TO_PARAMETER, UNKNOWN_INPUT, DUPLICATE_INPUT, REFERENCE_NOT_IN_FLOW */
  validate(): void {
    this.sortedNodes();
    for (const node of this.nodes.values()) this.#checkNode(node);
    for (const task of this.chosenReferenceTasks ?? []) this.node(task);
  }

  #checkNode({ task, upstream, constants }: GraphNode): void {
    const keys = new Set(constants.map(({ key }) => key));
    for (const edge of upstream) {
      if (task instanceof Parameter) throw new FlowletError("EDGE_TO_PARAMETER", { task: task.name, upstream: edge.upstreamTask.name });
      if (edge.key === null) continue;
      if (keys.has(edge.key)) throw new FlowletError("DUPLICATE_INPUT", { key: edge.key, task: task.name, flow: this.name });
      keys.add(edge.key);
      this.#checkInput(edge);
    }
  }

  #checkInput({ downstreamTask: task, key }: Edge<Task>): void {
    if (key === null || task.takesAnyInput) return;
    const names = task.inputNames();
    if (!names.includes(key)) throw new FlowletError("UNKNOWN_INPUT", { task: task.name, key, known: listNames(names) });
  }

  protected override changed(): void {
    super.changed();
    this.onChanged?.();
  }
}

/** Marks win over what an edge is told else. */
function markedOptions<Options extends EdgeOptions>(options: Options, marks: EdgeAnnotation): Options {
  return { ...options, mapped: marks.mapped ?? options.mapped, flattened: marks.flattened || options.flattened };
}

function remove<T>(list: T[], element: T): void {
  const at = list.indexOf(element);
  if (at !== -1) list.splice(at, 1);
}
