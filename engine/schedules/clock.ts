/** What a clock is, and what all clocks have (prefect.schedules.clocks). */
import { FlowletError, describeValue } from "../errors.ts";
import { isTimeZone } from "./local-time.ts";

/** A time at which a flow run is due. */
export interface ClockEvent {
  readonly startTime: Date;
  /** Values for the flow's parameters that this clock brings. */
  readonly parameterDefaults: Readonly<Record<string, unknown>>;
  /** Labels for the flow run instead of the flow's own; null: the flow's. */
  readonly labels: readonly string[] | null;
  /** The clock's time zone: filters and adjustments read the time in it. */
  readonly timeZone: string;
}

/** A series of times. */
export interface Clock {
  /** Events strictly after `after`, in order; may be endless. Each call begins anew. */
  events(after: Date): Iterable<ClockEvent>;
  readonly startDate?: Date | null;
  readonly endDate?: Date | null;
  readonly parameterDefaults?: Readonly<Record<string, unknown>>;
  /** That of all its events, where it is always the same. */
  readonly timeZone?: string;
}

/** What all clocks take. */
export interface ClockOptions {
  /** No event before it. */
  readonly startDate?: Date;
  /** No event after it. */
  readonly endDate?: Date;
  /** IANA name, e.g. `Europe/Berlin`. Default UTC. */
  readonly timeZone?: string;
  /** Values for the flow's parameters; they come before those that `flow.run` was given. */
  readonly parameterDefaults?: Readonly<Record<string, unknown>>;
  /** Labels for the runs of this clock. Default: the flow's. */
  readonly labels?: readonly string[];
}

/** The beginning of clocks that need one and are given none: midnight in their time zone. */
export const FIRST_DAY = Date.UTC(2019, 0, 1);

/** The clocks of this folder: a series of times, cut at the start and the end date. */
export abstract class BasicClock implements Clock {
  readonly startDate: Date | null;
  readonly endDate: Date | null;
  readonly timeZone: string;
  readonly parameterDefaults: Readonly<Record<string, unknown>>;
  readonly labels: readonly string[] | null;

  /** @throws FlowletError UNSCHEDULABLE */
  constructor(options: ClockOptions) {
    this.startDate = options.startDate === undefined ? null : checkedDate(options.startDate, "startDate");
    this.endDate = options.endDate === undefined ? null : checkedDate(options.endDate, "endDate");
    this.timeZone = checkedTimeZone(options.timeZone ?? "UTC");
    const { parameterDefaults = {}, labels = null } = options;
    if (typeof parameterDefaults !== "object" || parameterDefaults === null || Array.isArray(parameterDefaults)) {
      throw unschedulable(`parameterDefaults must be an object with a value for each name, got ${describeValue(parameterDefaults)}`);
    }
    if (labels !== null && !(Array.isArray(labels) && labels.every((label) => typeof label === "string"))) throw unschedulable(`labels must be a list of texts, got ${describeValue(labels)}`);
    this.parameterDefaults = { ...parameterDefaults };
    this.labels = labels === null ? null : [...labels];
  }

  /** Times from `after` on, in order; may be endless. Times up to `after` itself are left out by the caller. */
  protected abstract times(after: Date): Iterable<Date>;

  *events(after: Date): Generator<ClockEvent, void> {
    // A time at the start date itself counts.
    let latest = this.startDate !== null && this.startDate > after ? new Date(this.startDate.getTime() - 1) : after;
    for (const startTime of this.times(latest)) {
      if (startTime <= latest) continue;
      if (this.endDate !== null && startTime > this.endDate) return;
      latest = startTime;
      yield { startTime, parameterDefaults: this.parameterDefaults, labels: this.labels, timeZone: this.timeZone };
    }
  }
}

/** The error for clocks, filters and adjustments that can not be made. */
export function unschedulable(why: string, cause?: unknown): FlowletError {
  return new FlowletError("UNSCHEDULABLE", { why }, cause === undefined ? undefined : { cause });
}

/** @throws FlowletError UNSCHEDULABLE unless it is a valid Date */
export function checkedDate(value: unknown, what: string): Date {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
  throw unschedulable(`${what} must be a valid Date, got ${value instanceof Date ? "an invalid Date" : describeValue(value)}`);
}

/** @throws FlowletError UNSCHEDULABLE unless the machine knows the time zone */
export function checkedTimeZone(value: unknown): string {
  if (typeof value === "string" && isTimeZone(value)) return value;
  throw unschedulable(`timeZone must be the name of a time zone, e.g. "Europe/Berlin", got ${describeValue(value)}`);
}
