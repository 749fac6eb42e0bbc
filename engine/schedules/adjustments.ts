/** Adjustments: what becomes of a time that passed the filters (prefect.schedules.adjustments). */
import { unschedulable } from "./clock.ts";
import { addDayTime, dayTime, plainDuration, type CalendarDuration } from "./duration.ts";
import { addDays, localTime } from "./local-time.ts";
import { describedFunction } from "./named-function.ts";
import { checkedOptions, type FilterOptions } from "./schedule-filter.ts";

/** Moves a time. `timeZone` is the clock's. */
export type ScheduleAdjustment = (time: Date, timeZone: string) => Date;

/** An adjustment without arguments: `nextWeekday`, or `nextWeekday({ timeZone: "Asia/Tokyo" })`. */
export interface DayAdjustment {
  (time: Date, timeZone?: string): Date;
  (options: FilterOptions): ScheduleAdjustment;
}

/**
 * Later by a duration, or earlier if it is negative (prefect.schedules.adjustments.add).
 * @param duration milliseconds, or an object like `{ days: 1 }`: days of the calendar in the clock's time zone
 * @throws FlowletError UNSCHEDULABLE
 */
export function addDuration(duration: number | CalendarDuration): ScheduleAdjustment {
  const step = dayTime(duration, "the duration of addDuration");
  const adjust: ScheduleAdjustment = (time, timeZone = "UTC") => reachable(addDayTime(time, step, timeZone));
  return describedFunction(adjust, { name: "addDuration", arguments: [plainDuration(duration)] });
}

/** From Saturday and Sunday to Monday, at the same time of day. */
export const nextWeekday: DayAdjustment = dayAdjustment("nextWeekday", (time, timeZone) => {
  const { weekday } = localTime(time, timeZone);
  return weekday < 5 ? time : reachable(addDays(time, 7 - weekday, timeZone));
});

function dayAdjustment(name: string, adjust: ScheduleAdjustment): DayAdjustment {
  const adjustment = (first: Date | FilterOptions, timeZone = "UTC") => {
    if (first instanceof Date) return adjust(first, timeZone);
    const own = checkedOptions(name, first).timeZone;
    return describedFunction(((time, zone) => adjust(time, own ?? zone)) satisfies ScheduleAdjustment, { name, arguments: [], ...(own === undefined ? {} : { timeZone: own }) });
  };
  return describedFunction(adjustment, { name, arguments: [] }) as DayAdjustment;
}

function reachable(time: Date | null): Date {
  if (time === null) throw unschedulable("an adjustment leads to a time that no Date can hold");
  return time;
}
