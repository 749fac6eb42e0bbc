/** One call of a task's function that a thread makes, seen from the main thread. */
import { AsyncLocalStorage } from "node:async_hooks";
import { withContext } from "../../context-store.ts";
import { currentHost } from "../../host.ts";
import { writeToTerminal } from "../../logging/terminal.ts";
import type { Task } from "../../task/task.ts";
import type { Stoppable, TaskCall } from "../executor.ts";
import { readRunEntries, readTaskEntries, type RunEntries, type TaskEntries } from "./call-context.ts";
import type { HeardFromThread, SettledInThread } from "./messages.ts";
import { notPortable, type Program, type TaskPrograms } from "./task-programs.ts";

let runs = 0;
let calls = 0;

/** What the calls of one flow run have in common. */
export class CallingRun {
  readonly number = ++runs;
  readonly entries: RunEntries;
  /** Runs a function where the flow run's own code runs: under its host, for its cell. */
  readonly outside: <T>(body: () => T) => T = AsyncLocalStorage.snapshot();
  /** Its calls under way that are quick, as far as one can tell (count). */
  quickCalls = 0;
  /** Its calls that hold a thread, or wait in one (count). */
  holding = 0;

  /** Made while the flow run's code runs. */
  constructor(flowContext: object) {
    this.entries = readRunEntries(flowContext);
  }

  /** Does with what code has printed or logged what would be done had it run here. */
  heard(message: HeardFromThread, context: object | undefined): void {
    const write = () => {
      if (message.type === "printed") process[message.stream].write(message.text);
      else (currentHost()?.onLog ?? writeToTerminal)(message.record);
    };
    this.outside(() => (context === undefined ? write() : withContext(context, write)));
  }
}

/** Settles once, whatever comes after. */
export class ThreadCall {
  readonly number = ++calls;
  readonly task: Task;
  readonly run: CallingRun;
  readonly program: Program;
  readonly inputs: Readonly<Record<string, unknown>> | null;
  readonly names: readonly string[];
  readonly entries: TaskEntries;
  readonly attempt: Stoppable;
  readonly noticed: TaskCall["noticed"];
  readonly promise: Promise<unknown>;
  /** Where it was handed ahead of its turn, of its claim; else -1. */
  slot = -1;
  /** Called when it has settled. */
  onDone: (() => void) | null = null;
  #isQuick: boolean;
  #started: ((ago?: number) => void) | undefined;
  #holds = false;
  #done = false;
  #aborted = false;
  readonly #context: object;
  readonly #programs: TaskPrograms;
  readonly #settle: PromiseWithResolvers<unknown>;

  /** @throws FlowletError NOT_PORTABLE */
  constructor(call: TaskCall, run: CallingRun, programs: TaskPrograms) {
    const { entries, loopResult } = readTaskEntries(call.context);
    this.task = call.task;
    this.run = run;
    this.program = programs.of(call.task, { inputs: call.inputs, loopResult });
    this.inputs = this.program.hasInputs ? null : call.inputs;
    this.names = call.names;
    this.entries = entries;
    this.attempt = call.attempt;
    this.#started = call.started;
    this.noticed = call.noticed;
    this.#context = call.context;
    this.#programs = programs;
    this.#settle = Promise.withResolvers();
    this.promise = this.#settle.promise;
    // A timeout ends the thread: nobody is to wait there.
    this.#isQuick = this.program.pace.isQuick && call.task.timeout === null;
    if (this.#isQuick) run.quickCalls++;
  }

  /** Its function is expected to be done at once, and has not yet been found not to be. */
  get isQuick(): boolean { return this.#isQuick; }

  /** It is not quick after all. @returns had it been so far? */
  isSlow(): boolean {
    if (!this.#isQuick) return false;
    this.#isQuick = false;
    this.run.quickCalls--;
    return true;
  }

  /** It holds a thread, or waits in one, and has not been told to stop. */
  set holds(holds: boolean) {
    if (holds !== this.#holds) this.run.holding += holds ? 1 : -1;
    this.#holds = holds;
  }

  get isDone(): boolean { return this.#done; }

  /** Its function has begun. @param ago milliseconds */
  started(ago?: number): void {
    this.#started?.(ago);
    this.#started = undefined;
  }

  /** Its task was told to stop: nobody waits for it any more, what became of it is said already. */
  aborted(): void { this.#aborted = true; }

  heard(message: HeardFromThread): void { this.run.heard(message, this.#context); }

  settled(message: SettledInThread): void {
    this.program.pace.took(message.took);
    if (!this.#end()) return;
    this.started(message.took);
    if (message.type === "returned") return this.#settle.resolve(message.value);
    try {
      const value = this.#programs.read(this.task, this.program, message.graph);
      if (message.type === "threw") this.#settle.reject(value);
      else this.#settle.resolve(value);
    } catch (error) {
      this.#settle.reject(error);
    }
  }

  failed(error: unknown): void {
    if (this.#end() && !this.#aborted) this.#settle.reject(error);
  }

  /** Its values could not be copied after all. @param place what could not */
  uncopied(place: string, error: unknown): void {
    this.failed(notPortable(this.task, place, error instanceof RangeError ? "it is nested too deeply" : String(error)));
  }

  #end(): boolean {
    if (this.#done) return false;
    this.#done = true;
    this.isSlow();
    this.onDone?.();
    return true;
  }
}
