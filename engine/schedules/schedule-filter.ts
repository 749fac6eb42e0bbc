/** What filters of a schedule are, and how those of this folder are made. */
import { describeValue } from "../errors.ts";
import { checkedTimeZone, unschedulable } from "./clock.ts";
import { DAY, localTime, nextChange, offsetAt, type LocalTime } from "./local-time.ts";
import { describedFunction } from "./named-function.ts";

/** Says whether a time of a clock counts. `timeZone` is the clock's. */
export type ScheduleFilter = (time: Date, timeZone: string) => boolean;

/** What filters of local time take. */
export interface FilterOptions {
  /** Look at the time in this time zone. Default: that of the clock. */
  readonly timeZone?: string;
}

/** A filter without arguments: `isWeekday`, or `isWeekday({ timeZone: "Asia/Tokyo" })`. */
export interface DayFilter {
  (time: Date, timeZone?: string): boolean;
  (options: FilterOptions): ScheduleFilter;
}

const UNCHANGED = Symbol("flowlet.schedules.unchangedUntil");

/** Tells until when (milliseconds since 1970) a filter surely answers as it does at a time; null: no idea. */
type UnchangedUntil = (time: Date, timeZone: string) => number | null;

/** Until when a filter surely answers as it does at a time; null for functions of users. */
export function unchangedUntil(filter: ScheduleFilter, time: Date, timeZone: string): number | null {
  return (filter as { readonly [UNCHANGED]?: UnchangedUntil })[UNCHANGED]?.(time, timeZone) ?? null;
}

/** A filter that looks at the instant. @param until until when it answers so (milliseconds since 1970) */
export function instantFilter(name: string, args: readonly unknown[], accepts: (time: number) => boolean, until: (time: number) => number): ScheduleFilter {
  const filter: ScheduleFilter = (time) => accepts(time.getTime());
  Object.defineProperty(filter, UNCHANGED, { value: ((time) => until(time.getTime())) satisfies UnchangedUntil });
  return describedFunction(filter, { name, arguments: args });
}

/**
 * A filter that looks at local time.
 * @param until the time of day (milliseconds since midnight) until which it answers so; default: the end of the day
 */
export function localFilter(name: string, args: readonly unknown[], options: FilterOptions, accepts: (local: LocalTime) => boolean, until: (timeOfDay: number) => number = () => DAY): ScheduleFilter {
  const own = options.timeZone;
  const filter: ScheduleFilter = (time, timeZone = "UTC") => accepts(localTime(time, own ?? timeZone));
  const unchanged: UnchangedUntil = (time, timeZone) => {
    const zone = own ?? timeZone;
    const now = time.getTime();
    const { timeOfDay } = localTime(time, zone);
    const end = now + until(timeOfDay) - timeOfDay;
    if (end > 8.64e15) return null;
    // Where the clocks change in between, a part of the day may come twice: the answer holds until they do.
    return offsetAt(now, zone) === offsetAt(end, zone) ? end : nextChange(now, zone);
  };
  Object.defineProperty(filter, UNCHANGED, { value: unchanged });
  return describedFunction(filter, { name, arguments: args, ...(own === undefined ? {} : { timeZone: own }) });
}

/** A filter of local time without arguments. */
export function dayFilter(name: string, accepts: (local: LocalTime) => boolean): DayFilter {
  const plain = localFilter(name, [], {}, accepts);
  const filter = (first: Date | FilterOptions, timeZone = "UTC") => (first instanceof Date ? plain(first, timeZone) : localFilter(name, [], checkedOptions(name, first), accepts));
  return Object.defineProperties(filter, Object.getOwnPropertyDescriptors(plain)) as DayFilter;
}

/** @throws FlowletError UNSCHEDULABLE unless they are options, or absent */
export function checkedOptions(name: string, options: unknown): FilterOptions {
  if (options === undefined) return {};
  if (typeof options !== "object" || options === null) throw unschedulable(`the options of ${name} must be an object like { timeZone: "Europe/Berlin" }, got ${describeValue(options)}`);
  const { timeZone } = options as FilterOptions;
  return timeZone === undefined ? {} : { timeZone: checkedTimeZone(timeZone) };
}
