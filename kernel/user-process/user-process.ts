/**
 * One user process: spawns it, speaks its link, and says how it ended. It is started anew by its owner, with a new object.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { Duplex, Readable } from "node:stream";
import { fileURLToPath } from "node:url";

import { describeEnding } from "./ending.ts";
import { encodeLine, LineReader } from "./json-lines.ts";
import { OPTIONS_VARIABLE, type FromControl, type FromMain, type LinkError, type ToControl, type UserProcessOptions } from "./link.ts";
import { RawOutput } from "./raw-output.ts";

/** Who hears what a user process says. */
export interface UserProcessListener {
  /** A message of the main thread, in the order it was said. */
  said(message: Exclude<FromMain, { type: "fence" | "drain" | "exiting" }>): void;
  /** Output of native code or a child process, in order with what was said. */
  wrote(name: "stdout" | "stderr", text: string): void;
  /** A message of the control thread. */
  controlSaid(message: FromControl): void;
  /** The process is gone and all it wrote has been handed on. Called once. */
  ended(error: LinkError): void;
  /** The link carried something that is no message. */
  malformed(line: string): void;
}

/** How long a fence is waited for (ms), should its mark never come (the user's code closed the descriptor, say). */
const FENCE_LIMIT = 1_000;

/** How long after its end a process's pipes are read (ms), should a grandchild hold them open. */
const DRAIN_LIMIT = 300;

/** How long a process may take to end orderly (ms) before it is killed: it writes the results that are not on disk yet. */
const SHUTDOWN_LIMIT = 2_500;

/** A running (or ended) user process. */
export class UserProcess {
  readonly #child: ChildProcess;
  readonly #listener: UserProcessListener;
  readonly #outputs: { readonly stdout: RawOutput; readonly stderr: RawOutput };
  readonly #control: Duplex;
  #queue: FromMain[] = [];
  #fence: { readonly id: number; readonly timer: NodeJS.Timeout } | undefined;
  #draining = false;
  #announced = false;
  #lastStderr = "";
  #ended = false;
  #drained = false;
  readonly #end: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(options: Omit<UserProcessOptions, "markKey">, listener: UserProcessListener) {
    this.#listener = listener;
    const markKey = randomBytes(9).toString("base64url");
    const entry = fileURLToPath(import.meta.url).endsWith(".ts") ? "../runtime/main.ts" : "../runtime/main.js";
    this.#child = spawn(
      process.execPath,
      // Without the first flag, the interrupt of a loop in a timer aborts the process (Node's async_hooks stack check).
      ["--no-force-async-hooks-checks", "--disable-warning=ExperimentalWarning", fileURLToPath(new URL(entry, import.meta.url))],
      {
        cwd: options.directory,
        env: { ...process.env, [OPTIONS_VARIABLE]: JSON.stringify({ ...options, markKey } satisfies UserProcessOptions) },
        // Descriptors 3 and 4 are MAIN_DESCRIPTOR and CONTROL_DESCRIPTOR.
        stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
        // A process group of its own: a shutdown takes the user's child processes along, a signal to the kernel does not.
        detached: process.platform !== "win32",
        windowsHide: true,
      },
    );
    this.#outputs = {
      stdout: new RawOutput(markKey, (text) => this.#wrote("stdout", text)),
      stderr: new RawOutput(markKey, (text) => this.#wrote("stderr", text)),
    };
    const [, stdout, stderr, main, control] = this.#child.stdio as unknown as [null, Readable, Readable, Duplex, Duplex];
    const malformed = (line: string) => listener.malformed(line);
    const mainReader = new LineReader((message) => this.#said(message as FromMain), malformed);
    const controlReader = new LineReader((message) => listener.controlSaid(message as FromControl), malformed);
    this.#control = control;
    const closed: Promise<unknown>[] = [];
    const read = (stream: Readable, push: (chunk: Buffer) => void, end?: () => void) => {
      stream.on("data", push);
      stream.on("error", () => {});
      closed.push(new Promise<void>((resolve) => stream.once("close", () => {
        end?.();
        resolve();
      })));
    };
    read(stdout, (chunk) => this.#rawArrived("stdout", chunk), () => this.#rawClosed("stdout"));
    read(stderr, (chunk) => this.#rawArrived("stderr", chunk), () => this.#rawClosed("stderr"));
    // A process whose link is cut (the user's code can close descriptors) is as good as gone.
    const cut = () => setTimeout(() => this.#ended || this.kill(), DRAIN_LIMIT);
    read(main, (chunk) => mainReader.push(chunk), cut);
    read(control, (chunk) => controlReader.push(chunk), cut);
    const gone = async (code: number | null, signal: string | null) => {
      if (this.#ended) return;
      this.#ended = true;
      await Promise.race([Promise.all(closed), new Promise((resolve) => setTimeout(resolve, DRAIN_LIMIT))]);
      this.#flush();
      listener.ended(describeEnding({ code, signal, announced: this.#announced, lastStderr: this.#lastStderr }));
      for (const stream of [stdout, stderr, main, control]) stream.destroy();
      this.#end.resolve();
    };
    this.#child.once("exit", (code, signal) => void gone(code, signal));
    this.#child.once("error", (error) => {
      this.#lastStderr += error.message;
      void gone(1, null);
    });
  }

  /** Process id; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Is it gone? */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Sends a message; nothing happens once the process is gone. */
  send(message: ToControl): void {
    if (!this.#ended && this.#control.writable) this.#control.write(encodeLine(message));
  }

  /** Ends the process: orderly where it answers, else by force. Resolves when it is gone. */
  async shutDown(): Promise<void> {
    if (!this.#ended) {
      this.send({ type: "shutdown" });
      const timer = setTimeout(() => this.kill(), SHUTDOWN_LIMIT);
      await this.#end.promise;
      clearTimeout(timer);
    }
    // Its child processes, where they are still there.
    this.kill();
    await this.#end.promise;
  }

  /** Kills the process and its child processes. */
  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      if (process.platform === "win32") this.#child.kill("SIGKILL");
      else process.kill(-pid, "SIGKILL");
    } catch {
      // Nobody left.
    }
  }

  #rawArrived(name: "stdout" | "stderr", chunk: Buffer): void {
    this.#outputs[name].push(chunk);
    this.#checkFence();
  }

  #rawClosed(name: "stdout" | "stderr"): void {
    this.#outputs[name].end();
    this.#checkFence();
  }

  #wrote(name: "stdout" | "stderr", text: string): void {
    if (name === "stderr") this.#lastStderr = (this.#lastStderr + text).slice(-8_000);
    this.#listener.wrote(name, text);
  }

  #said(message: FromMain): void {
    this.#queue.push(message);
    if (this.#fence === undefined && !this.#draining) this.#handOn();
  }

  #handOn(): void {
    let count = 0;
    for (const message of this.#queue) {
      count++;
      if (message.type === "exiting") {
        this.#announced = true;
      } else if (message.type === "fence") {
        this.#outputs.stdout.reach(message.id);
        this.#outputs.stderr.reach(message.id);
        if (!this.#hasPassed(message.id) && !this.#drained) {
          this.#fence = { id: message.id, timer: setTimeout(() => this.#openFence(), FENCE_LIMIT) };
          break;
        }
      } else if (message.type === "drain") {
        if (!this.#drained) {
          this.#drain();
          break;
        }
      } else {
        this.#listener.said(message);
      }
    }
    this.#queue.splice(0, count);
  }

  /**
   * Waits until what stdout and stderr hold now has arrived. What was written before the drain was said is in their pipes; the event
   * loop reads all of them in the poll phase that lies between the first immediate, at the end of this turn, and the second.
   */
  #drain(): void {
    this.#draining = true;
    setImmediate(() => setImmediate(() => {
      this.#draining = false;
      this.#outputs.stdout.drained();
      this.#outputs.stderr.drained();
      this.#handOn();
    }));
  }

  #hasPassed(id: number): boolean {
    return this.#outputs.stdout.hasPassed(id) && this.#outputs.stderr.hasPassed(id);
  }

  #checkFence(): void {
    if (this.#fence !== undefined && this.#hasPassed(this.#fence.id)) this.#openFence();
  }

  #openFence(): void {
    clearTimeout(this.#fence?.timer);
    this.#fence = undefined;
    this.#handOn();
  }

  /** After the end: everything that is still held back. */
  #flush(): void {
    this.#drained = true;
    clearTimeout(this.#fence?.timer);
    this.#fence = undefined;
    this.#draining = false;
    this.#handOn();
    this.#outputs.stdout.end();
    this.#outputs.stderr.end();
  }
}
