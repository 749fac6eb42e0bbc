/** Sends what is in a queue, in batches, each with everything that gathered while the one before was under way. One that was not answered is sent again until it is. */
import { ApiError } from "../../client/api-error.ts";
import type { ReportAnswer, ReportEntry } from "../../client/api-types.ts";
import { BackOff } from "../back-off.ts";
import type { ReportQueue } from "./report-queue.ts";
import { substitute } from "./substitute-entry.ts";

/** Who is told what. */
export interface SenderOptions {
  readonly queue: ReportQueue;
  /** Sends a batch; without entries it is a heartbeat. @throws ApiError */
  readonly send: (entries: ReportEntry[]) => Promise<ReportAnswer>;
  /** Told of every answer. */
  readonly onAnswer: (answer: ReportAnswer) => void;
  /** The server has everything up to this sequence. */
  readonly onAcknowledged: (sequence: number) => void;
  /** The server takes nothing more of this process: the run is gone, or belongs to another process. */
  readonly onRefused: (error: ApiError) => void;
  /** An entry was left out: the server does not take it. */
  readonly onLeftOut: (entry: ReportEntry, error: ApiError) => void;
  /** The server is lost (why), or there again (null). */
  readonly onConnection: (error: Error | null) => void;
}

/** Between two batches (milliseconds): a run that changes all the time is told of in some batches a second, not in hundreds. */
const GATHER = 20;
const FIRST_WAIT = 100, LONGEST_WAIT = 5000;

/** The process has nothing more to say in this run. */
const GONE = new Set(["NOT_FOUND", "CONFLICT"]);
/** The batch itself is not to the server's liking. */
const UNFIT = new Set(["BAD_REQUEST", "UNPROCESSABLE", "PAYLOAD_TOO_LARGE"]);

export class ReportSender {
  readonly #options: SenderOptions;
  readonly #backOff = new BackOff(FIRST_WAIT, LONGEST_WAIT);
  #sending = false;
  #heartbeatDue = false;
  #hurry = false;
  #lost = false;
  #closed = false;
  #atMost: number | undefined;
  #woken: (() => void) | null = null;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** There is something in the queue. */
  begin(): void {
    if (this.#sending || this.#closed) return;
    this.#sending = true;
    setImmediate(() => void this.#sendAll());
  }

  /** Says that the process is there, and hears how the run is. */
  heartbeat(): void {
    this.#heartbeatDue = true;
    this.begin();
  }

  /** Somebody waits for the end: no more waiting for what may come. */
  hurry(): void {
    this.#hurry = true;
    this.#woken?.();
  }

  async #sendAll(): Promise<void> {
    const { queue } = this.#options;
    while (!this.#closed && (!queue.isEmpty || this.#heartbeatDue)) {
      this.#heartbeatDue = false;
      const wait = await this.#send(queue.batch(this.#atMost));
      if (wait > 0 && !this.#closed && !queue.isEmpty) await this.#pause(wait);
    }
    this.#sending = false;
  }

  /** @returns how long to wait before the next one (milliseconds) */
  async #send(batch: ReportEntry[]): Promise<number> {
    const { queue, send, onAnswer, onRefused } = this.#options;
    try {
      const answer = await send(batch);
      const before = queue.acknowledged;
      this.#atMost = undefined;
      this.#connection(null);
      onAnswer(answer);
      this.#acknowledge(answer.acknowledged);
      if (batch.length > 0 && queue.acknowledged === before) return this.#backOff.next();
      this.#backOff.reset();
      return this.#hurry ? 0 : GATHER;
    } catch (error) {
      const code = error instanceof ApiError ? error.code : "";
      if (GONE.has(code)) {
        this.#closed = true;
        onRefused(error as ApiError);
        return 0;
      }
      if (UNFIT.has(code) && batch.length > 0) return this.#leaveOut(batch, error as ApiError);
      this.#connection(error as Error);
      return this.#backOff.next();
    }
  }

  /** Finds what the server does not take, and sends something simpler in its place: everything else is worth more. */
  #leaveOut(batch: ReportEntry[], error: ApiError): number {
    this.#atMost = Math.ceil(batch.length / 2);
    if (batch.length > 1) return 0;
    this.#options.onLeftOut(batch[0], error);
    this.#options.queue.replaceFirst(substitute(batch[0], error.message));
    return GATHER;
  }

  #acknowledge(sequence: number): void {
    this.#options.queue.acknowledge(sequence);
    this.#options.onAcknowledged(this.#options.queue.acknowledged);
  }

  #connection(error: Error | null): void {
    if ((error !== null) === this.#lost) return;
    this.#lost = error !== null;
    this.#options.onConnection(error);
  }

  #pause(time: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#woken = null;
        resolve();
      };
      const timer = setTimeout(done, time);
      this.#woken = done;
    });
  }
}
