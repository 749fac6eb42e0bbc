/** Schedules: when a flow runs by itself (prefect.schedules). */
import { CronClock, IntervalClock, type Clock, type ClockEvent, type ClockOptions, type CronOptions } from "./clocks.ts";

/** One or more clocks, merged in order of time. */
export class Schedule {
  readonly clocks: readonly Clock[];

  constructor(clocks: readonly Clock[]) {
    this.clocks = clocks;
  }

  /**
   * The next events strictly after a time.
   * @param n how many (count)
   * @param after default now
   */
  next(n: number, after: Date = new Date()): ClockEvent[] {
    const series = this.clocks.map((clock) => clock.events(after)[Symbol.iterator]());
    const heads = series.map((one) => one.next());
    const events: ClockEvent[] = [];
    while (events.length < n) {
      let first = -1;
      for (let i = 0; i < heads.length; i++) {
        if (heads[i].done !== true && (first === -1 || heads[i].value.startTime < heads[first].value.startTime)) first = i;
      }
      if (first === -1) break;
      const event = heads[first].value as ClockEvent;
      heads[first] = series[first].next();
      if (!events.some((other) => sameEvent(other, event))) events.push(event);
    }
    return events;
  }
}

function sameEvent(one: ClockEvent, other: ClockEvent): boolean {
  return one.startTime.getTime() === other.startTime.getTime() && JSON.stringify(one.parameterDefaults) === JSON.stringify(other.parameterDefaults);
}

/** A schedule with one interval clock: `new IntervalSchedule({ interval: 60_000 })`; milliseconds. */
export class IntervalSchedule extends Schedule {
  constructor({ interval, ...options }: ClockOptions & { readonly interval: number }) {
    super([new IntervalClock(interval, options)]);
  }
}

/** A schedule with one cron clock: `new CronSchedule("0 9 * * 1-5", { timeZone: "Europe/Berlin" })`. */
export class CronSchedule extends Schedule {
  constructor(cron: string, options?: CronOptions) {
    super([new CronClock(cron, options)]);
  }
}
