/** A call that a worker thread makes. */
import type { Logger } from "../../logging/logger.ts";
import type { ReadGraph } from "../../portable/portable-reader.ts";
import type { Trace } from "../../tracing/trace.ts";
import type { CallContextClass, ContextCall, TaskEntries } from "./call-context.ts";
import type { CallMessage } from "./messages.ts";
import type { WorkerProgram } from "./worker-program.ts";

/** From its message to its end. */
export class RunningCall implements ContextCall {
  readonly message: CallMessage;
  readonly program: WorkerProgram;
  readonly contexts: CallContextClass;
  made: ReadGraph | null = null;
  logger: Logger | null = null;
  trace: Trace | null = null;
  /** When its function began (milliseconds of performance.now). */
  began = performance.now();
  #controller: AbortController | null = null;
  #aborted: DOMException | null = null;

  constructor(message: CallMessage, program: WorkerProgram, contexts: CallContextClass) {
    this.message = message;
    this.program = program;
    this.contexts = contexts;
  }

  get number(): number { return this.message.call; }
  get values(): TaskEntries { return this.message.entries; }
  get loopResult(): unknown { return this.made?.roots[2]; }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#aborted !== null) this.#controller.abort(this.#aborted);
    }
    return this.#controller.signal;
  }

  abort(reason: DOMException): void {
    this.#aborted = reason;
    this.#controller?.abort(reason);
  }

  /** How long it has been running (milliseconds). */
  get took(): number { return performance.now() - this.began; }
}
