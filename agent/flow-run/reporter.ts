/**
 * Tells the server what happens in a run, in order and each thing once: entries are numbered and written to a spool on disk, then a thread of its own sends them,
 * so that states, logs and signs of life get through also while a task computes and lets nothing else run.
 *
 * Differs: in Prefect each change of state is a request that its task waits for.
 */
import { Worker } from "node:worker_threads";
import type { ReportAnswer, ReportEntry } from "../../client/api-types.ts";
import type { FromReportThread, ReportTarget, ToReportThread } from "./report-messages.ts";
import { Spool } from "./spool.ts";

type WithoutSequence<Entry> = Entry extends unknown ? Omit<Entry, "sequence"> : never;
/** An entry before it has its place in the order. */
export type NewEntry = WithoutSequence<ReportEntry>;

/** All optional: who wants to know. */
export interface ReportListener {
  /** Told of every answer. */
  answered?(answer: ReportAnswer): void;
  /** The server takes nothing more of this process: the run is gone, or belongs to another process. */
  refused?(message: string): void;
  /** The server is lost (why), or there again (null). */
  connection?(lost: string | null): void;
}

/** The thread is started anew so often where it breaks (count). */
const RESTARTS = 3;
/** While the server is away what is on disk is flushed so often (milliseconds). */
const FLUSH = 1000;

/** Starts the thread. It may be started before there is anything to report. */
export function startReportThread(): Worker {
  const worker = new Worker(new URL(`./report-thread${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url), { name: "flowlet report" });
  worker.unref();
  return worker;
}

export class Reporter {
  readonly #target: ReportTarget;
  readonly #listener: ReportListener;
  readonly #spool: Spool;
  #worker: Worker;
  #restarts = 0;
  #last = 0;
  #acknowledged = 0;
  #problemTold = false;
  #flushes: NodeJS.Timeout | null = null;
  #closed = false;
  #waiting: (() => void)[] = [];

  /** @param worker started before */
  constructor(target: ReportTarget, listener: ReportListener = {}, worker = startReportThread()) {
    this.#target = target;
    this.#listener = listener;
    this.#spool = new Spool(target.folder);
    this.#worker = worker;
    this.#begin();
  }

  /** Reports something: on disk when this returns. Nothing happens after {@link Reporter.stop}. */
  report(entry: NewEntry): void {
    if (this.#closed) return;
    const sequence = ++this.#last;
    const line = JSON.stringify({ ...entry, sequence });
    let spooled = true;
    try {
      this.#spool.append(sequence, line);
    } catch (error) {
      spooled = false;
      this.#tellProblem(error as Error);
    }
    this.#post({ type: "entry", sequence, line, spooled });
  }

  /** Says that the process is there, and hears how the run is. By itself it does so every 30 seconds. */
  heartbeat(): void {
    if (!this.#closed) this.#post({ type: "heartbeat" });
  }

  /**
   * Waits until the server has everything.
   * @param timeout milliseconds
   * @returns false where it has not within the time, or takes nothing more
   */
  async flush(timeout: number): Promise<boolean> {
    if (this.#closed) return false;
    this.#post({ type: "hurry" });
    // It also keeps the process: the thread does not.
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => { timer = setTimeout(resolve, timeout); });
    const done = new Promise<void>((resolve) => {
      if (this.#acknowledged >= this.#last) resolve();
      else this.#waiting.push(resolve);
    });
    await Promise.race([late, done]);
    clearTimeout(timer);
    return !this.#closed && this.#acknowledged >= this.#last;
  }

  /** Nothing more is sent, nor taken; the spool stays. */
  stop(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#flushes !== null) clearInterval(this.#flushes);
    void this.#worker.terminate();
    this.#spool.close();
    this.#settle();
  }

  #begin(): void {
    const worker = this.#worker;
    worker.on("message", (message: FromReportThread) => { if (!this.#closed) this.#hear(message); });
    worker.on("error", (error) => {
      if (this.#closed) return;
      process.stderr.write(`flowlet: the thread that reports the run broke: ${error.stack ?? error.message}\n`);
      if (++this.#restarts > RESTARTS) return this.stop();
      this.#worker = startReportThread();
      this.#begin();
    });
    worker.unref();
    this.#post({ type: "begin", target: this.#target, acknowledged: this.#acknowledged, last: this.#last });
  }

  #post(message: ToReportThread): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromReportThread): void {
    switch (message.type) {
      case "answer": return this.#listener.answered?.(message.answer);
      case "acknowledged": return this.#hearAcknowledged(message.sequence);
      case "leftOut": return void process.stderr.write(`flowlet: ${message.message}\n`);
      case "connection":
        this.#flushWhile(message.lost !== null);
        return this.#listener.connection?.(message.lost);
      case "refused":
        this.stop();
        return this.#listener.refused?.(message.message);
    }
  }

  #hearAcknowledged(sequence: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, sequence);
    try {
      this.#spool.acknowledged(sequence);
    } catch (error) {
      // What stays there is sent once more at worst, and passed over.
      this.#tellProblem(error as Error);
    }
    if (this.#acknowledged >= this.#last) this.#settle();
  }

  #flushWhile(lost: boolean): void {
    if (this.#flushes !== null) clearInterval(this.#flushes);
    this.#flushes = null;
    if (!lost) return;
    this.#flushes = setInterval(() => {
      try {
        this.#spool.flush();
      } catch (error) {
        this.#tellProblem(error as Error);
      }
    }, FLUSH);
    this.#flushes.unref();
  }

  /** Once: the disk may be full for long. */
  #tellProblem(problem: Error): void {
    if (this.#problemTold) return;
    this.#problemTold = true;
    process.stderr.write(`flowlet: the report of this run can not be written to ${this.#target.folder}, it is in memory only until the server has it: ${problem.message}\n`);
  }

  #settle(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
