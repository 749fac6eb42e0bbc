/**
 * Filters: which times of a schedule's clocks count (prefect.schedules.filters). Local time is that of the clock's time zone, or
 * of the option `timeZone`. All throw FlowletError UNSCHEDULABLE for arguments that make no sense.
 */
import { describeValue } from "../errors.ts";
import { checkedDate, unschedulable } from "./clock.ts";
import { DAY } from "./local-time.ts";
import { checkedOptions, dayFilter, instantFilter, localFilter, type DayFilter, type FilterOptions, type ScheduleFilter } from "./schedule-filter.ts";

/** Only this very time. */
export function onDatetime(date: Date): ScheduleFilter {
  const at = checkedDate(date, "the date of onDatetime").getTime();
  return instantFilter("onDatetime", [date], (time) => time === at, (time) => (time < at ? at : time === at ? at + 1 : Infinity));
}

/** Only times from `start` to `end`, both included. */
export function betweenDatetimes(start: Date, end: Date): ScheduleFilter {
  const [from, to] = [checkedDate(start, "the start of betweenDatetimes").getTime(), checkedDate(end, "the end of betweenDatetimes").getTime()];
  return instantFilter("betweenDatetimes", [start, end], (time) => time >= from && time <= to, (time) => (time < from ? from : time <= to ? to + 1 : Infinity));
}

/** Only on this day of the year. @param month 1 is January */
export function onDate(month: number, day: number, options?: FilterOptions): ScheduleFilter {
  checkDay("onDate", month, day);
  return localFilter("onDate", [month, day], checkedOptions("onDate", options), (local) => local.month === month && local.day === day);
}

/**
 * Only from one day of the year to another, both included: `betweenDates(10, 15, 3, 31)` is from mid-October to the end of March.
 *
 * Differs: in Prefect a range from the 20th to the 10th of the same month is empty; here it is the rest of the year.
 */
export function betweenDates(startMonth: number, startDay: number, endMonth: number, endDay: number, options?: FilterOptions): ScheduleFilter {
  checkDay("betweenDates", startMonth, startDay);
  checkDay("betweenDates", endMonth, endDay);
  const [start, end] = [startMonth * 100 + startDay, endMonth * 100 + endDay];
  return localFilter("betweenDates", [startMonth, startDay, endMonth, endDay], checkedOptions("betweenDates", options), ({ month, day }) => within(month * 100 + day, start, end));
}

/** Only at this time of day: `atTime("09:30")`. Hours and minutes, seconds and their fractions if you like. */
export function atTime(time: string, options?: FilterOptions): ScheduleFilter {
  const at = readTime("atTime", time);
  return localFilter("atTime", [time], checkedOptions("atTime", options), (local) => local.timeOfDay === at, (now) => (now < at ? at : now === at ? at + 1 : DAY));
}

/** Only from one time of day to another, both included: `betweenTimes("22:00", "06:00")` is the night. */
export function betweenTimes(start: string, end: string, options?: FilterOptions): ScheduleFilter {
  const [from, to] = [readTime("betweenTimes", start), readTime("betweenTimes", end)];
  const changes = [from, to + 1].sort((a, b) => a - b);
  return localFilter(
    "betweenTimes", [start, end], checkedOptions("betweenTimes", options),
    (local) => within(local.timeOfDay, from, to), (now) => changes.find((change) => change > now) ?? DAY,
  );
}

/** Only Monday to Friday. */
export const isWeekday: DayFilter = dayFilter("isWeekday", ({ weekday }) => weekday < 5);

/** Only Saturday and Sunday. */
export const isWeekend: DayFilter = dayFilter("isWeekend", ({ weekday }) => weekday >= 5);

/** Only the first day of a month. */
export const isMonthStart: DayFilter = dayFilter("isMonthStart", ({ day }) => day === 1);

/** Only the last day of a month. */
export const isMonthEnd: DayFilter = dayFilter("isMonthEnd", ({ day, daysInMonth }) => day === daysInMonth);

/** Only this day of the week. @param dayOfWeek 0 is Monday, 6 is Sunday */
export function isDayOfWeek(dayOfWeek: number, options?: FilterOptions): ScheduleFilter {
  checkNumber("the day of isDayOfWeek", dayOfWeek, 0, 6);
  return localFilter("isDayOfWeek", [dayOfWeek], checkedOptions("isDayOfWeek", options), ({ weekday }) => weekday === dayOfWeek);
}

/** Is a value in a range that may go around? */
function within(value: number, start: number, end: number): boolean {
  return start <= end ? value >= start && value <= end : value >= start || value <= end;
}

function readTime(filter: string, text: unknown): number {
  const [, hours, minutes, seconds = "0", fraction = ""] = (typeof text === "string" && /^(\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?$/.exec(text)) || [];
  if (!(Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60)) throw unschedulable(`a time of ${filter} must be a text like "09:30" or "23:59:59", got ${describeValue(text)}`);
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, "0"));
}

function checkDay(filter: string, month: number, day: number): void {
  checkNumber(`the month of ${filter}`, month, 1, 12);
  // February has 29 days, in some years.
  checkNumber(`the day of ${filter} in month ${month}`, day, 1, new Date(Date.UTC(2000, month, 0)).getUTCDate());
}

function checkNumber(what: string, value: unknown, low: number, high: number): void {
  if (!Number.isInteger(value) || (value as number) < low || (value as number) > high) throw unschedulable(`${what} must be a whole number from ${low} to ${high}, got ${describeValue(value)}`);
}
