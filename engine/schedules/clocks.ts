/** Clocks: series of times (prefect.schedules.clocks). */
import { Cron } from "croner";
import { FlowletError, describeValue } from "../errors.ts";

/** A time at which a flow run is due. */
export interface ClockEvent {
  readonly startTime: Date;
  /** Values for the flow's parameters that this clock brings. */
  readonly parameterDefaults: Readonly<Record<string, unknown>>;
}

/** A series of times. */
export interface Clock {
  /** Events strictly after `after`, in order; may be endless. */
  events(after: Date): Iterable<ClockEvent>;
}

/** What all clocks take. */
export interface ClockOptions {
  /** No event before it. */
  readonly startDate?: Date;
  /** No event after it. */
  readonly endDate?: Date;
  readonly parameterDefaults?: Readonly<Record<string, unknown>>;
}

const FIRST_START = new Date("2019-01-01T00:00:00Z");

/** Every so many milliseconds, counted from `startDate` (default 2019-01-01 UTC). */
export class IntervalClock implements Clock {
  readonly interval: number;
  readonly startDate: Date;
  readonly endDate: Date | null;
  readonly parameterDefaults: Readonly<Record<string, unknown>>;

  /** @param interval milliseconds, above 0. @throws FlowletError UNSCHEDULABLE */
  constructor(interval: number, options: ClockOptions = {}) {
    if (typeof interval !== "number" || !Number.isFinite(interval) || interval <= 0) {
      throw new FlowletError("UNSCHEDULABLE", { why: `the interval must be milliseconds above 0, got ${describeValue(interval)}` });
    }
    this.interval = interval;
    this.startDate = options.startDate ?? FIRST_START;
    this.endDate = options.endDate ?? null;
    this.parameterDefaults = options.parameterDefaults ?? {};
  }

  *events(after: Date): Iterable<ClockEvent> {
    const start = this.startDate.getTime();
    let count = Math.max(0, Math.floor((after.getTime() - start) / this.interval) + 1);
    for (;;) {
      const startTime = new Date(start + count * this.interval);
      if (this.endDate !== null && startTime > this.endDate) return;
      yield { startTime, parameterDefaults: this.parameterDefaults };
      count++;
    }
  }
}

/** Options of a cron clock. */
export interface CronOptions extends ClockOptions {
  /** IANA name, e.g. `Europe/Berlin`. Default UTC. */
  readonly timeZone?: string;
}

/** At the times of a cron expression. */
export class CronClock implements Clock {
  readonly cron: string;
  readonly startDate: Date | null;
  readonly endDate: Date | null;
  readonly parameterDefaults: Readonly<Record<string, unknown>>;
  readonly #pattern: Cron;

  /** @throws FlowletError UNSCHEDULABLE for an expression that can not be read */
  constructor(cron: string, options: CronOptions = {}) {
    this.cron = cron;
    this.startDate = options.startDate ?? null;
    this.endDate = options.endDate ?? null;
    this.parameterDefaults = options.parameterDefaults ?? {};
    try {
      this.#pattern = new Cron(cron, { timezone: options.timeZone ?? "UTC", paused: true });
      this.#pattern.nextRun();
    } catch (error) {
      throw new FlowletError("UNSCHEDULABLE", { why: `the cron expression ${describeValue(cron)} can not be read (${(error as Error).message})` }, { cause: error });
    }
  }

  *events(after: Date): Iterable<ClockEvent> {
    // An event at the start date itself counts, so begin just before it.
    let at = this.startDate !== null && this.startDate > after ? new Date(this.startDate.getTime() - 1) : after;
    for (let next = this.#pattern.nextRun(at); next !== null; next = this.#pattern.nextRun(at)) {
      if (this.endDate !== null && next > this.endDate) return;
      yield { startTime: next, parameterDefaults: this.parameterDefaults };
      at = next;
    }
  }
}
