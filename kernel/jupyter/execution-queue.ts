/** The queue of cells: one at a time, in order of arrival. */

/** Something that needs a turn. */
export interface Job {
  /** Does the work; must not reject. @returns whether the jobs that wait may run, or are to be aborted */
  run(): Promise<"continue" | "abort">;
  /** Called instead of `run` when an earlier job failed. Absent: the job runs all the same. */
  readonly abort?: () => void;
}

/** Runs jobs one after the other. */
export class ExecutionQueue {
  #waiting: Job[] = [];
  #running = false;

  /** Does a job run now? */
  get busy(): boolean {
    return this.#running;
  }

  push(job: Job): void {
    this.#waiting.push(job);
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let job = this.#waiting.shift(); job !== undefined; job = this.#waiting.shift()) {
      if ((await job.run()) !== "abort") continue;
      const waiting = this.#waiting;
      this.#waiting = waiting.filter((other) => other.abort === undefined);
      for (const other of waiting) other.abort?.();
    }
    this.#running = false;
  }
}
