/** A schedule between its form and its JSON (engine/schedules/schedule-json.ts). */
import type { Schedule } from "../../live/api.ts";

export type ClockKind = "interval" | "cron" | "rrule";

/** What the form holds: of each kind what was typed last. */
export interface EditedClock {
  readonly kind: ClockKind;
  readonly every: string;
  readonly unit: "minutes" | "hours" | "days" | "weeks";
  readonly cron: string;
  readonly rule: string;
  readonly timeZone: string;
}

export const clockKinds = [{ value: "interval", text: "Interval" }, { value: "cron", text: "Cron" }, { value: "rrule", text: "Rule" }] as const;

const UNITS = { minutes: 60_000, hours: 3_600_000 };

/** @returns a schedule; a text says what is wrong with what was typed. The server knows more: it is asked for the next times */
export function editedSchedule({ kind, every, unit, cron, rule, timeZone }: EditedClock, now: number = Date.now()): Schedule | string {
  const count = Number(every);
  if (kind === "interval" && !(Number.isInteger(count) && count > 0)) return "A whole number above 0.";
  const zone = timeZone.trim() === "" ? "UTC" : timeZone.trim();
  const common = { startDate: null, endDate: null, timeZone: zone, parameterDefaults: {}, labels: null };
  const clock = kind === "interval"
    // Days are those of the calendar there: midnight stays midnight when the clocks change.
    ? { type: "IntervalClock", interval: unit === "days" || unit === "weeks" ? { [unit]: count } : count * UNITS[unit], ...common, startDate: startOfToday(zone, now) }
    : kind === "cron" ? { type: "CronClock", cron: cron.trim(), dayOr: true, ...common } : { type: "RRuleClock", rule: rule.trim(), ...common, startDate: startOfToday(zone, now) };
  return { type: "Schedule", clocks: [clock], filters: [], orFilters: [], notFilters: [], adjustments: [] };
}

/** Midnight there. In a zone that is none, which the server refuses, that of UTC. */
function startOfToday(timeZone: string, now: number): string {
  const [year = 0, month = 1, day = 1] = wallClock(timeZone, now);
  const midnight = Date.UTC(year, month - 1, day);
  // What the clocks there are ahead of UTC may have changed since midnight.
  const first = midnight - ahead(timeZone, now);
  return new Date(midnight - ahead(timeZone, first)).toISOString();
}

function ahead(timeZone: string, at: number): number {
  const [year = 0, month = 1, ...rest] = wallClock(timeZone, at);
  return Date.UTC(year, month - 1, ...rest) - Math.floor(at / 1000) * 1000;
}

/** Year, month, day, hour, minute, second that the clocks there show. */
function wallClock(timeZone: string, at: number): number[] {
  const names = ["year", "month", "day", "hour", "minute", "second"] as const;
  const options = { ...Object.fromEntries(names.map((name) => [name, "numeric"])), hourCycle: "h23", calendar: "iso8601", numberingSystem: "latn" } as Intl.DateTimeFormatOptions;
  let parts: Intl.DateTimeFormatPart[];
  try {
    parts = new Intl.DateTimeFormat("en", { ...options, timeZone }).formatToParts(at);
  } catch {
    parts = new Intl.DateTimeFormat("en", { ...options, timeZone: "UTC" }).formatToParts(at);
  }
  return names.map((name) => Number(parts.find(({ type }) => type === name)?.value));
}

/** A schedule in words, a line for each clock and one for what filters it. */
export function describeSchedule(schedule: Schedule): string[] {
  const { clocks = [], filters = [], orFilters = [], notFilters = [] } = schedule as { readonly [part: string]: readonly Record<string, unknown>[] | undefined };
  const lines = clocks.map((clock) => `${describeClock(clock)}${typeof clock.timeZone === "string" && clock.timeZone !== "UTC" ? `, ${clock.timeZone}` : ", UTC"}`);
  const names = [...filters, ...orFilters].map(({ name }) => String(name)), not = notFilters.map(({ name }) => String(name));
  return [...lines, ...(names.length > 0 ? [`only ${names.join(", ")}`] : []), ...(not.length > 0 ? [`not ${not.join(", ")}`] : [])];
}

function describeClock({ type, interval, cron, rule, dates }: Record<string, unknown>): string {
  switch (type) {
    case "IntervalClock": return `every ${describeInterval(interval)}`;
    case "CronClock": return `cron ${String(cron)}`;
    case "RRuleClock": return `rule ${String(rule)}`;
    case "DatesClock": return `${Array.isArray(dates) ? dates.length : 0} dates`;
    default: return String(type);
  }
}

function describeInterval(interval: unknown): string {
  if (typeof interval !== "number") {
    const parts = Object.entries((interval ?? {}) as Record<string, number>).map(([units, count]) => (count === 1 ? `1 ${units.replace(/s$/, "")}` : `${count} ${units}`));
    return parts.length === 1 ? parts[0]!.replace(/^1 /, "") : parts.join(" ");
  }
  const [count, unit] = interval % 3_600_000 === 0 ? [interval / 3_600_000, "hour"] : interval % 60_000 === 0 ? [interval / 60_000, "minute"] : [interval / 1000, "second"];
  return count === 1 ? unit : `${count} ${unit}s`;
}
