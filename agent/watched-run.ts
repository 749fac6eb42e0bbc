/** A run that has a process, and what its agent does for it: signs of life, its cancellation, and at its end whatever the process could not tell itself. */
import { ApiError, isPassing } from "../client/api-error.ts";
import type { FlowletClient } from "../client/flowlet-client.ts";
import { BackOff } from "./back-off.ts";
import { CANCELLED } from "./flow-run/run-order.ts";
import { tellLeftBehind } from "./left-behind.ts";
import { exitLine, whyProcessEnded } from "./run-end.ts";
import type { RunFolder, RunProcessData } from "./run-folder.ts";
import type { ProcessEnd } from "./run-process.ts";

/** A process that is watched. */
export interface WatchedProcess {
  readonly pid: number | undefined;
  readonly ended: Promise<ProcessEnd>;
  /** Asks it to end its run as Cancelled. */
  cancel(message: string): void;
  kill(): void;
}

/** What a run is watched with. */
export interface WatchOptions {
  readonly client: FlowletClient;
  readonly folder: RunFolder;
  readonly data: RunProcessData;
  readonly process: WatchedProcess;
  /** Between being asked to end, and being ended (milliseconds). */
  readonly grace: number;
  readonly log: (message: string) => void;
}

/** Between two signs of life (milliseconds). The process gives its own, but not while a task holds its thread. */
const HEARTBEAT = 30_000;
/** Of its last words, in the run's state (characters). */
const LAST_WORDS = 2000;

export class WatchedRun {
  readonly flowRunId: string;
  /** Its process has ended. */
  readonly ended: Promise<ProcessEnd>;
  /** The server knows all. */
  readonly told: Promise<void>;
  readonly #options: WatchOptions;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #givenUp = new AbortController();
  #kill: NodeJS.Timeout | null = null;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.flowRunId = options.data.flowRunId;
    this.#heartbeat = setInterval(() => void this.ask(), HEARTBEAT);
    this.#heartbeat.unref();
    this.ended = options.process.ended;
    this.told = this.ended.then((end) => this.#over(end));
  }

  /** Gives a sign of life, and hears whether the run is to end. Before the process has begun the server does not know it. */
  async ask(): Promise<void> {
    const { client, data: { flowRunId, processId } } = this.#options;
    try {
      const { flowRun } = await client.reportFlowRun({ flowRunId, processId, entries: [] });
      if (flowRun.superseded) this.#options.process.kill();
      else if (flowRun.state === "Cancelling") this.cancel(CANCELLED);
    } catch (error) {
      // It is asked again.
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** Asks the process to end its run as Cancelled, and ends it where it does not. */
  cancel(message: string): void {
    if (this.#kill !== null) return;
    this.#options.process.cancel(message);
    this.expectEnd();
  }

  /** The process ends its run by itself: it gets the time for that, and no more. */
  expectEnd(): void {
    this.#kill ??= setTimeout(() => this.#options.process.kill(), this.#options.grace);
  }

  /** What the server has not heard stays on disk, for the next agent. */
  giveUp(): void {
    this.#givenUp.abort();
  }

  async #over(end: ProcessEnd): Promise<void> {
    clearInterval(this.#heartbeat);
    if (this.#kill !== null) clearTimeout(this.#kill);
    const { client, folder, data, process: { pid }, log } = this.#options;
    const line = exitLine(pid, end);
    if (line !== null) log(line);
    if (!folder.exists) return;
    const died = folder.hasEnded ? null : whyProcessEnded(pid, end, folder.lastWords(LAST_WORDS));
    const backOff = new BackOff(250, 10_000);
    while (!this.#givenUp.signal.aborted) {
      try {
        return await tellLeftBehind(client, folder, data, died);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const { code, message } = error;
        if (!isPassing(error) && code !== "INTERNAL" && code !== "UNAUTHORIZED") {
          log(`What run ${data.flowRunId} left behind was not taken by the server, it stays in ${folder.path}: ${message}`);
          return;
        }
      }
      await this.#pause(backOff.next());
    }
  }

  #pause(time: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(done, time);
      this.#givenUp.signal.addEventListener("abort", done, { once: true });
    });
  }
}
