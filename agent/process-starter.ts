/** Starts the processes of runs; one is kept ready, so that a run begins at once: starting Node and loading the engine takes longer than most first tasks. */
import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { RunFolder } from "./run-folder.ts";
import { RunProcess, type ProcessSettings } from "./run-process.ts";

/** How long after a start the next process is made ready (milliseconds): the run that begins has the processor first. */
const LATER = 500;

export class ProcessStarter {
  readonly #folder: string;
  readonly #usual: ProcessSettings;
  readonly #keeps: boolean;
  #ready: RunProcess | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  /** @param folder of all folders of runs @param usual what most processes are started with @param keepsReady keep one ready */
  constructor(folder: string, usual: ProcessSettings, keepsReady: boolean) {
    this.#folder = folder;
    this.#usual = usual;
    this.#keeps = keepsReady;
  }

  /** Makes one ready now. */
  prepare(): void {
    if (!this.#keeps || this.#closed || this.#ready !== null) return;
    try {
      const made = new RunProcess(new RunFolder(join(this.#folder, randomUUID())), this.#usual);
      this.#ready = made;
      void made.ended.then(() => {
        if (this.#ready !== made) return;
        this.#ready = null;
        made.folder.remove();
      });
    } catch {
      // The start of a run says why.
    }
  }

  /**
   * A process that waits for its order.
   * @param env added to the usual one; where there is anything in it, or another folder is wanted, the process is a new one
   * @throws Error where it can not be started
   */
  take(env: Readonly<Record<string, string>>, workingDir: string | null): RunProcess {
    const settings = { ...this.#usual, cwd: workingDir ?? this.#usual.cwd, env: { ...this.#usual.env, ...env } };
    const ready = this.#ready;
    if (ready !== null && !ready.hasEnded && isDeepStrictEqual(settings, this.#usual)) {
      this.#ready = null;
      this.#prepareLater();
      return ready;
    }
    if (statSync(settings.cwd, { throwIfNoEntry: false })?.isDirectory() !== true) throw new Error(`The working directory ${settings.cwd} does not exist on this machine.`);
    const made = new RunProcess(new RunFolder(join(this.#folder, randomUUID())), settings);
    if (this.#ready === null) this.#prepareLater();
    return made;
  }

  /** Ends the one that is kept ready. */
  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const ready = this.#ready;
    this.#ready = null;
    ready?.kill();
    ready?.folder.remove();
  }

  #prepareLater(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.prepare(), LATER);
    this.#timer.unref();
  }
}
