/** One call of a task's function that a thread makes, seen from the main thread. */
import { AsyncLocalStorage } from "node:async_hooks";
import { withContext } from "../../context-store.ts";
import { currentHost } from "../../host.ts";
import { writeToTerminal } from "../../logging/terminal.ts";
import type { Task } from "../../task/task.ts";
import type { TaskCall } from "../executor.ts";
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
  readonly signal: AbortSignal;
  readonly started: (() => void) | undefined;
  readonly noticed: TaskCall["noticed"];
  readonly promise: Promise<unknown>;
  /** Called when it has settled. */
  onDone: (() => void) | null = null;
  #done = false;
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
    this.signal = (call.context as { readonly signal: AbortSignal }).signal;
    this.started = call.started;
    this.noticed = call.noticed;
    this.#context = call.context;
    this.#programs = programs;
    this.#settle = Promise.withResolvers();
    this.promise = this.#settle.promise;
  }

  heard(message: HeardFromThread): void { this.run.heard(message, this.#context); }

  settled(message: SettledInThread): void {
    if (!this.#end()) return;
    if (message.type === "returned") return this.#settle.resolve(message.value);
    try {
      const value = this.#programs.read(this.task, this.program, message.graph);
      if (message.type === "threw") this.#settle.reject(value);
      else this.#settle.resolve(value);
    } catch (error) {
      this.#settle.reject(error);
    }
  }

  /** After an abort nobody waits for it: what became of it is said already. */
  failed(error: unknown): void {
    if (this.#end() && !this.signal.aborted) this.#settle.reject(error);
  }

  /** Its values could not be copied after all. @param place what could not */
  uncopied(place: string, error: unknown): void {
    this.failed(notPortable(this.task, place, error instanceof RangeError ? "it is nested too deeply" : String(error)));
  }

  #end(): boolean {
    if (this.#done) return false;
    this.#done = true;
    this.onDone?.();
    return true;
  }
}
