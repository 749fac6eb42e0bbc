/** Resources that are made before a block of tasks and cleaned up after it, whatever becomes of the block (prefect.resource_manager). */
import type { Edge } from "../graph/edge.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";
import type { TaskBlock } from "../graph/task-block.ts";
import { SKIP, TRIGGERFAIL } from "../signals.ts";
import type { State } from "../state.ts";
import type { Inputs, Ref } from "../task/input-types.ts";
import type { TaskOptions } from "../task/task-options.ts";
import { Task } from "../task/task.ts";
import { functionParameters } from "../task/function-parameters.ts";
import type { Trigger } from "../triggers.ts";
import { activeGraph } from "./active-graph.ts";

/** What a resource's class has. */
export interface Resource<R> {
  /** Makes the resource; what it returns is what the block's tasks get. */
  setup?(): R | Promise<R>;
  /** Cleans up. Gets what `setup` returned. */
  cleanup(resource: R): unknown;
}

/** Options of a resource manager and its three tasks. */
export interface ResourceManagerOptions {
  /** Default: the class's name. */
  readonly name?: string;
  readonly init?: TaskOptions;
  readonly setup?: TaskOptions;
  readonly cleanup?: TaskOptions;
}

class ResourceInit extends Task<any[], Resource<unknown>> {
  override get referenceRole(): "never" { return "never"; }
  readonly make: (...inputs: any[]) => Resource<unknown> | Promise<Resource<unknown>>;
  readonly names: readonly string[];
  constructor(make: (...inputs: any[]) => Resource<unknown> | Promise<Resource<unknown>>, names: readonly string[], options: TaskOptions) {
    super(options);
    this.make = make;
    this.names = names;
  }
  override inputNames(): readonly string[] { return this.names; }
  override run(...inputs: any[]) { return this.make(...inputs); }
}

class ResourceSetup extends Task<[mgr: any], unknown> {
  override get runsInEveryPass(): boolean { return true; }
  override run(mgr: Resource<unknown>): unknown { return mgr.setup?.(); }
}

class ResourceCleanup extends Task<[mgr: any, resource?: any], void> {
  override get referenceRole(): "cleanup" { return "cleanup"; }
  override get runsInEveryPass(): boolean { return true; }
  override async run(mgr: Resource<unknown>, resource?: unknown): Promise<void> { await mgr.cleanup(resource); }
}

/** Runs when everything is finished and the resource was made, whatever the block did. */
const resourceCleanupTrigger: Trigger = (upstreamStates: ReadonlyMap<Edge, State>) => {
  for (const [edge, state] of upstreamStates) {
    if (!state.isFinished()) throw new TRIGGERFAIL("Trigger was 'resource_cleanup_trigger' but some of the upstream tasks were not finished.");
    const part = edge.key === "mgr" ? "init" : edge.key === "resource" ? "setup" : null;
    if (part === null) continue;
    if (state.isSkipped()) throw new SKIP(`Resource manager ${part} skipped`);
    if (!state.isSuccessful()) throw new SKIP(`Resource manager ${part} failed`);
  }
  return true;
};

/** The tasks of a resource in a flow. Tasks added until it is disposed of use it: `using db = database("…")`. */
export class ResourceBlock<R> implements Disposable {
  readonly init: Task;
  /** Absent where the class has no `setup`. */
  readonly setup: Task | null;
  readonly cleanup: Task;
  readonly #flow: FlowGraph;
  readonly #block: TaskBlock = { kind: "resource", tasks: new Set() };
  #close: (() => void) | null = null;

  constructor(flow: FlowGraph, init: Task, setup: Task | null, cleanup: Task) {
    this.#flow = flow;
    this.init = init;
    this.setup = setup;
    this.cleanup = cleanup;
  }

  /** Stands for what `setup` returned. */
  get resource(): Ref<R> { return (this.setup ?? this.init) as unknown as Ref<R>; }

  /** For the manager: tasks added from now on belong to it. */
  open(): this {
    this.#close = this.#flow.openBlock(this.#block);
    return this;
  }

  /** For the manager: tasks that `body` adds belong to it. */
  run<T>(body: (resource: Ref<R>) => T): T {
    return this.#flow.inBlock(this.#block, () => body(this.resource), () => this[Symbol.dispose]());
  }

  /** Ends the block: its first tasks follow the setup, its last ones precede the cleanup. */
  [Symbol.dispose](): void {
    const { tasks } = this.#block;
    this.#close?.();
    for (const task of tasks) {
      const upstream = this.#flow.upstreamTasks(task);
      if (this.setup !== null && tasks.isDisjointFrom(upstream) && !upstream.has(this.setup)) this.#flow.addEdge(this.setup, task);
      const downstream = this.#flow.downstreamTasks(task);
      if (tasks.isDisjointFrom(downstream) && !downstream.has(this.cleanup)) this.#flow.addEdge(task, this.cleanup);
    }
  }
}

/** How a manager makes its resources. */
export interface ResourceMaker<R> {
  readonly make: (...inputs: any[]) => Resource<R> | Promise<Resource<R>>;
  /** Names of its inputs. */
  readonly names: readonly string[];
  readonly hasSetup: boolean;
}

/** Makes resources of one kind in flows. */
export class ResourceManager<A extends readonly any[], R> {
  readonly name: string;
  readonly #maker: ResourceMaker<R>;
  readonly #options: ResourceManagerOptions;

  constructor(maker: ResourceMaker<R>, options: ResourceManagerOptions & { readonly name: string }) {
    this.name = options.name;
    this.#maker = maker;
    this.#options = options;
  }

  /**
   * Adds the resource's tasks and opens its block; dispose of the block to end it: `using db = database.open(["host"])`.
   * Async code that overlaps with others is better off with {@link ResourceManager.use}: there each has its own block.
   * @param flow default: the flow being built
   */
  open(inputs: Inputs<A>, flow?: FlowGraph): ResourceBlock<R> {
    return this.#add(inputs, flow).open();
  }

  /** Adds the resource and the tasks that `body` adds, which may be async; these use it. @returns what `body` returns */
  use<T>(inputs: Inputs<A>, body: (resource: Ref<R>) => T, flow?: FlowGraph): T {
    return this.#add(inputs, flow).run(body);
  }

  #add(inputs: Inputs<A>, flow: FlowGraph | undefined): ResourceBlock<R> {
    const graph = activeGraph(this.name, flow);
    const { init: initOptions, setup: setupOptions, cleanup: cleanupOptions } = this.#options;
    const init = new ResourceInit(this.#maker.make, this.#maker.names, { name: this.name, cache: false, checkpoint: false, ...initOptions });
    graph.setDependencies(init, { keywordTasks: Object.fromEntries(inputs.map((input, index) => [this.#maker.names[index], input])) });
    const setup = this.#maker.hasSetup ? new ResourceSetup({ name: `${this.name}.setup`, cache: false, checkpoint: false, ...setupOptions }) : null;
    if (setup !== null) graph.setDependencies(setup, { keywordTasks: { mgr: init } });
    const cleanup = new ResourceCleanup({ name: `${this.name}.cleanup`, trigger: resourceCleanupTrigger, skipOnUpstreamSkip: false, cache: false, checkpoint: false, ...cleanupOptions });
    graph.setDependencies(cleanup, { keywordTasks: setup === null ? { mgr: init } : { mgr: init, resource: setup } });
    return new ResourceBlock<R>(graph, init, setup, cleanup);
  }
}

/** Makes a resource manager of a class with `cleanup` and maybe `setup`. */
export function resourceManager<A extends readonly any[], R>(resourceClass: new (...inputs: A) => Resource<R>, options: ResourceManagerOptions = {}): ResourceManager<A, R> {
  const maker: ResourceMaker<R> = {
    make: (...inputs) => new resourceClass(...(inputs as unknown as A)),
    names: functionParameters(resourceClass)?.map((parameter) => parameter.name) ?? [],
    hasSetup: typeof resourceClass.prototype.setup === "function",
  };
  return new ResourceManager<A, R>(maker, { ...options, name: options.name ?? resourceClass.name });
}
