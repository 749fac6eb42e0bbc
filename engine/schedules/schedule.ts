/** Schedules: when a flow runs by itself (prefect.schedules). */
import { describeValue } from "../errors.ts";
import type { ScheduleAdjustment } from "./adjustments.ts";
import { checkedDate, unschedulable, type Clock, type ClockEvent, type ClockOptions } from "./clock.ts";
import { CronClock, type CronOptions } from "./cron-clock.ts";
import type { CalendarDuration } from "./duration.ts";
import { IntervalClock } from "./interval-clock.ts";
import { MergedClocks } from "./merged-clocks.ts";
import { RRuleClock } from "./rrule-clock.ts";
import { unchangedUntil, type ScheduleFilter } from "./schedule-filter.ts";
import { readSchedule, writeSchedule, type ScheduleJson } from "./schedule-json.ts";

/** Times of the clocks that are looked at before a schedule gives up. */
export const CANDIDATES = 10_000;

/** What may follow the clocks; functions of the time, and of the clock's time zone. */
export interface ScheduleOptions {
  /** All of them must accept a time. */
  readonly filters?: readonly ScheduleFilter[];
  /** One of them must accept it, if there are any. */
  readonly orFilters?: readonly ScheduleFilter[];
  /** None of them may accept it. */
  readonly notFilters?: readonly ScheduleFilter[];
  /** What becomes of the times that are left, one after the other. */
  readonly adjustments?: readonly ScheduleAdjustment[];
}

/** How a series of events ended: the clocks had no more times, or {@link CANDIDATES} in a row did not pass the filters. */
export type ScheduleEnd = "over" | "unmatched";

/** One or more clocks, merged in order of time; then filters, then adjustments. */
export class Schedule {
  readonly clocks: readonly Clock[];
  readonly filters: readonly ScheduleFilter[];
  readonly orFilters: readonly ScheduleFilter[];
  readonly notFilters: readonly ScheduleFilter[];
  readonly adjustments: readonly ScheduleAdjustment[];

  /** @throws FlowletError UNSCHEDULABLE */
  constructor(clocks: readonly Clock[], options: ScheduleOptions = {}) {
    if (!Array.isArray(clocks)) throw unschedulable(`clocks must be a list of clocks, got ${describeValue(clocks)}`);
    for (const [i, clock] of clocks.entries()) if (typeof clock?.events !== "function") throw unschedulable(`clocks[${i}] must be a clock, got ${describeValue(clock)}`);
    this.clocks = [...clocks];
    this.filters = functions(options, "filters");
    this.orFilters = functions(options, "orFilters");
    this.notFilters = functions(options, "notFilters");
    this.adjustments = functions(options, "adjustments");
  }

  /** The first start date of the clocks. */
  get startDate(): Date | null {
    return this.clocks.map((clock) => clock.startDate ?? null).reduce((a, b) => (a !== null && (b === null || a <= b) ? a : b), null);
  }

  /** The last end date of the clocks that have one. */
  get endDate(): Date | null {
    return this.clocks.map((clock) => clock.endDate ?? null).reduce((a, b) => (a !== null && (b === null || a >= b) ? a : b), null);
  }

  /**
   * The next events. Clocks may be endless and filters strict, so 10,000 times of the clocks are looked at, not more.
   * @param n how many (count)
   * @param after default now; the clocks' times are strictly after it (adjustments may lead anywhere)
   */
  next(n: number, after: Date = new Date()): ClockEvent[] {
    if (!(Number.isInteger(n) && n >= 0)) throw unschedulable(`next takes a count of events, got ${describeValue(n)}`);
    const events: ClockEvent[] = [];
    let looked = 0;
    if (n > 0) {
      for (const event of this.#candidates(after)) {
        if (event !== null) events.push(event);
        if (events.length === n || ++looked === CANDIDATES) break;
      }
    }
    return events;
  }

  /** All events after a time, as long as one takes them; gives up after 10,000 times in a row that do not pass the filters. */
  *events(after: Date = new Date()): Generator<ClockEvent, ScheduleEnd> {
    let looked = 0;
    for (const event of this.#candidates(after)) {
      if (event !== null) {
        yield event;
        looked = 0;
      } else if (++looked === CANDIDATES) {
        return "unmatched";
      }
    }
    return "over";
  }

  /** As data for JSON. @throws FlowletError UNSERIALIZABLE_SCHEDULE for what can not be serialized, e.g. filters that are functions of your own */
  toJson(): ScheduleJson {
    return writeSchedule(this);
  }

  /** The schedule that {@link toJson} wrote. @throws FlowletError UNREADABLE_SCHEDULE */
  static fromJson(json: unknown): Schedule {
    const { clocks, ...options } = readSchedule(json);
    return new Schedule(clocks, options);
  }

  /** Each time of the clocks that is looked at: an event, or null where it does not pass. */
  *#candidates(after: Date): Generator<ClockEvent | null, void> {
    const clocks = new MergedClocks(this.clocks, checkedDate(after, "the time after which events are asked for"));
    for (let event = clocks.next(); event !== null; event = clocks.next()) {
      const { startTime } = event;
      const timeZone = event.timeZone ?? "UTC";
      const until = this.#rejectedUntil(startTime, timeZone);
      if (until === null) {
        yield this.adjustments.length === 0 ? event : { ...event, startTime: this.adjustments.reduce((time, adjust) => checkedDate(adjust(time, timeZone), "what an adjustment returns"), startTime) };
      } else {
        clocks.skipTo(until, timeZone);
        yield null;
      }
    }
  }

  /** Null where a time passes the filters; else a time before which none will (milliseconds since 1970), as far as that is known. */
  #rejectedUntil(time: Date, timeZone: string): number | null {
    const holds = (filter: ScheduleFilter) => unchangedUntil(filter, time, timeZone) ?? time.getTime();
    const rejecting = this.filters.find((filter) => !filter(time, timeZone)) ?? this.notFilters.find((filter) => filter(time, timeZone));
    if (rejecting !== undefined) return holds(rejecting);
    if (this.orFilters.length === 0 || this.orFilters.some((filter) => filter(time, timeZone))) return null;
    return Math.min(...this.orFilters.map(holds));
  }
}

function functions<Name extends keyof ScheduleOptions>(options: ScheduleOptions, name: Name): NonNullable<ScheduleOptions[Name]> {
  const list: readonly unknown[] = options[name] ?? [];
  if (!Array.isArray(list)) throw unschedulable(`${name} must be a list of functions, got ${describeValue(list)}`);
  for (const [i, entry] of list.entries()) if (typeof entry !== "function") throw unschedulable(`${name}[${i}] must be a function, got ${describeValue(entry)}`);
  return [...list] as never;
}

/** A schedule with one interval clock: `new IntervalSchedule({ interval: 60_000 })`; milliseconds, or `{ days: 1 }`. */
export class IntervalSchedule extends Schedule {
  constructor({ interval, ...options }: ClockOptions & { readonly interval: number | CalendarDuration }) {
    super([new IntervalClock(interval, options)]);
  }
}

/** A schedule with one cron clock: `new CronSchedule("0 9 * * 1-5", { timeZone: "Europe/Berlin" })`. */
export class CronSchedule extends Schedule {
  constructor(cron: string, options?: CronOptions) {
    super([new CronClock(cron, options)]);
  }
}

/** A schedule with one clock for a recurrence rule: `new RRuleSchedule("FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=17")`. */
export class RRuleSchedule extends Schedule {
  constructor(rule: string | { toString(): string }, options?: ClockOptions) {
    super([new RRuleClock(rule, options)]);
  }
}
