/** The main thread's side of the control thread. */
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from "node:worker_threads";

import type { ToMain } from "../user-process/link.ts";
import { SHARED, type ControlThreadData, type ControlToMain, type MainToControl } from "./control-messages.ts";

/** Who hears what arrives. */
export interface ControlListener {
  received(message: ToMain): void;
  /** The user interrupts. Called again for the same `number` when the first call was itself cut off. */
  interrupted(number: number): void;
}

/** Starts the control thread and receives for the main thread. */
export class Control {
  readonly #shared = new Int32Array(new SharedArrayBuffer(SHARED.length * Int32Array.BYTES_PER_ELEMENT));
  readonly #input: MessagePort;
  #taken = 0;

  constructor(listener: ControlListener) {
    const main = new MessageChannel();
    const input = new MessageChannel();
    this.#input = input.port1;
    const file = import.meta.url.endsWith(".ts") ? "./control-thread.ts" : "./control-thread.js";
    const worker = new Worker(new URL(file, import.meta.url), {
      workerData: { shared: this.#shared, main: main.port2, input: input.port2 } satisfies ControlThreadData,
      transferList: [main.port2, input.port2],
      name: "flowlet control",
    });
    // Without it the process could be neither told nor interrupted: better to end, and be started anew.
    worker.once("error", (error) => {
      process.stderr.write(`The control thread failed: ${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    });
    main.port1.on("message", (said: ControlToMain) => {
      if ("interrupt" in said) this.#interrupt(said.interrupt, listener);
      else this.#take(said.number, said.message, listener, main.port1);
    });
  }

  /** Has the user interrupted, and the main thread not answered yet? Then what ended just now was cut off. */
  get interruptPending(): boolean {
    return Atomics.load(this.#shared, SHARED.askedInterrupt) > Atomics.load(this.#shared, SHARED.answeredInterrupt);
  }

  /** Blocks until the question `request` is answered. */
  waitForInput(request: number): string | null {
    for (;;) {
      const before = Atomics.load(this.#shared, SHARED.inputAnswers);
      for (let received = receiveMessageOnPort(this.#input); received !== undefined; received = receiveMessageOnPort(this.#input)) {
        const answer = received.message as Extract<ToMain, { type: "inputReply" }>;
        // An answer to a question that was interrupted is dropped.
        if (answer.request === request) return answer.value;
      }
      Atomics.wait(this.#shared, SHARED.inputAnswers, before);
    }
  }

  #interrupt(number: number, listener: ControlListener): void {
    if (number <= Atomics.load(this.#shared, SHARED.answeredInterrupt)) return;
    listener.interrupted(number);
    Atomics.store(this.#shared, SHARED.answeredInterrupt, number);
    Atomics.notify(this.#shared, SHARED.answeredInterrupt);
  }

  #take(number: number, message: ToMain, listener: ControlListener, port: MessagePort): void {
    if (number <= this.#taken) return;
    if (number > this.#taken + 1) {
      port.postMessage("resend" satisfies MainToControl);
      return;
    }
    this.#taken = number;
    // Before it is handled: handling it runs the user's code, which may be cut off, and must not run twice.
    Atomics.store(this.#shared, SHARED.takenMessage, number);
    listener.received(message);
  }
}
