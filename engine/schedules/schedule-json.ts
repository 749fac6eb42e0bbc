/** Schedules as data for JSON, and back (prefect.serialization.schedule). */
import { isDeepStrictEqual } from "node:util";
import { FlowletError, describeValue } from "../errors.ts";
import { addDuration, nextWeekday, type ScheduleAdjustment } from "./adjustments.ts";
import type { Clock, ClockOptions } from "./clock.ts";
import { CronClock } from "./cron-clock.ts";
import { DatesClock } from "./dates-clock.ts";
import { dayTime } from "./duration.ts";
import { atTime, betweenDates, betweenDatetimes, betweenTimes, isDayOfWeek, isMonthEnd, isMonthStart, isWeekday, isWeekend, onDate, onDatetime } from "./filters.ts";
import { IntervalClock } from "./interval-clock.ts";
import { functionDescription } from "./named-function.ts";
import { RRuleClock } from "./rrule-clock.ts";
import type { FilterOptions, ScheduleFilter } from "./schedule-filter.ts";

/** A filter or an adjustment: `{ name: "atTime", arguments: ["09:00"], timeZone: "Europe/Berlin" }`. */
export interface ScheduleFunctionJson {
  readonly name: string;
  /** As they were given; dates as ISO texts. */
  readonly arguments: readonly unknown[];
  /** Absent: that of the clock. */
  readonly timeZone?: string;
}

/** A clock: its class, and what it was made with. Dates are ISO texts. */
export interface ClockJson {
  readonly type: "IntervalClock" | "CronClock" | "DatesClock" | "RRuleClock";
  readonly [option: string]: unknown;
}

/** A schedule as data for JSON. */
export interface ScheduleJson {
  readonly type: "Schedule";
  readonly clocks: readonly ClockJson[];
  readonly filters: readonly ScheduleFunctionJson[];
  readonly orFilters: readonly ScheduleFunctionJson[];
  readonly notFilters: readonly ScheduleFunctionJson[];
  readonly adjustments: readonly ScheduleFunctionJson[];
}

/** What a schedule is made of. */
export interface ScheduleParts {
  readonly clocks: readonly Clock[];
  readonly filters: readonly ScheduleFilter[];
  readonly orFilters: readonly ScheduleFilter[];
  readonly notFilters: readonly ScheduleFilter[];
  readonly adjustments: readonly ScheduleAdjustment[];
}

/** Shorter intervals are for local runs: a server plans ahead, and polls. */
const SHORTEST = 60_000;

// The arguments come from outside; what they are made into checks them.
type Make<T> = { readonly count: number; readonly make: (args: readonly any[], options: FilterOptions | undefined) => T };
const FILTERS: Readonly<Record<string, Make<ScheduleFilter>>> = {
  onDatetime: { count: 1, make: ([date]) => onDatetime(readDate(date)) },
  betweenDatetimes: { count: 2, make: ([start, end]) => betweenDatetimes(readDate(start), readDate(end)) },
  onDate: { count: 2, make: ([month, day], options) => onDate(month, day, options) },
  betweenDates: { count: 4, make: ([startMonth, startDay, endMonth, endDay], options) => betweenDates(startMonth, startDay, endMonth, endDay, options) },
  atTime: { count: 1, make: ([time], options) => atTime(time, options) },
  betweenTimes: { count: 2, make: ([start, end], options) => betweenTimes(start, end, options) },
  isWeekday: { count: 0, make: (_, options) => (options === undefined ? isWeekday : isWeekday(options)) },
  isWeekend: { count: 0, make: (_, options) => (options === undefined ? isWeekend : isWeekend(options)) },
  isMonthStart: { count: 0, make: (_, options) => (options === undefined ? isMonthStart : isMonthStart(options)) },
  isMonthEnd: { count: 0, make: (_, options) => (options === undefined ? isMonthEnd : isMonthEnd(options)) },
  isDayOfWeek: { count: 1, make: ([day], options) => isDayOfWeek(day, options) },
};
const ADJUSTMENTS: Readonly<Record<string, Make<ScheduleAdjustment>>> = {
  addDuration: { count: 1, make: ([duration]) => addDuration(duration) },
  nextWeekday: { count: 0, make: (_, options) => (options === undefined ? nextWeekday : nextWeekday(options)) },
};

/** @throws FlowletError UNSERIALIZABLE_SCHEDULE */
export function writeSchedule(schedule: ScheduleParts): ScheduleJson {
  const functions = (list: "filters" | "orFilters" | "notFilters" | "adjustments") => schedule[list].map((entry, i) => writeFunction(entry, `${list}[${i}]`));
  return {
    type: "Schedule", clocks: schedule.clocks.map((clock, i) => writeClock(clock, `clocks[${i}]`)),
    filters: functions("filters"), orFilters: functions("orFilters"), notFilters: functions("notFilters"), adjustments: functions("adjustments"),
  };
}

function writeFunction(entry: ScheduleFilter | ScheduleAdjustment, where: string): ScheduleFunctionJson {
  const description = functionDescription(entry);
  if (description === undefined) throw unserializable(where, `${describeValue(entry)} is none of ${[...Object.keys(FILTERS), ...Object.keys(ADJUSTMENTS)].join(", ")}`);
  return { ...description, arguments: description.arguments.map((argument) => (argument instanceof Date ? argument.toISOString() : argument)) };
}

function writeClock(clock: Clock, where: string): ClockJson {
  const iso = (date: Date | null) => date?.toISOString() ?? null;
  // A class derived from one of these may do anything.
  const [type, own] = ((): [ClockJson["type"], object] => {
    if (clock instanceof IntervalClock && clock.constructor === IntervalClock) return ["IntervalClock", { interval: clock.interval, startDate: iso(clock.startDate), endDate: iso(clock.endDate) }];
    if (clock instanceof CronClock && clock.constructor === CronClock) return ["CronClock", { cron: clock.cron, dayOr: clock.dayOr, startDate: iso(clock.startDate), endDate: iso(clock.endDate) }];
    if (clock instanceof RRuleClock && clock.constructor === RRuleClock) return ["RRuleClock", { rule: clock.rule, startDate: iso(clock.startDate), endDate: iso(clock.endDate) }];
    if (clock instanceof DatesClock && clock.constructor === DatesClock) return ["DatesClock", { dates: clock.dates.map(iso) }];
    throw unserializable(where, `the clock is of class ${clock.constructor?.name ?? "null"}, known are IntervalClock, CronClock, DatesClock and RRuleClock`);
  })();
  if (clock instanceof IntervalClock && tooShort(clock)) throw unserializable(where, `the interval ${JSON.stringify(clock.interval)} is shorter than a minute`);
  const { parameterDefaults, labels, timeZone } = clock as IntervalClock;
  for (const [name, value] of Object.entries(parameterDefaults)) if (!isJson(value)) throw unserializable(where, `JSON can not hold the value of the parameter ${name} (${describeValue(value)})`);
  return { type, ...own, timeZone, parameterDefaults, labels };
}

function tooShort(clock: IntervalClock): boolean {
  const { days, milliseconds } = dayTime(clock.interval, "the interval");
  return days === 0 && milliseconds < SHORTEST;
}

function isJson(value: unknown): boolean {
  try {
    const text = JSON.stringify(value);
    return text !== undefined && isDeepStrictEqual(JSON.parse(text), value);
  } catch {
    return false;
  }
}

/** @throws FlowletError UNREADABLE_SCHEDULE */
export function readSchedule(json: unknown): ScheduleParts {
  const { type, clocks, filters = [], orFilters = [], notFilters = [], adjustments = [] } = readObject(json, "the schedule", ["type", "clocks", "filters", "orFilters", "notFilters", "adjustments"]);
  if (type !== "Schedule") throw unreadable("type", `expected "Schedule", got ${describeValue(type)}`);
  const filterList = (list: unknown, where: string) => readList(list, where, (entry, at) => readFunction(entry, at, FILTERS, "filter"));
  return {
    clocks: readList(clocks, "clocks", readClock),
    filters: filterList(filters, "filters"), orFilters: filterList(orFilters, "orFilters"), notFilters: filterList(notFilters, "notFilters"),
    adjustments: readList(adjustments, "adjustments", (entry, at) => readFunction(entry, at, ADJUSTMENTS, "adjustment")),
  };
}

function readFunction<T extends object>(json: unknown, where: string, known: Readonly<Record<string, Make<T>>>, kind: string): T {
  const { name, arguments: args = [], ...options } = readObject(json, where, ["name", "arguments", "timeZone"]);
  if (typeof name !== "string" || !Object.hasOwn(known, name)) throw unreadable(`${where}.name`, `there is no ${kind} ${describeValue(name)}; known are ${Object.keys(known).join(", ")}`);
  const { count, make } = known[name];
  if (!Array.isArray(args) || args.length !== count) throw unreadable(`${where}.arguments`, `${name} takes a list of ${count}, got ${describeValue(args)}`);
  const made = reading(where, () => make(args, options.timeZone === undefined ? undefined : (options as FilterOptions)));
  if (options.timeZone !== undefined && functionDescription(made)?.timeZone === undefined) throw unreadable(`${where}.timeZone`, `${name} takes no time zone`);
  return made;
}

function readClock(json: unknown, where: string): Clock {
  const own = { IntervalClock: ["interval", "startDate", "endDate"], CronClock: ["cron", "dayOr", "startDate", "endDate"], DatesClock: ["dates"], RRuleClock: ["rule", "startDate", "endDate"] };
  const type = typeof json === "object" && json !== null ? (json as { type?: unknown }).type : undefined;
  const names = typeof type === "string" && Object.hasOwn(own, type) ? own[type as keyof typeof own] : null;
  if (names === null && typeof json === "object" && json !== null) throw unreadable(`${where}.type`, `there is no clock ${describeValue(type)}; known are ${Object.keys(own).join(", ")}`);
  const read = readObject(json, where, ["type", ...(names ?? []), "timeZone", "parameterDefaults", "labels"]);
  return reading(where, () => {
    // JSON has null where an option is absent.
    const given = Object.fromEntries(Object.entries(read).filter(([, value]) => value !== null));
    const options = { ...given, ...(given.startDate === undefined ? {} : { startDate: readDate(given.startDate) }), ...(given.endDate === undefined ? {} : { endDate: readDate(given.endDate) }) } as ClockOptions;
    if (type === "CronClock") return new CronClock(given.cron as string, options);
    if (type === "RRuleClock") return new RRuleClock(given.rule as string, options);
    if (type === "DatesClock") return new DatesClock(readList(given.dates, `${where}.dates`, readDate), options);
    const clock = new IntervalClock(given.interval as number, options);
    if (tooShort(clock)) throw unreadable(`${where}.interval`, `${JSON.stringify(clock.interval)} is shorter than a minute`);
    return clock;
  });
}

/** What the making of a part complains about, told with its place. */
function reading<T>(where: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof FlowletError && error.code === "UNREADABLE_SCHEDULE") throw error;
    const why = error instanceof FlowletError ? error.message.slice("The schedule can not be made: ".length, -error.help.length - 2) : (error as Error).message;
    throw unreadable(where, why, error);
  }
}

function readObject(json: unknown, where: string, names: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw unreadable(where, `expected an object, got ${describeValue(json)}`);
  const unknown = Object.keys(json).find((name) => !names.includes(name));
  if (unknown !== undefined) throw unreadable(where, `${JSON.stringify(unknown)} is none of ${names.join(", ")}`);
  return json as Readonly<Record<string, unknown>>;
}

function readList<T>(json: unknown, where: string, read: (entry: unknown, where: string) => T): T[] {
  if (!Array.isArray(json)) throw unreadable(where, `expected a list, got ${describeValue(json)}`);
  return json.map((entry, i) => read(entry, `${where}[${i}]`));
}

function readDate(json: unknown): Date {
  // Without a zone it would be another time on every machine.
  const date = typeof json === "string" && /^([+-]\d\d)?\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(json) ? new Date(json) : null;
  if (date === null || Number.isNaN(date.getTime())) throw new TypeError(`expected a time like "2026-01-01T09:00:00Z", got ${describeValue(json)}`);
  return date;
}

function unreadable(where: string, why: string, cause?: unknown): FlowletError {
  return new FlowletError("UNREADABLE_SCHEDULE", { where, why }, cause === undefined ? undefined : { cause });
}

function unserializable(where: string, why: string): FlowletError {
  return new FlowletError("UNSERIALIZABLE_SCHEDULE", { where, why });
}
