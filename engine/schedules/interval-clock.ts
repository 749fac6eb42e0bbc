/** A clock that ticks in equal steps (prefect.schedules.clocks.IntervalClock). */
import { describeValue } from "../errors.ts";
import { BasicClock, FIRST_DAY, unschedulable, type ClockOptions } from "./clock.ts";
import { addDayTime, dayTime, plainDuration, type CalendarDuration, type DayTime } from "./duration.ts";
import { DAY, timeOfWall } from "./local-time.ts";

/**
 * Every so often, counted from `startDate` (default: midnight of 2019-01-01 in the time zone).
 *
 * Milliseconds are elapsed time: an hour is an hour when clocks change. Days, as in `{ days: 1 }`, are days of the calendar in the
 * time zone: 09:00 stays 09:00. On a day that leaves that time out it is as much later; of a time that comes twice it is the first.
 *
 * Differs: in Prefect any 24 hours are a calendar day, also in the middle of hourly steps, which then may come twice.
 */
export class IntervalClock extends BasicClock {
  readonly interval: number | CalendarDuration;
  declare readonly startDate: Date;
  readonly #step: DayTime;

  /**
   * @param interval milliseconds, at least 1, or an object like `{ days: 1 }`
   * @throws FlowletError UNSCHEDULABLE
   */
  constructor(interval: number | CalendarDuration, options: ClockOptions = {}) {
    super({ ...options, startDate: options.startDate ?? timeOfWall(FIRST_DAY, options.timeZone ?? "UTC") ?? undefined });
    if (typeof interval !== "object" && !(typeof interval === "number" && Number.isFinite(interval) && interval > 0)) {
      throw unschedulable(`the interval must be milliseconds above 0, got ${describeValue(interval)}`);
    }
    this.#step = dayTime(interval, "the interval");
    const { days, milliseconds } = this.#step;
    if (days < 0 || milliseconds < 0 || days * DAY + milliseconds < 1) throw unschedulable(`the interval must be 1 millisecond or more, got ${JSON.stringify(interval)}`);
    this.interval = plainDuration(interval);
  }

  protected override *times(after: Date): Generator<Date, void> {
    const { days, milliseconds } = this.#step;
    // Local and elapsed time drift apart by a day at most: the step before is not after `after`.
    const steps = (after.getTime() - this.startDate.getTime()) / (days * DAY + milliseconds);
    for (let count = Math.max(0, Math.floor(steps)); ; count++) {
      const time = addDayTime(this.startDate, this.#step, this.timeZone, count);
      if (time === null) return;
      yield time;
    }
  }
}
