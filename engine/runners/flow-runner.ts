/**
 * Runs a flow once: tasks as soon as what they depend on is finished, as many at a time as the executor takes
 * (prefect.engine.flow_runner). Driven by events, without recursion; everything that ends it early is in FlowRun.cancel.
 *
 * Differs: independent tasks run concurrently, and a retry waits for its own delay only, not for the whole pass.
 */
import type { GraphNode } from "../graph/graph-node.ts";
import { Failed, Pending, Running, Scheduled, type State } from "../state.ts";
import type { Task } from "../task/task.ts";
import { determineFinalState } from "./final-state.ts";
import type { FlowRun } from "./flow-run.ts";
import { describeError } from "./error-text.ts";
import { flowStateChanged } from "./state-change.ts";
import { runTask } from "./task-runner.ts";
import { TaskRun } from "./task-run.ts";

/** How long tasks that do not wait for anything may hold the thread before timers and messages get their turn (milliseconds). */
const SLICE = 12;

/**
 * Runs a flow to its end. @returns its state, with the tasks' states as the result; never rejects
 *
 * The caller waits for the run's end, not for the code that drives it: user code runs on top of that code, and an interrupt
 * that cuts off an endless loop takes it along, without `finally` and without settling its promise.
 */
export function runFlow(run: FlowRun): Promise<State> {
  queueMicrotask(() => void drive(run));
  return run.ended;
}

async function drive(run: FlowRun): Promise<void> {
  if (run.closed) return;
  run.logger.info(`Beginning Flow run for '${run.graph.name}'`);
  run.observer?.flowRunStarted?.(run);
  try {
    const running = await flowStateChanged(run, new Running("Running flow."));
    if (!running.isRunning()) {
      return run.end(running);
    }
    await run.executor.start?.();
    await Promise.race([new Walk(run).done, run.ended]);
    if (run.closed) return;
    await run.executor.stop?.();
    const final = determineFinalState(run);
    run.end(final === run.state ? final : await flowStateChanged(run, final));
  } catch (error) {
    const message = `Unexpected error while running flow: ${describeError(error)}`;
    run.logger.error(message);
    await run.executor.stop?.();
    run.end(await flowStateChanged(run, new Failed(message, error)));
  }
}

/** The walk over the graph. */
class Walk {
  readonly done: Promise<void>;
  readonly #run: FlowRun;
  readonly #ready: GraphNode[] = [];
  readonly #waitsFor = new Map<Task, number>();
  #next = 0;
  #running = 0;
  #timers = 0;
  #sliceBegan = performance.now();
  #sleeping = false;
  #resolve: () => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(run: FlowRun) {
    this.#run = run;
    this.done = new Promise((resolve, reject) => { this.#resolve = resolve; this.#reject = reject; });
    const { selected, taskStates } = run.options;
    for (const node of run.graph.sortedNodes()) {
      run.taskStates.set(node.task, taskStates?.get(node.task) ?? new Pending(selected === undefined || selected.has(node.task) ? null : "Task not run."));
      if (node.upstream.length === 0) this.#ready.push(node);
      else this.#waitsFor.set(node.task, node.upstream.length);
    }
    this.#pump();
  }

  /** Begins ready tasks while the executor takes more. */
  #pump(): void {
    const run = this.#run;
    try {
      while (this.#next < this.#ready.length && this.#running < run.executor.concurrency && !run.closed) {
        if (performance.now() - this.#sliceBegan > SLICE) return this.#sleep();
        this.#begin(this.#ready[this.#next++]);
      }
    } catch (error) {
      return this.#reject(error);
    }
    if (this.#running === 0 && this.#timers === 0 && this.#next === this.#ready.length && !this.#sleeping) this.#resolve();
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

  #begin(node: GraphNode): void {
    const run = this.#run;
    const { selected, forced } = run.options;
    const given = run.taskStates.get(node.task) as State;
    if (selected !== undefined && !selected.has(node.task)) return this.#passed(node, given);
    if (given.isFinished() && !given.isCached() && !given.isMapped()) return this.#passed(node, given);
    const taskRun = (run.taskRuns.get(node.task) as TaskRun | undefined) ?? new TaskRun(run, node, given, forced?.has(node.task) ?? false);
    run.taskRuns.set(node.task, taskRun);
    taskRun.state = given;
    run.open.add(taskRun);
    this.#running++;
    void runTask(taskRun).then((state) => this.#settled(taskRun, state));
  }

  #settled(taskRun: TaskRun, state: State): void {
    this.#running--;
    const run = this.#run;
    if (run.closed) return;
    run.open.delete(taskRun);
    run.taskStates.set(taskRun.task, state);
    if (state.isFinished()) this.#passed(taskRun.node, state);
    else if (state instanceof Scheduled && state.startTime !== null) this.#wait(taskRun, state.startTime);
    this.#pump();
  }

  /** Begins the task again at its start time; it stays open, so that a cancel settles it. */
  #wait(taskRun: TaskRun, startTime: Date): void {
    this.#timers++;
    this.#run.open.add(taskRun);
    const delay = Math.max(0, startTime.getTime() - Date.now());
    setTimeout(() => {
      if (this.#run.closed) return;
      if (startTime.getTime() > Date.now()) {
        this.#timers--;
        return this.#wait(taskRun, startTime);
      }
      this.#timers--;
      this.#ready.push(taskRun.node);
      this.#pump();
    }, Math.min(delay, 2 ** 31 - 1));
  }

  /** A task has its last state: what waited for it may be ready. */
  #passed(node: GraphNode, state: State): void {
    if (!state.isFinished() && this.#run.options.selected === undefined) return;
    for (const edge of node.downstream) {
      const count = (this.#waitsFor.get(edge.downstreamTask) as number) - 1;
      this.#waitsFor.set(edge.downstreamTask, count);
      if (count === 0) this.#ready.push(this.#run.graph.node(edge.downstreamTask));
    }
  }
}
