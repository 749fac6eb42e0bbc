/** A clock that follows a cron expression (prefect.schedules.clocks.CronClock). */
import { createRequire } from "node:module";
import type * as Croner from "croner";
import { describeValue } from "../errors.ts";
import { BasicClock, unschedulable, type ClockOptions } from "./clock.ts";

/** Options of a cron clock. */
export interface CronOptions extends ClockOptions {
  /** Where day of month and day of week both are restricted: a time needs one of them (true, the default, as cron does) or both. */
  readonly dayOr?: boolean;
}

/**
 * At the times of a cron expression: five fields, six with seconds first, or a nickname like `@daily`.
 *
 * When clocks change: a fixed time, also in a list (`30 2,14 * * *`), runs once a day; if the clocks leap over it, at the first
 * moment after. A pattern with `*` or a step follows the hours as they come: twice through an hour that is repeated, not at
 * all through one that is left out.
 *
 * Differs: Prefect (croniter) leaves out the second time of a repeated hour, so an hourly flow pauses for two; its seconds are the last field.
 */
export class CronClock extends BasicClock {
  readonly cron: string;
  readonly dayOr: boolean;
  readonly #pattern: Croner.Cron;

  /** @throws FlowletError UNSCHEDULABLE for an expression that can not be read */
  constructor(cron: string, options: CronOptions = {}) {
    super(options);
    const { dayOr = true } = options;
    if (typeof dayOr !== "boolean") throw unschedulable(`dayOr must be true or false, got ${describeValue(dayOr)}`);
    this.cron = cron;
    this.dayOr = dayOr;
    try {
      // The package takes a date too, as a time that comes once.
      if (typeof cron !== "string" || cron.includes(":")) throw new TypeError("it must be a text of five or six fields");
      const { Cron } = createRequire(import.meta.url)("croner") as typeof Croner;
      this.#pattern = new Cron(cron, { timezone: this.timeZone, paused: true, domAndDow: !dayOr, fixedTimeRule: "no-wildcard" });
      this.#pattern.nextRun();
    } catch (error) {
      throw unschedulable(`the cron expression ${describeValue(cron)} can not be read (${(error as Error).message})`, error);
    }
  }

  protected override *times(after: Date): Generator<Date, void> {
    for (let next = this.#pattern.nextRun(after); next !== null; next = this.#pattern.nextRun(next)) yield next;
  }
}
