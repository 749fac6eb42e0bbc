/**
 * The walk of a flow run over its graph: begins a task as soon as what it depends on is finished, as many at a time as the
 * executor takes. Mapped children are begun by themselves, and where a mapped task maps over another one, child by child,
 * depth first. Driven by events; no recursion, memory for what runs and not for what waits.
 */
import type { GraphNode } from "../graph/graph-node.ts";
import { needsLoading } from "../results/load-result.ts";
import { Mapped, MetaState, Paused, Pending, Scheduled, Success, type State } from "../state.ts";
import { Constant } from "../task/constant.ts";
import type { Task } from "../task/task.ts";
import type { FlowRun } from "./flow-run.ts";
import { NodeProgress } from "./node-progress.ts";
import { TaskRun } from "./task-run.ts";
import { runTask } from "./task-runner.ts";

/** How long tasks that do not wait for anything may hold the thread before timers and messages get their turn (milliseconds). */
const SLICE = 12;

/** One thing to begin: a task, or a child of it. */
interface Unit {
  readonly progress: NodeProgress;
  /** -1: the task itself. */
  readonly index: number;
  /** Of one that is begun again. */
  readonly taskRun?: TaskRun;
}

/** How a walk is done. */
export interface WalkOptions {
  /** Number of the walk in its flow run (count, from 1): later ones go on with the states of the one before. */
  readonly pass: number;
  /** Begin tasks again at their start times. */
  readonly retries: boolean;
  /** End when nothing is left but to wait for start times; else end when that is done too. */
  readonly endsAtRest: boolean;
}

/** One walk. */
export class Walk {
  /** Resolves when nothing is left that can be begun. */
  readonly done: Promise<void>;
  readonly #run: FlowRun;
  /** By the nodes' places in the order that the walk began with. */
  readonly #progress: NodeProgress[] = [];
  #byNode: Map<GraphNode, NodeProgress> | null = null;
  readonly #ready: NodeProgress[] = [];
  #nextReady = 0;
  /** Children (and retries) that others have released: taken first, so that chains of children go depth first. */
  readonly #released: Unit[] = [];
  /** Retries whose time has come in a walk that ends at rest: only where it goes on anyway, else they belong to the next pass. */
  readonly #due: Unit[] = [];
  /** Mapped tasks with children that nobody has looked at. */
  readonly #cursors: NodeProgress[] = [];
  #nextCursor = 0;
  readonly #options: WalkOptions;
  #running = 0;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Tasks that have no last state (count). */
  #unfinished = 0;
  #endsAtRest: boolean;
  #sliceBegan = performance.now();
  #sleeping = false;
  #resolve: () => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(run: FlowRun, options: WalkOptions) {
    this.#run = run;
    this.#options = options;
    this.#endsAtRest = options.endsAtRest;
    this.done = new Promise((resolve, reject) => { this.#resolve = resolve; this.#reject = reject; });
    const { selected, taskStates } = run.options;
    const unbegun = new Pending();
    const nodes = run.graph.sortedNodes();
    this.#unfinished = nodes.length;
    for (const node of nodes) {
      const chosen = selected === undefined || selected.has(node.task);
      const given = options.pass === 1 ? taskStates?.get(node.task) : run.taskStates.get(node.task);
      run.taskStates.set(node.task, given === undefined ? firstState(node, chosen, unbegun) : chosen ? startState(node.task, given) : given);
      if (options.pass > 1 && run.keys !== null && run.taskStates.get(node.task)?.isFinished() === false) run.keys.forget(node.task);
      const progress = new NodeProgress(node);
      this.#progress.push(progress);
      if (progress.waits === 0) this.#ready.push(progress);
    }
    this.#pump();
  }

  /** Begins what is ready while the executor takes more. */
  #pump(): void {
    const run = this.#run;
    try {
      while (this.#mayBegin() && !run.closed) {
        if (performance.now() - this.#sliceBegan > SLICE) return this.#sleep();
        const unit = this.#take();
        if (unit === undefined) break;
        this.#begin(unit);
      }
    } catch (error) {
      return this.#reject(error);
    }
    if (this.#running === 0 && !this.#sleeping && (this.#timers.size === 0 || this.#endsAtRest)) this.#end();
  }

  #mayBegin(): boolean {
    const { executor, context } = this.#run;
    return this.#running < executor.concurrency || (executor.concurrencyNow !== undefined && this.#running < executor.concurrencyNow(context));
  }

  /** What waits for its time is left to the next walk. */
  #end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    for (const progress of this.#cursors) if (progress.left > 0) progress.complete();
    this.#run.allFinished = this.#unfinished === 0;
    this.#resolve();
  }

  #sleep(): void {
    if (this.#sleeping) return;
    this.#sleeping = true;
    setImmediate(() => {
      this.#sleeping = false;
      this.#sliceBegan = performance.now();
      this.#pump();
    });
  }

  #take(): Unit | undefined {
    const released = this.#released.pop();
    if (released !== undefined) return released;
    for (; this.#nextCursor < this.#cursors.length; this.#nextCursor++) {
      const progress = this.#cursors[this.#nextCursor];
      const index = progress.takeChild();
      if (index !== -1) return { progress, index };
    }
    if (this.#nextReady < this.#ready.length) return { progress: this.#ready[this.#nextReady++], index: -1 };
    return this.#running > 0 ? this.#due.pop() : undefined;
  }

  #begin(unit: Unit): void {
    const { progress, index } = unit;
    const run = this.#run;
    const { selected, forced } = run.options;
    const { node } = progress;
    const given = index === -1 ? (run.taskStates.get(node.task) as State) : (progress.mapped as Mapped).mapStates[index];
    if (selected !== undefined && !selected.has(node.task)) return this.#passed(progress, given);
    const again = given.isMapped() || (given.isCached() && (this.#options.pass === 1 || run.keys === null));
    if (given.isFinished() && !again) return index === -1 ? this.#passed(progress, given) : this.#childFinished(progress, index);
    const isForced = forced !== undefined && forced.has(node.task);
    const taskRun = unit.taskRun ?? new TaskRun(run, node, given, index === -1 ? null : index, index === -1 && progress.isMapped, isForced);
    taskRun.state = given;
    // Most are settled when they return; only those that are not join the open ones.
    run.beginning = taskRun;
    this.#running++;
    const outcome = runTask(taskRun);
    run.beginning = null;
    if (!(outcome instanceof Promise)) return this.#settled(progress, index, taskRun, outcome, unit.taskRun !== undefined);
    if (!run.closed) run.open.add(taskRun);
    this.#settleLater(progress, index, taskRun, outcome);
  }

  #settleLater(progress: NodeProgress, index: number, taskRun: TaskRun, outcome: Promise<State>): void {
    void outcome.then((state) => {
      this.#settled(progress, index, taskRun, state, true);
      this.#pump();
    });
  }

  #settled(progress: NodeProgress, index: number, taskRun: TaskRun, state: State, wasOpen: boolean): void {
    this.#running--;
    const run = this.#run;
    if (run.closed) return;
    if (wasOpen) run.open.delete(taskRun);
    if (index === -1) run.taskStates.set(taskRun.task, state);
    else (progress.mapped as Mapped).mapStates[index] = state;
    if (state.isFinished()) {
      if (index !== -1) this.#childFinished(progress, index);
      else if (state instanceof Mapped && progress.isMapped) this.#expanded(progress, state);
      else this.#passed(progress, state);
    } else if (state instanceof Scheduled && this.#options.retries) {
      // Questions are asked at rest: nothing else is held up by them.
      if (state instanceof Paused && run.options.approve !== undefined) this.#endsAtRest = true;
      if (state.startTime !== null) this.#wait({ progress, index, taskRun }, state.startTime);
    }
  }

  /** Begins a task again at its start time; it stays open, so that a cancel settles it. */
  #wait(unit: Required<Unit>, startTime: Date): void {
    this.#run.open.add(unit.taskRun);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (this.#run.closed) return;
      if (startTime.getTime() > Date.now()) return this.#wait(unit, startTime);
      (this.#endsAtRest ? this.#due : this.#released).push(unit);
      this.#pump();
    }, Math.min(Math.max(0, startTime.getTime() - Date.now()), 2 ** 31 - 1));
    this.#timers.add(timer);
  }

  /** A mapped task is ready for mapping: its children begin, and mapped tasks that map over it may make ready too. */
  #expanded(progress: NodeProgress, state: Mapped): void {
    progress.mapped = state;
    progress.left = state.mapStates.length;
    for (const edge of progress.node.upstream) {
      if (!edge.mapped || edge.flattened) continue;
      const upstream = this.#of(edge.upstreamTask);
      if (upstream === undefined || upstream.mapped === null || upstream.left === 0) continue;
      progress.childWaits ??= new Uint16Array(state.mapStates.length);
      for (let i = 0; i < state.mapStates.length; i++) if (upstream.mapped.mapStates[i]?.isFinished() === false) progress.childWaits[i]++;
    }
    if (progress.left === 0) return this.#passed(progress, state);
    this.#cursors.push(progress);
    progress.expansionPassed = true;
    for (const edge of progress.node.downstream) if (edge.mapped && !edge.flattened) this.#edgePassed(this.#of(edge.downstreamTask));
  }

  #childFinished(progress: NodeProgress, index: number): void {
    for (const edge of progress.node.downstream) {
      if (!edge.mapped || edge.flattened) continue;
      const downstream = this.#of(edge.downstreamTask);
      if (downstream === undefined || downstream.childWaits === null || index >= downstream.childWaits.length) continue;
      if (--downstream.childWaits[index] === 0 && index < downstream.nextChild) this.#released.push({ progress: downstream, index });
    }
    if (--progress.left === 0) this.#passed(progress, progress.mapped as Mapped);
  }

  /** A task has its last state: what waited for it may be ready. */
  #passed(progress: NodeProgress, state: State): void {
    if (state.isFinished()) this.#unfinished--;
    else if (this.#run.options.selected === undefined) return;
    progress.complete();
    if (!progress.expansionPassed) {
      const { to } = progress;
      for (let i = 0; i < to.length; i++) this.#edgePassed(this.#at(to[i]));
      return;
    }
    for (const edge of progress.node.downstream) if (!edge.mapped || edge.flattened) this.#edgePassed(this.#of(edge.downstreamTask));
  }

  #edgePassed(progress: NodeProgress | undefined): void {
    if (progress !== undefined && --progress.waits === 0) this.#ready.push(progress);
  }

  /** Undefined for a task that joined the flow while it runs. */
  #of(task: Task): NodeProgress | undefined {
    const { graph } = this.#run;
    return graph.has(task) ? this.#at(graph.node(task)) : undefined;
  }

  #at(node: GraphNode): NodeProgress | undefined {
    const progress = this.#progress[node.position];
    if (progress?.node === node) return progress;
    // The flow has changed while it runs, and has another order now.
    this.#byNode ??= new Map(this.#progress.map((one) => [one.node, one]));
    return this.#byNode.get(node);
  }
}

function firstState({ task, upstream }: GraphNode, chosen: boolean, unbegun: State): State {
  if (!chosen) return new Pending("Task not run.");
  // A constant inside a mapped piece of flow depends on the piece's inputs, and still is one value.
  return task instanceof Constant && upstream.length > 0 ? new Success(null, task.value) : unbegun;
}

/** What a task begins with, given a state of before. */
function startState(task: Task, given: State): State {
  let state: State = given;
  while (state instanceof MetaState) state = state.state ?? new Pending();
  if (task.runsInEveryPass && state.isFinished() && !state.isCached()) return new Pending();
  if (task.autoGenerated && needsLoading(state)) return new Pending();
  // The children's states change during the walk; those that were given belong to somebody else.
  return state instanceof Mapped ? new Mapped(state.message, state.result, { mapStates: [...state.mapStates] }) : state;
}
