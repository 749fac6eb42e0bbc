/** Runs task functions in worker threads (prefect.executors.LocalDaskExecutor with `scheduler="processes"`, its nearest like). */
import { availableParallelism } from "node:os";
import type { ResourceLimits } from "node:worker_threads";
import { withContext } from "../context-store.ts";
import { FlowletError, describeValue } from "../errors.ts";
import type { Executor, TaskCall } from "./executor.ts";
import { AHEAD } from "./thread/claims.ts";
import { runsOnMainThread } from "./thread/main-thread-tasks.ts";
import { TaskPrograms } from "./thread/task-programs.ts";
import { CallingRun, ThreadCall } from "./thread/thread-call.ts";
import { currentThreadSupport, type ThreadSupport } from "./thread/thread-host.ts";
import { ThreadPool } from "./thread/thread-pool.ts";

/** All optional. */
export interface ThreadExecutorOptions {
  /** Worker threads (count, at least 1). Default: the number of processors that can be used. */
  readonly threads?: number;
  /**
   * Tasks running at once (count, at least 1). More than `threads` is for tasks that wait for something: a thread begins another
   * one while its own waits. Default: `threads`, not counting tasks that are done in a fraction of a millisecond: of those a thread
   * is handed several at a time.
   */
  readonly concurrency?: number;
  /** Limits of each thread's memory, as of node:worker_threads. A task that goes beyond fails. Default: Node's. */
  readonly resourceLimits?: ResourceLimits;
}

/**
 * Tasks that compute run on all processors, a timeout stops a task whatever it does, and none can bring the flow's own thread
 * down. A task's function goes to a thread as source, with what it captures; inputs and results are copied. What can not be
 * sent fails the task with NOT_PORTABLE. Tasks that the engine makes (parameters, lists, operators, resources …) and those
 * with the tag `main-thread` run on the main thread.
 *
 * Differs: Prefect's thread scheduler shares memory; JavaScript's threads do not. As with its processes, what a task changes
 * outside of itself stays in the thread.
 */
export class ThreadExecutor implements Executor {
  readonly concurrency: number;
  /** A thread, and what the task imports, may have to be loaded first. */
  readonly queues = true;
  readonly traces = "elsewhere";
  readonly #pool: ThreadPool;
  #programs: TaskPrograms | null = null;
  #support: ThreadSupport | undefined;
  readonly #runs = new WeakMap<object, CallingRun>();
  /** Tasks of a flow run that may be running at once where all of them are quick (count); null: the user has said how many. */
  readonly #most: number | null;

  /** @throws FlowletError BAD_OPTION */
  constructor({ threads = availableParallelism(), concurrency, resourceLimits }: ThreadExecutorOptions = {}) {
    for (const [option, value] of Object.entries({ threads, concurrency: concurrency ?? threads })) {
      if (!Number.isInteger(value) || value < 1) throw new FlowletError("BAD_OPTION", { owner: "ThreadExecutor", option, expected: "a whole number, 1 or more", got: describeValue(value) });
    }
    this.concurrency = concurrency ?? threads;
    this.#most = concurrency === undefined ? threads * AHEAD : null;
    this.#pool = new ThreadPool(threads, this.concurrency, resourceLimits);
  }

  /** Quick tasks do not count: threads are handed the next ones while they still have some. */
  concurrencyNow(flowContext: object): number {
    const quick = this.#most === null ? 0 : (this.#runs.get(flowContext)?.quickCalls ?? 0);
    return quick === 0 ? this.concurrency : Math.min(this.concurrency + quick, this.#most as number);
  }

  execute(call: TaskCall): unknown {
    if (runsOnMainThread(call.task)) {
      call.started?.();
      return withContext(call.context, () => call.task.invoke(call.inputs, call.names));
    }
    const support = currentThreadSupport();
    if (this.#programs === null || support !== this.#support) {
      this.#support = support;
      this.#programs = new TaskPrograms(support);
    }
    let run = this.#runs.get(call.flowContext);
    if (run === undefined) this.#runs.set(call.flowContext, (run = new CallingRun(call.flowContext)));
    const threadCall = new ThreadCall(call, run, this.#programs);
    this.#pool.run(threadCall, support?.setup());
    return threadCall.promise;
  }

  /** Ends the threads that have nothing to do; else they end by themselves some seconds after their last task. */
  close(): void { this.#pool.endIdle(); }
}
