/** One worker thread, seen from the main thread. */
import { SHARE_ENV, type ResourceLimits, type Worker } from "node:worker_threads";
import { FlowletError } from "../../errors.ts";
import { isTracing } from "../../tracing/install.ts";
import { Claims } from "./claims.ts";
import { startWorker } from "./start-worker.ts";
import { endingOf } from "./thread-ending.ts";
import type { FromThread, HeardFromThread, ThreadData, ToThread } from "./messages.ts";
import type { CallingRun, ThreadCall } from "./thread-call.ts";
import type { ThreadSetup } from "./thread-host.ts";

/** Programs that a thread remembers (count). */
const MAX_PROGRAMS = 500;
/** Flow runs whose entries a thread remembers (count). */
const MAX_RUNS = 20;

const NONE: readonly ThreadCall[] = [];

/** Told what becomes of a thread's calls. */
export interface ThreadListener {
  /** It may take another call. */
  free(): void;
  /** Code that belongs to no call has printed or logged. */
  heard(message: HeardFromThread): void;
  /** Calls that it has not begun, and will not. */
  left(calls: readonly ThreadCall[]): void;
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
  readonly #claims = new Claims();
  /** Calls that may hold up others: nothing is handed ahead meanwhile. */
  readonly #slow = new Set<ThreadCall>();
  /** Handed ahead and to be sent when the running code pauses: a message that wakes a thread takes longer than a quick call. */
  #outgoing: ThreadCall[] = [];
  /** The first of its calls that it had not begun when it was last looked at. */
  #waiting: ThreadCall | null = null;
  /** It has started, and answered a call. */
  #answers = false;
  /** Nothing more is heard of it. */
  #gone = false;
  #error: Error | null = null;

  constructor(setup: ThreadSetup | undefined, resourceLimits: ResourceLimits | undefined, listener: ThreadListener) {
    this.#listener = listener;
    const ending = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
    const workerData: ThreadData = { traces: isTracing(), slots: this.#claims.slots, setup: setup === undefined ? null : { url: setup.url, data: setup.data } };
    this.#worker = startWorker(new URL(`./worker-main${ending}`, import.meta.url), { name: "flowlet task", workerData, env: SHARE_ENV, resourceLimits });
    this.#worker.unref();
    this.#worker.on("message", (messages: readonly FromThread[]) => this.#received(messages));
    this.#worker.on("messageerror", (error) => this.end(`a message from it could not be read: ${error.message}`));
    this.#worker.on("error", (error) => { this.#error = error; });
    this.#worker.on("exit", (code) => this.#exited(code));
  }

  /** Can it begin a call now? */
  get isFree(): boolean { return this.#busy.size === 0 && !this.retiring && !this.#gone; }

  /** Can it be handed a call now that it begins after others? They are all quick, and it is. */
  takesAhead(call: ThreadCall): boolean {
    return call.isQuick && this.#slow.size === 0 && this.#claims.hasRoom && this.#answers && this.#programs.has(call.program.number) && !this.retiring && !this.#gone;
  }

  /** Has it calls of the run that were handed ahead? */
  isAheadFor(run: CallingRun): boolean {
    if (this.#slow.size > 0) return false;
    for (const call of this.calls.values()) if (call.run === run) return true;
    return false;
  }

  /** Begins a call, or hands it ahead; one whose values can not be copied fails. */
  begin(call: ThreadCall): void {
    const { program } = call;
    let place = "what it captures";
    try {
      if (!this.#runs.has(call.run.number)) {
        this.#post({ type: "run", run: call.run.number, ...call.run.entries });
        remember(this.#runs, call.run.number, MAX_RUNS, (forgotten) => this.#forget([], [forgotten]));
      }
      if (this.takesAhead(call)) return this.#handAhead(call);
      const isNew = !this.#programs.has(program.number);
      if (isNew) {
        this.#post({ type: "program", program: program.number, content: program.content, changeable: program.changeable });
        if (!program.once) remember(this.#programs, program.number, MAX_PROGRAMS, (forgotten) => this.#forget([forgotten], []));
      }
      place = "its inputs";
      this.#post(this.#message(call, isNew));
      if (!isNew) call.started();
      this.#take(call);
      this.#isSlow(call);
    } catch (error) {
      call.uncopied(place, error);
    }
  }

  #handAhead(call: ThreadCall): void {
    call.slot = this.#claims.offer(call.number);
    this.#take(call);
    if (this.#outgoing.push(call) === 1) setImmediate(() => this.#flush());
  }

  #take(call: ThreadCall): void {
    this.calls.set(call.number, call);
    this.#busy.add(call.number);
    if (this.calls.size === 1) this.#worker.ref();
  }

  #message(call: ThreadCall, tellsBegin: boolean): ToThread {
    const { number, program, inputs, names, entries, run, slot, noticed } = call;
    return { type: "call", call: number, program: program.number, once: program.once, inputs, names, entries, run: run.number, tellsBegin, slot, traced: noticed !== undefined };
  }

  /** What is forgotten may be needed by a call that was handed ahead before. */
  #forget(programs: readonly number[], runs: readonly number[]): void {
    this.#flush();
    this.#post({ type: "forget", programs, runs });
  }

  #flush(): void {
    const calls = this.#outgoing;
    this.#outgoing = [];
    let failed = false;
    for (const call of calls) {
      const before = performance.now();
      try {
        this.#post(this.#message(call, false));
        call.program.pace.sent(performance.now() - before);
      } catch (error) {
        this.#remove(call.number);
        call.uncopied("its inputs", error);
        failed = true;
      }
    }
    if (failed) this.#listener.free();
  }

  /** Its calls that it has not begun are not its any more; the others may hold up what comes next. */
  takeBack(): readonly ThreadCall[] {
    const back: ThreadCall[] = [];
    for (const call of this.calls.values()) {
      if (call.slot !== -1 && this.#claims.takeBack(call.slot, call.number)) back.push(call);
      else this.#isSlow(call);
    }
    for (const call of back) this.#remove(call.number);
    if (back.length > 0) this.#outgoing = this.#outgoing.filter((call) => call.slot !== -1);
    return back;
  }

  /** The same of one call. @returns was it taken back? */
  takesBack(call: ThreadCall): boolean {
    if (call.slot === -1 || !this.#claims.takeBack(call.slot, call.number)) return false;
    this.#remove(call.number);
    this.#outgoing = this.#outgoing.filter((one) => one !== call);
    return true;
  }

  /** Calls that wait and have waited since it was asked before, taken back; or null: none wait. */
  takeBackStuck(): readonly ThreadCall[] | null {
    let waiting: ThreadCall | null = null;
    for (const call of this.calls.values()) {
      if (!this.#isUnbegun(call)) continue;
      waiting = call;
      break;
    }
    const isStuck = waiting !== null && waiting === this.#waiting;
    this.#waiting = waiting;
    return isStuck ? this.takeBack() : waiting === null ? null : NONE;
  }

  #isUnbegun({ slot, number }: ThreadCall): boolean { return slot !== -1 && this.#claims.isUnclaimed(slot, number); }

  /** It holds the thread, or waits in it: it counts among those that may do so. */
  #isSlow(call: ThreadCall): void {
    if (this.#slow.has(call)) return;
    this.#slow.add(call);
    call.holds = true;
    call.isSlow();
    if (call.slot !== -1) call.started();
  }

  /** Tells a call's function to stop. */
  abort(call: ThreadCall, reason: unknown): void {
    this.#isSlow(call);
    call.holds = false;
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
    const left = this.takeBack();
    if (left.length > 0) this.#listener.left(left);
    if (this.calls.size === 0) this.end("it was replaced");
  }

  /** Waits no longer for a call. */
  abandon(call: ThreadCall, reason: unknown): void {
    this.#remove(call.number);
    call.failed(reason);
  }

  #post(message: ToThread): void { this.#worker.postMessage(message); }

  #received(messages: readonly FromThread[]): void {
    if (this.#gone) return;
    let free = false;
    const left: ThreadCall[] = [];
    for (const message of messages) {
      const call = message.call === null ? undefined : this.calls.get(message.call);
      switch (message.type) {
        case "printed": case "logged":
          if (call === undefined) this.#listener.heard(message);
          else call.heard(message);
          break;
        case "began":
          call?.started();
          break;
        case "noticed":
          call?.noticed?.(message.seen);
          break;
        case "waits":
          free = this.#busy.delete(message.call) || free;
          if (call === undefined) break;
          call.program.pace.isSlow();
          this.#isSlow(call);
          break;
        case "left":
          if (call === undefined) break;
          left.push(call);
          this.#remove(message.call);
          // Where one waits, others may do so too.
          call.isSlow();
          break;
        default:
          this.#answers = true;
          free = true;
          this.#remove(message.call);
          call?.settled(message);
      }
    }
    if (left.length > 0) {
      for (const call of this.calls.values()) if (!this.#isUnbegun(call)) this.#isSlow(call);
      this.#listener.left(left);
    }
    if (this.retiring && this.calls.size === 0) this.end("it was replaced");
    else if (free) this.#listener.free();
  }

  #remove(number: number): void {
    const call = this.calls.get(number);
    if (call === undefined) return;
    this.#busy.delete(number);
    this.#slow.delete(call);
    call.holds = false;
    if (call.slot !== -1) {
      this.#claims.release(call.slot);
      call.slot = -1;
    }
    this.calls.delete(number);
    if (this.calls.size === 0) {
      this.idleSince = performance.now();
      this.#worker.unref();
    }
  }

  #exited(code: number): void {
    if (this.#gone) return;
    const error = this.#error;
    this.#leave(() => endingOf(code, error), error);
  }

  #leave(why: () => string, cause: Error | null = null): void {
    this.#gone = true;
    const left = this.takeBack();
    this.#outgoing = [];
    const calls = [...this.calls.values()];
    for (const call of calls) this.#remove(call.number);
    for (const call of calls) call.failed(new FlowletError("THREAD_ENDED", { task: call.task.name, why: why() }, cause === null ? undefined : { cause }));
    if (left.length > 0) this.#listener.left(left);
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
