/** A process for one flow run, as its agent sees it. It may be started before there is a run for it. */
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AgentMessage, ProcessMessage, RunOrder } from "./flow-run/run-order.ts";
import { lifeOf, type ProcessLife } from "./process-life.ts";
import { RunFolder } from "./run-folder.ts";

/** How a process is started. */
export interface ProcessSettings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Its prints go to this terminal. */
  readonly showLogs: boolean;
}

/** How it ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** It could not be started at all. */
  readonly error?: Error;
}

const MAIN = fileURLToPath(new URL(`./flow-run/main${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url));

export class RunProcess {
  readonly folder: RunFolder;
  readonly settings: ProcessSettings;
  /** Told what it says. */
  onMessage: (message: ProcessMessage) => void = () => {};
  readonly ended: Promise<ProcessEnd>;
  /** It waits for its order with everything loaded. */
  ready = false;
  #end: ProcessEnd | null = null;
  readonly #child: ChildProcess;

  /** Starts it. @throws what the file system says about its folder */
  constructor(folder: RunFolder, settings: ProcessSettings) {
    this.folder = folder;
    this.settings = settings;
    const stderr = folder.make();
    try {
      // A group of its own: the terminal's Ctrl-C is the agent's affair, and what its tasks have started can be ended with it.
      this.#child = spawn(process.execPath, [MAIN], {
        cwd: settings.cwd, env: settings.env as NodeJS.ProcessEnv, detached: process.platform !== "win32", windowsHide: true,
        stdio: ["ignore", settings.showLogs ? "inherit" : "ignore", stderr, "ipc"],
      });
    } finally {
      closeSync(stderr);
    }
    this.#child.on("message", (message: ProcessMessage) => {
      if (message.type === "ready") this.ready = true;
      this.onMessage(message);
    });
    this.ended = new Promise((resolve) => {
      const end = (how: ProcessEnd) => {
        this.#end ??= how;
        resolve(this.#end);
      };
      this.#child.once("error", (error) => { if (this.#child.pid === undefined) end({ code: null, signal: null, error }); });
      this.#child.once("exit", (code, signal) => end({ code, signal }));
    });
  }

  /** Undefined: it could not be started. */
  get pid(): number | undefined { return this.#child.pid; }
  get life(): ProcessLife | null { return this.#child.pid === undefined ? null : lifeOf(this.#child.pid); }
  get hasEnded(): boolean { return this.#end !== null; }

  run(order: RunOrder): void { this.#send({ type: "run", order }); }

  /** Asks it to end its run as Cancelled. */
  cancel(message: string): void { this.#send({ type: "cancel", message }); }

  /** Ends it, with all that its tasks have started. */
  kill(): void {
    if (this.#end === null && this.#child.pid !== undefined) killGroup(this.#child.pid);
  }

  #send(message: AgentMessage): void {
    // A process that has just ended hears nothing; how it ended is told elsewhere.
    if (this.#child.connected) this.#child.send(message, () => {});
  }
}

/** Ends a process and its group at once. */
export function killGroup(pid: number): void {
  for (const target of process.platform === "win32" ? [pid] : [-pid, pid]) {
    try {
      process.kill(target, "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
}
