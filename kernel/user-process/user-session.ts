/**
 * The user process that is current: started at once, started anew when it ended, and asked to execute one cell at a time.
 */
import type { FromControl, FromMain, LinkError, ToControl, ToMain, UserProcessOptions } from "./link.ts";
import { UserProcess } from "./user-process.ts";

/** What main says, without what the session handles itself. */
export type SessionMessage = Exclude<FromMain, { type: "fence" | "drain" | "exiting" | "ready" | "finished" }>;

/** How an execution ended. */
export type Finished = Omit<Extract<FromMain, { type: "finished" }>, "type" | "execution">;

/** Who hears what the user process says. */
export interface SessionListener {
  said(message: SessionMessage): void;
  /** Output of native code or a child process. */
  wrote(name: "stdout" | "stderr", text: string): void;
  controlSaid(message: FromControl): void;
  /** The process ended and a new one is on its way. `executing`: the execution that is over with it, which also learns of it by its result. */
  lost(error: LinkError, executing: number | undefined): void;
  malformed(line: string): void;
}

/** The current user process. */
export class UserSession {
  readonly #options: Omit<UserProcessOptions, "markKey">;
  readonly #listener: SessionListener;
  #process: UserProcess | undefined;
  #executing: { readonly execution: number; readonly finished: (how: Finished) => void } | undefined;
  #closed = false;

  constructor(options: Omit<UserProcessOptions, "markKey">, listener: SessionListener) {
    this.#options = options;
    this.#listener = listener;
  }

  /** Starts the process, unless one runs. */
  start(): void {
    if (this.#process !== undefined || this.#closed) return;
    let ready = false;
    const process: UserProcess = new UserProcess(this.#options, {
      said: (message) => {
        if (message.type === "ready") ready = true;
        else if (message.type === "finished") this.#finished(message.execution, message);
        else this.#listener.said(message);
      },
      wrote: (name, text) => this.#listener.wrote(name, text),
      controlSaid: (message) => this.#listener.controlSaid(message),
      malformed: (line) => this.#listener.malformed(line),
      ended: (error) => {
        // What it left behind (child processes that hold its pipes) ends with it.
        process.kill();
        this.#process = undefined;
        if (this.#closed) return;
        const executing = this.#executing;
        this.#listener.lost(error, executing?.execution);
        if (executing !== undefined) this.#finished(executing.execution, { error, expressions: {}, payload: [] });
        // One that never became ready would end again and again: the next cell tries anew.
        if (ready) this.start();
      },
    });
    this.#process = process;
  }

  /** Tells the user process something; nothing happens while there is none. */
  send(message: ToMain | ToControl): void {
    this.#process?.send(message);
  }

  /** Executes a cell. Resolves however the cell or the process ends. */
  execute(message: Extract<ToMain, { type: "execute" }>): Promise<Finished> {
    this.start();
    return new Promise((finished) => {
      this.#executing = { execution: message.execution, finished };
      this.send(message);
    });
  }

  /** Interrupts what the user process does. */
  interrupt(): void {
    this.send({ type: "interrupt" });
  }

  /** Ends the process; no other is started. */
  async shutDown(): Promise<void> {
    this.#closed = true;
    await this.#process?.shutDown();
  }

  #finished(execution: number, how: Finished): void {
    if (this.#executing?.execution !== execution) return;
    const { finished } = this.#executing;
    this.#executing = undefined;
    finished(how);
  }
}
