/** Durations of schedules: milliseconds, or calendar days and hours by name. */
import { describeValue } from "../errors.ts";
import { unschedulable } from "./clock.ts";
import { DAY, addDays } from "./local-time.ts";

/** Weeks and days are days of the calendar, 23 or 25 hours long where the clocks change; the rest is elapsed time. */
export interface CalendarDuration {
  readonly weeks?: number;
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly milliseconds?: number;
}

/** Calendar days, and elapsed milliseconds on top. */
export interface DayTime {
  readonly days: number;
  readonly milliseconds: number;
}

const UNITS = { weeks: 7 * DAY, days: DAY, hours: 3_600_000, minutes: 60_000, seconds: 1000, milliseconds: 1 };

/** @throws FlowletError UNSCHEDULABLE for what is no duration */
export function dayTime(value: unknown, what: string): DayTime {
  if (typeof value === "number" && Number.isFinite(value)) return { days: 0, milliseconds: value };
  const expected = `${what} must be milliseconds or an object of ${Object.keys(UNITS).join(", ")}`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw unschedulable(`${expected}, got ${describeValue(value)}`);
  // Temporal.Duration has its parts as getters, those of longer units too.
  for (const unit of [...Object.keys(value), "years", "months", "microseconds", "nanoseconds"]) {
    if (!Object.hasOwn(UNITS, unit) && ((value as Record<string, unknown>)[unit] ?? 0) !== 0) throw unschedulable(`${expected}, got ${unit}`);
  }
  const part = (unit: keyof typeof UNITS) => {
    const count = (value as CalendarDuration)[unit] ?? 0;
    if (typeof count !== "number" || !Number.isFinite(count)) throw unschedulable(`${unit} of ${what} must be a number, got ${describeValue(count)}`);
    if (UNITS[unit] >= DAY && !Number.isInteger(count)) throw unschedulable(`${unit} of ${what} must be a whole number, got ${count}`);
    return count;
  };
  return {
    days: part("weeks") * 7 + part("days"),
    milliseconds: part("hours") * UNITS.hours + part("minutes") * UNITS.minutes + part("seconds") * UNITS.seconds + part("milliseconds"),
  };
}

/** A duration as it is kept and serialized: a number, or the parts that are not 0. */
export function plainDuration(duration: number | CalendarDuration): number | CalendarDuration {
  if (typeof duration === "number") return duration;
  const units = Object.keys(UNITS) as (keyof CalendarDuration)[];
  return Object.fromEntries(units.filter((unit) => (duration[unit] ?? 0) !== 0).map((unit) => [unit, duration[unit]]));
}

/** A time `count` durations later: calendar days first, then elapsed time. Null where no Date reaches. */
export function addDayTime(time: Date, { days, milliseconds }: DayTime, timeZone: string, count = 1): Date | null {
  const day = addDays(time, days * count, timeZone);
  if (day === null || milliseconds === 0) return day;
  const sum = new Date(day.getTime() + milliseconds * count);
  return Number.isNaN(sum.getTime()) ? null : sum;
}
