/** Local time in a time zone. UTC needs no package; for the others Temporal is loaded when it is first needed. */
import { createRequire } from "node:module";
import type * as TemporalPolyfill from "temporal-polyfill";

/** Milliseconds of a day without a change of the clocks. */
export const DAY = 86_400_000;

type TemporalNamespace = (typeof TemporalPolyfill)["Temporal"];
let loaded: TemporalNamespace | undefined;

/** Temporal, of the machine or of the polyfill. */
export function temporal(): TemporalNamespace {
  return (loaded ??= (createRequire(import.meta.url)("temporal-polyfill") as typeof TemporalPolyfill).Temporal);
}

/** What calendar and wall clock show. */
export interface LocalTime {
  /** 1 is January. */
  readonly month: number;
  readonly day: number;
  /** 0 is Monday. */
  readonly weekday: number;
  readonly daysInMonth: number;
  /** Milliseconds since midnight by the wall clock. */
  readonly timeOfDay: number;
}

/** Does the machine know this time zone? */
export function isTimeZone(name: string): boolean {
  if (name === "UTC") return true;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** What the wall clock is ahead of UTC (milliseconds). */
export function offsetAt(time: number, timeZone: string): number {
  return timeZone === "UTC" ? 0 : temporal().Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e6;
}

/** When the clocks of a time zone change next (milliseconds since 1970); null: they do not. */
export function nextChange(time: number, timeZone: string): number | null {
  return temporal().Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone).getTimeZoneTransition("next")?.epochMilliseconds ?? null;
}

/** What calendar and wall clock of a time zone show at a time. */
export function localTime(time: Date, timeZone: string): LocalTime {
  const wall = new Date(time.getTime() + offsetAt(time.getTime(), timeZone));
  return {
    month: wall.getUTCMonth() + 1, day: wall.getUTCDate(), weekday: (wall.getUTCDay() + 6) % 7, timeOfDay: ((wall.getTime() % DAY) + DAY) % DAY,
    daysInMonth: new Date(Date.UTC(2000 + (wall.getUTCFullYear() % 400), wall.getUTCMonth() + 1, 0)).getUTCDate(),
  };
}

/**
 * When the wall clock shows a time, given as if it were UTC (milliseconds). A time that the clocks leap over counts from before
 * the leap (02:30 is then 03:30), of a time that comes twice the first is meant. Null where no Date reaches.
 */
export function timeOfWall(wall: number, timeZone: string): Date | null {
  if (!(Math.abs(wall) <= 8.64e15)) return null;
  if (timeZone === "UTC") return new Date(wall);
  try {
    return new Date(temporal().Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO("UTC").toPlainDateTime().toZonedDateTime(timeZone).epochMilliseconds);
  } catch {
    return null;
  }
}

/** The same wall clock time some calendar days later. Null where no Date reaches. */
export function addDays(time: Date, days: number, timeZone: string): Date | null {
  return days === 0 ? time : timeOfWall(time.getTime() + offsetAt(time.getTime(), timeZone) + days * DAY, timeZone);
}
