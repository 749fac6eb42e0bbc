/** One worker thread, seen from the main thread. */
import { SHARE_ENV, Worker, type ResourceLimits } from "node:worker_threads";
import { FlowletError } from "../../errors.ts";
import { isTracing } from "../../tracing/install.ts";
import type { FromThread, HeardFromThread, ThreadData, ToThread } from "./messages.ts";
import type { ThreadCall } from "./thread-call.ts";
import type { ThreadSetup } from "./thread-host.ts";

/** Programs that a thread remembers (count). */
const MAX_PROGRAMS = 500;
/** Flow runs whose entries a thread remembers (count). */
const MAX_RUNS = 20;

/** Told what becomes of a thread's calls. */
export interface ThreadListener {
  /** It may take another call. */
  free(): void;
  /** Code that belongs to no call has printed or logged. */
  heard(message: HeardFromThread): void;
  /** It is gone. @param error what ended it while it had nothing to do; null where calls were told, or it was ended on purpose */
  ended(thread: Thread, error: Error | null): void;
}

/** Starts at once; calls wait until it has. */
export class Thread {
  /** Calls that are with it. */
  readonly calls = new Map<number, ThreadCall>();
  retiring = false;
  /** When it had nothing to do last (milliseconds of performance.now). */
  idleSince = performance.now();
  readonly #worker: Worker;
  readonly #listener: ThreadListener;
  readonly #programs = new Set<number>();
  readonly #runs = new Set<number>();
  /** Calls that hold the thread: they have begun and do not wait for anything. */
  readonly #busy = new Set<number>();
  /** Nothing more is heard of it. */
  #gone = false;
  #error: Error | null = null;

  constructor(setup: ThreadSetup | undefined, resourceLimits: ResourceLimits | undefined, listener: ThreadListener) {
    this.#listener = listener;
    const ending = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
    const workerData: ThreadData = { traces: isTracing(), setup: setup === undefined ? null : { url: setup.url, data: setup.data } };
    this.#worker = new Worker(new URL(`./worker-main${ending}`, import.meta.url), { name: "flowlet task", workerData, env: SHARE_ENV, resourceLimits, execArgv: threadArguments(process.execArgv) });
    this.#worker.unref();
    this.#worker.on("message", (messages: readonly FromThread[]) => this.#received(messages));
    this.#worker.on("messageerror", (error) => this.end(`a message from it could not be read: ${error.message}`));
    this.#worker.on("error", (error) => { this.#error = error; });
    this.#worker.on("exit", (code) => this.#exited(code));
  }

  /** Can it begin a call now? */
  get isFree(): boolean { return this.#busy.size === 0 && !this.retiring && !this.#gone; }

  /** Begins a call; one whose values can not be copied fails. */
  begin(call: ThreadCall): void {
    let place = "what it captures";
    try {
      this.#send(call, () => { place = "its inputs"; });
    } catch (error) {
      call.uncopied(place, error);
    }
  }

  #send(call: ThreadCall, programSent: () => void): void {
    const { program, number } = call;
    if (!this.#runs.has(call.run.number)) {
      this.#post({ type: "run", run: call.run.number, ...call.run.entries });
      remember(this.#runs, call.run.number, MAX_RUNS, (forgotten) => this.#post({ type: "forget", programs: [], runs: [forgotten] }));
    }
    const isNew = !this.#programs.has(program.number);
    if (isNew) {
      this.#post({ type: "program", program: program.number, content: program.content, changeable: program.changeable });
      if (!program.once) remember(this.#programs, program.number, MAX_PROGRAMS, (forgotten) => this.#post({ type: "forget", programs: [forgotten], runs: [] }));
    }
    programSent();
    this.#post({ type: "call", call: number, program: program.number, once: program.once, inputs: call.inputs, names: call.names, entries: call.entries, run: call.run.number, tellsBegin: isNew, traced: call.noticed !== undefined });
    if (!isNew) call.started?.();
    this.calls.set(number, call);
    this.#busy.add(number);
    if (this.calls.size === 1) this.#worker.ref();
  }

  /** Tells a call's function to stop. */
  abort(call: ThreadCall, reason: unknown): void {
    const { message, name } = reason instanceof Error ? reason : { message: String(reason), name: "AbortError" };
    this.#post({ type: "abort", call: call.number, message, name });
  }

  /** Ends it now; the calls that are with it are told that they have ended with it. */
  end(why: string): void {
    if (this.#gone) return;
    this.#leave(() => why);
    void this.#worker.terminate();
  }

  /** Takes no more calls, and ends when those that it has are done. */
  retire(): void {
    this.retiring = true;
    if (this.calls.size === 0) this.end("it was replaced");
  }

  /** Waits no longer for a call. */
  abandon(call: ThreadCall, reason: unknown): void {
    this.#settled(call.number);
    call.failed(reason);
  }

  #post(message: ToThread): void { this.#worker.postMessage(message); }

  #received(messages: readonly FromThread[]): void {
    if (this.#gone) return;
    let free = false;
    for (const message of messages) {
      const call = message.call === null ? undefined : this.calls.get(message.call);
      switch (message.type) {
        case "printed": case "logged":
          if (call === undefined) this.#listener.heard(message);
          else call.heard(message);
          break;
        case "began":
          call?.started?.();
          break;
        case "noticed":
          call?.noticed?.(message.seen);
          break;
        case "waits":
          free = this.#busy.delete(message.call) || free;
          break;
        default:
          free = this.#settled(message.call) || free;
          call?.settled(message);
      }
    }
    if (this.retiring && this.calls.size === 0) this.end("it was replaced");
    else if (free) this.#listener.free();
  }

  #settled(number: number): boolean {
    const free = this.#busy.delete(number);
    if (this.calls.delete(number) && this.calls.size === 0) {
      this.idleSince = performance.now();
      this.#worker.unref();
    }
    return free;
  }

  #exited(code: number): void {
    if (this.#gone) return;
    const error = this.#error;
    this.#leave(() => endingOf(code, error), error);
  }

  #leave(why: () => string, cause: Error | null = null): void {
    this.#gone = true;
    const calls = [...this.calls.values()];
    this.calls.clear();
    for (const call of calls) call.failed(new FlowletError("THREAD_ENDED", { task: call.task.name, why: why() }, cause === null ? undefined : { cause }));
    this.#listener.ended(this, calls.length === 0 ? cause : null);
  }
}

/** Keeps a bounded number of numbers; the oldest is forgotten. */
function remember(numbers: Set<number>, number: number, most: number, forget: (oldest: number) => void): void {
  numbers.add(number);
  if (numbers.size <= most) return;
  const [oldest] = numbers;
  numbers.delete(oldest);
  forget(oldest);
}

/** Why a thread has ended by itself, in words. */
function endingOf(code: number, error: Error | null): string {
  if (error === null) return `its code called process.exit(${code})`;
  if ((error as { code?: unknown }).code === "ERR_WORKER_OUT_OF_MEMORY") return "it ran out of memory";
  return `an error was thrown that nothing caught: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
}

/** Node's own options, without those that say what the main thread's program is: `node -e "…"`. */
function threadArguments(options: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < options.length; i++) {
    if (/^(-e|-p|-pe|--eval|--print|--input-type)$/.test(options[i])) i++;
    else if (!/^--(eval|print|input-type)=/.test(options[i])) kept.push(options[i]);
  }
  return kept;
}
