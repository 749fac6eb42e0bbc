/** The worker threads of an executor: started when there is work, kept warm for a while, replaced when they end. */
import type { ResourceLimits } from "node:worker_threads";
import { getLogger } from "../../logging/logger.ts";
import { isTracing } from "../../tracing/install.ts";
import { Thread } from "./thread.ts";
import type { CallingRun, ThreadCall } from "./thread-call.ts";
import type { ThreadSetup } from "./thread-host.ts";

/** How long a thread without work is kept (milliseconds). */
const KEPT_WARM = 10_000;
/** How long a task that was told to stop may take to do so (milliseconds). */
const GRACE = 1_000;
/** How often threads with calls that were handed ahead are looked at (milliseconds). */
const LOOK = 5;

/**
 * Gives calls to threads: to one that has nothing else to do, or to a new one, or to one whose calls all wait for something. Quick
 * calls are handed ahead to threads that have only such: docs/decisions/0014.
 */
export class ThreadPool {
  readonly #size: number;
  readonly #concurrency: number;
  readonly #resourceLimits: ResourceLimits | undefined;
  readonly #threads: Thread[] = [];
  readonly #queue: ThreadCall[] = [];
  /** Runs while there are threads. */
  #sweep: NodeJS.Timeout | undefined;
  /** Runs while calls were handed ahead and are not begun. */
  #look: NodeJS.Timeout | undefined;
  /** Where what comes from no call is told. */
  #latest: CallingRun | null = null;
  #setup: ThreadSetup | undefined;
  /** Its threads notice what tasks use; those that began before do not from the start. */
  #traces = false;

  /** @param size threads (count) @param concurrency calls of one flow run that may hold a thread or wait in it, quick ones apart (count) */
  constructor(size: number, concurrency: number, resourceLimits: ResourceLimits | undefined) {
    this.#size = size;
    this.#concurrency = concurrency;
    this.#resourceLimits = resourceLimits;
  }

  /** Makes a call as soon as a thread is free. @param setup of the threads that may make it */
  run(call: ThreadCall, setup: ThreadSetup | undefined): void {
    if (setup?.version !== this.#setup?.version || isTracing() !== this.#traces) this.#setUp(setup);
    this.#latest = call.run;
    call.attempt.onAbort = (reason) => this.#aborted(call, reason);
    this.#queue.push(call);
    this.#dispatch();
  }

  /** Ends the threads that have nothing to do. */
  endIdle(): void { this.#endIdle(0); }

  #setUp(setup: ThreadSetup | undefined): void {
    this.#setup = setup;
    this.#traces = isTracing();
    for (const thread of [...this.#threads]) this.#retire(thread);
  }

  #dispatch(): void {
    let blocked: Set<CallingRun> | null = null;
    for (let next = 0; next < this.#queue.length;) {
      const call = this.#queue[next];
      const { run } = call;
      if (blocked?.has(run)) { next++; continue; }
      const mayHold = this.#mayHold(run);
      const thread = this.#threadFor(call, mayHold);
      if (thread === undefined) {
        if (mayHold) return;
        (blocked ??= new Set()).add(run);
        continue;
      }
      this.#queue.splice(next, 1);
      thread.begin(call);
      if (call.slot !== -1) this.#look ??= setInterval(() => this.#lookAtThreads(), LOOK).unref();
    }
  }

  /**
   * May one more call of the run have a thread for as long as it needs? The run begins more than may do so where they seem to be quick;
   * of those that were handed ahead, one a thread may turn out not to be.
   */
  #mayHold(run: CallingRun): boolean {
    let holding = run.holding;
    for (const thread of this.#threads) if (thread.isAheadFor(run)) holding++;
    return holding < this.#concurrency;
  }

  #threadFor(call: ThreadCall, mayHold: boolean): Thread | undefined {
    let free: Thread | undefined, ahead: Thread | undefined;
    for (const thread of this.#threads) {
      const { size } = thread.calls;
      if (thread.takesAhead(call)) {
        if (!mayHold && !thread.isAheadFor(call.run)) continue;
        if (size === 0) return thread;
        if (ahead === undefined || size < ahead.calls.size) ahead = thread;
      } else if (mayHold && thread.isFree && (free === undefined || size < free.calls.size)) free = thread;
    }
    if (free?.calls.size === 0) return free;
    return ahead ?? (mayHold && this.#threads.length < this.#size ? this.#newThread() : free);
  }

  /** A call that was thought to be quick holds its thread: those behind it go elsewhere. */
  #lookAtThreads(): void {
    let waiting = false;
    for (const thread of [...this.#threads]) {
      const stuck = thread.takeBackStuck();
      if (stuck === null) continue;
      waiting = true;
      if (stuck.length > 0) this.#left(stuck);
    }
    if (waiting) return;
    clearInterval(this.#look);
    this.#look = undefined;
  }

  /** Calls that a thread did not begin are the next ones. */
  #left(calls: readonly ThreadCall[]): void {
    this.#queue.unshift(...calls);
    this.#dispatch();
  }

  #newThread(): Thread {
    const thread = new Thread(this.#setup, this.#resourceLimits, {
      free: () => this.#dispatch(),
      left: (calls) => this.#left(calls),
      ended: (ended, error) => this.#ended(ended, error),
      heard: (message) => this.#latest?.heard(message, undefined),
    });
    this.#threads.push(thread);
    this.#sweep ??= setInterval(() => this.#endIdle(KEPT_WARM), KEPT_WARM / 2).unref();
    return thread;
  }

  #ended(thread: Thread, error: Error | null): void {
    this.#forget(thread);
    // Nobody waits for it: a timer of a task that was done long ago, or the set-up.
    if (error !== null) this.#latest?.outside(() => getLogger("ThreadExecutor").error(`A thread without a task ended: ${error.stack ?? String(error)}`));
    this.#dispatch();
  }

  #aborted(call: ThreadCall, reason: unknown): void {
    if (call.isDone) return;
    call.aborted();
    const at = this.#queue.indexOf(call);
    if (at !== -1) {
      this.#queue.splice(at, 1);
      return call.failed(reason);
    }
    const thread = this.#threads.find((one) => one.calls.has(call.number));
    if (thread === undefined) return;
    if (thread.takesBack(call)) return call.failed(reason);
    thread.abort(call, reason);
    const isTimeout = reason instanceof DOMException && reason.name === "TimeoutError";
    // A task that has used up its time gets no more; others may clean up.
    if (isTimeout && thread.calls.size === 1) return thread.end("its time was up");
    if (isTimeout) this.#dispatch();
    const timer = setTimeout(() => {
      // Other calls that wait in the thread go on, as long as it can be talked to.
      if (thread.isFree && thread.calls.size > 1) {
        thread.abandon(call, reason);
        this.#retire(thread);
        this.#dispatch();
      } else thread.end("one of its tasks did not stop when it was told to");
    }, GRACE);
    call.onDone = () => clearTimeout(timer);
  }

  #retire(thread: Thread): void {
    this.#forget(thread);
    thread.retire();
  }

  #forget(thread: Thread): void {
    const at = this.#threads.indexOf(thread);
    if (at !== -1) this.#threads.splice(at, 1);
    if (this.#threads.length > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }

  #endIdle(age: number): void {
    for (const thread of [...this.#threads]) {
      if (thread.calls.size === 0 && performance.now() - thread.idleSince >= age) thread.end("it was idle");
    }
  }
}
