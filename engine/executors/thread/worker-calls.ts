/** The calls of a worker thread: makes them under their context, and tells what becomes of them. */
import { types } from "node:util";
import type { Transferable } from "node:worker_threads";
import { sharedCapturedValues } from "../../cache/captured-values.ts";
import { withContext } from "../../context-store.ts";
import { FlowletError } from "../../errors.ts";
import { withHost, type Host } from "../../host.ts";
import { ModuleFinder } from "../../portable/module-finder.ts";
import { NotPortable } from "../../portable/not-portable.ts";
import { isPlainData } from "../../portable/plain-data.ts";
import type { PortableGraph } from "../../portable/portable-graph.ts";
import { writePortable } from "../../portable/portable-writer.ts";
import type { Task } from "../../task/task.ts";
import { TRACE, Trace } from "../../tracing/trace.ts";
import { addOwnEntries, callContextClass, type CallContextClass } from "./call-context.ts";
import { claim } from "./claims.ts";
import type { CallMessage, ToThread } from "./messages.ts";
import { RunningCall } from "./running-call.ts";
import type { Outbox } from "./worker-outbox.ts";
import { isThenable } from "../../thenable.ts";
import { WorkerProgram } from "./worker-program.ts";

/** Buffers from this size on are handed over instead of copied (bytes). */
const HANDED_OVER = 64 * 1024;

export class WorkerCalls {
  readonly #outbox: Outbox;
  readonly #host: Host;
  readonly #programs = new Map<number, WorkerProgram>();
  readonly #runs = new Map<number, CallContextClass>();
  readonly #running = new Map<number, RunningCall>();
  readonly #captured = sharedCapturedValues();
  readonly #modules = new ModuleFinder(this.#captured);
  readonly #slots: Int32Array;

  /** @param slots of the calls that have to be claimed */
  constructor(outbox: Outbox, slots: Int32Array) {
    this.#outbox = outbox;
    this.#slots = slots;
    this.#host = { onLog: (record) => outbox.log(record) };
  }

  received(message: ToThread): void {
    switch (message.type) {
      case "program":
        this.#programs.set(message.program, new WorkerProgram(message));
        break;
      case "run":
        this.#runs.set(message.run, callContextClass(message));
        break;
      case "call":
        withHost(this.#host, () => this.#call(message));
        break;
      case "abort":
        this.#running.get(message.call)?.abort(new DOMException(message.message, message.name));
        break;
      case "forget":
        for (const program of message.programs) this.#programs.delete(program);
        for (const run of message.runs) this.#runs.delete(run);
    }
  }

  #call(message: CallMessage): void {
    if (message.slot !== -1) {
      if (!claim(this.#slots, message.slot, message.call)) return;
      if (this.#running.size > 0) return this.#outbox.post({ type: "left", call: message.call });
    }
    const program = this.#programs.get(message.program) as WorkerProgram;
    if (message.once) this.#programs.delete(message.program);
    const call = new RunningCall(message, program, this.#runs.get(message.run) as CallContextClass);
    this.#running.set(message.call, call);
    const loading = program.load();
    if (loading === null) this.#invoke(call);
    else loading.then(() => this.#invoke(call), (error: unknown) => this.#threw(call, error));
  }

  #invoke(call: RunningCall): void {
    const { message, program } = call;
    let value: unknown;
    try {
      call.began = performance.now();
      call.made = program.values();
      const [task, inputs] = call.made.roots as [Task, CallMessage["inputs"] | undefined];
      const context = new call.contexts(call);
      addOwnEntries(context, message.entries);
      if (message.traced) {
        call.trace = new Trace();
        Object.defineProperty(context, TRACE, { value: call.trace });
      }
      if (message.tellsBegin) {
        this.#outbox.post({ type: "began", call: message.call });
        this.#outbox.flush();
      }
      value = withContext(context, () => task.invoke((message.inputs ?? inputs) as NonNullable<CallMessage["inputs"]>, message.names));
    } catch (error) {
      return this.#threw(call, error);
    }
    if (!isThenable(value)) return this.#returned(call, value);
    let settled = false;
    Promise.resolve(value).then(
      (result) => { settled = true; this.#returned(call, result); },
      (error: unknown) => { settled = true; this.#threw(call, error); },
    );
    // What is done at once needs no message more.
    setImmediate(() => { if (!settled) this.#outbox.post({ type: "waits", call: message.call }); });
  }

  #returned(call: RunningCall, value: unknown): void {
    const number = call.message.call;
    const unsendable = (error: unknown) => this.#threw(call, this.#notPortable(call, "its result", error instanceof RangeError ? "it is nested too deeply" : String(error)));
    const seen = call.trace?.noticed ?? null;
    if (seen !== null) this.#outbox.post({ type: "noticed", call: number, seen });
    const buffers = new Set<ArrayBufferLike>();
    if (isPlainData(value, buffers)) {
      this.#running.delete(number);
      return this.#outbox.post({ type: "returned", call: number, value, took: call.took }, { unsendable, transferred: call.program.hasModules ? [] : handedOver(buffers) });
    }
    try {
      const graph = this.#write(call, "its result", value);
      this.#running.delete(number);
      this.#outbox.post({ type: "returnedGraph", call: number, graph, took: call.took }, { unsendable });
    } catch (error) {
      this.#threw(call, error);
    }
  }

  #threw(call: RunningCall, error: unknown): void {
    const number = call.message.call;
    this.#running.delete(number);
    let graph: PortableGraph;
    try {
      graph = this.#write(call, "what it threw", error);
    } catch (failure) {
      graph = this.#write(call, "what it threw", failure);
    }
    const unsendable = (failure: unknown) => this.#threw(call, this.#notPortable(call, "what it threw", String(failure)));
    this.#outbox.post({ type: "threw", call: number, graph, took: call.took }, { unsendable });
  }

  /** @throws FlowletError NOT_PORTABLE */
  #write(call: RunningCall, place: string, value: unknown): PortableGraph {
    const known = new Map<unknown, number>();
    call.made?.values.forEach((made, index) => { if (typeof made === "function" || typeof made === "symbol") known.set(made, index); });
    try {
      return writePortable({ captured: this.#captured, modules: this.#modules, functions: null, known: (one) => known.get(one) }, [[place, value]]).graph;
    } catch (error) {
      throw error instanceof NotPortable ? this.#notPortable(call, error.place, error.what) : error;
    }
  }

  #notPortable({ message }: RunningCall, place: string, what: string): FlowletError {
    return new FlowletError("NOT_PORTABLE", { task: message.entries[0], place, what });
  }
}

function handedOver(buffers: ReadonlySet<ArrayBufferLike>): Transferable[] {
  return [...buffers].filter((buffer) => types.isArrayBuffer(buffer) && !buffer.resizable && !buffer.detached && buffer.byteLength >= HANDED_OVER) as ArrayBuffer[];
}
