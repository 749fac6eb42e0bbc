/** The worker threads of an executor: started when there is work, kept warm for a while, replaced when they end. */
import type { ResourceLimits } from "node:worker_threads";
import { getLogger } from "../../logging/logger.ts";
import { isTracing } from "../../tracing/install.ts";
import { Thread } from "./thread.ts";
import type { ThreadCall } from "./thread-call.ts";
import type { ThreadSetup } from "./thread-host.ts";

/** How long a thread without work is kept (milliseconds). */
const KEPT_WARM = 10_000;
/** How long a task that was told to stop may take to do so (milliseconds). */
const GRACE = 1_000;

/** Gives calls to threads: to one that has nothing else to do, or to a new one, or to one whose calls all wait for something. */
export class ThreadPool {
  readonly #size: number;
  readonly #resourceLimits: ResourceLimits | undefined;
  readonly #threads: Thread[] = [];
  readonly #queue: ThreadCall[] = [];
  /** Runs while there are threads. */
  #sweep: NodeJS.Timeout | undefined;
  /** Where what comes from no call is told. */
  #latest: ThreadCall["run"] | null = null;
  #setup: ThreadSetup | undefined;
  /** Its threads notice what tasks use; those that began before do not from the start. */
  #traces = false;

  /** @param size threads (count) */
  constructor(size: number, resourceLimits: ResourceLimits | undefined) {
    this.#size = size;
    this.#resourceLimits = resourceLimits;
  }

  /** Makes a call as soon as a thread is free. @param setup of the threads that may make it */
  run(call: ThreadCall, setup: ThreadSetup | undefined): void {
    if (setup?.version !== this.#setup?.version || isTracing() !== this.#traces) this.#setUp(setup);
    this.#latest = call.run;
    const { signal } = call;
    if (signal.aborted) return call.failed(signal.reason);
    const aborted = () => this.#aborted(call);
    signal.addEventListener("abort", aborted, { once: true });
    call.onDone = () => signal.removeEventListener("abort", aborted);
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
    while (this.#queue.length > 0) {
      const thread = this.#freeThread();
      if (thread === undefined) return;
      thread.begin(this.#queue.shift() as ThreadCall);
    }
  }

  #freeThread(): Thread | undefined {
    const free = this.#threads.filter((thread) => thread.isFree);
    const idle = free.find((thread) => thread.calls.size === 0);
    if (idle !== undefined || this.#threads.length >= this.#size) return idle ?? free.sort((one, other) => one.calls.size - other.calls.size)[0];
    const thread = new Thread(this.#setup, this.#resourceLimits, {
      free: () => this.#dispatch(),
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

  #aborted(call: ThreadCall): void {
    const { signal } = call;
    const at = this.#queue.indexOf(call);
    if (at !== -1) {
      this.#queue.splice(at, 1);
      return call.failed(signal.reason);
    }
    const thread = this.#threads.find((one) => one.calls.has(call.number));
    if (thread === undefined) return;
    const { reason } = signal as { readonly reason: unknown };
    thread.abort(call, reason);
    // A task that has used up its time gets no more; others may clean up.
    if (thread.calls.size === 1 && reason instanceof DOMException && reason.name === "TimeoutError") return thread.end("its time was up");
    const timer = setTimeout(() => {
      // Other calls that wait in the thread go on, as long as it can be talked to.
      if (thread.isFree && thread.calls.size > 1) {
        thread.abandon(call, reason);
        this.#retire(thread);
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
