/** A clock that follows a recurrence rule of iCalendar (prefect.schedules.clocks.RRuleClock). */
import { createRequire } from "node:module";
import type * as RRulePackage from "rrule-temporal";
import { FlowletError, describeValue } from "../errors.ts";
import { BasicClock, FIRST_DAY, checkedTimeZone, unschedulable, type ClockOptions } from "./clock.ts";
import { temporal, timeOfWall } from "./local-time.ts";
import { readRecurrence } from "./recurrence-text.ts";

/** Times that are fetched at once: a few for the first, then up to this many. */
const AT_ONCE = 500;

/**
 * At the times of a recurrence rule (RFC 5545): `FREQ=MONTHLY;BYDAY=-1FR`, or lines with DTSTART, RRULE, RDATE and EXDATE.
 *
 * DTSTART without a time zone of its own is in `timeZone`. A rule without DTSTART begins at `startDate`, or at midnight of
 * 2019-01-01. Local times that do not exist (a day that a month has not, an hour that the clocks leap over) are left out, a
 * repeated hour counts once, as the RFC says.
 */
export class RRuleClock extends BasicClock {
  /** The rule's text. */
  readonly rule: string;
  readonly #rule: RRulePackage.RRuleTemporal;

  /**
   * @param rule a text, or an object whose `toString()` gives it (those of `rrule-temporal` and `rrule`)
   * @throws FlowletError UNSCHEDULABLE for a rule that can not be read
   */
  constructor(rule: string | { toString(): string }, options: ClockOptions = {}) {
    const text = typeof rule === "string" || (typeof rule === "object" && rule !== null) ? String(rule) : null;
    const { lines, hasStart, timeZone } = readable(text ?? describeValue(rule), () => {
      if (text === null) throw new Error("it must be a text or a rule");
      const read = readRecurrence(text);
      if (read.timeZone !== null) checkedTimeZone(read.timeZone);
      const timeZone = options.timeZone ?? read.timeZone ?? "UTC";
      if (read.timeZone !== null && read.timeZone !== timeZone) throw new Error(`its DTSTART is in ${read.timeZone}, the option timeZone says ${describeValue(timeZone)}`);
      return { ...read, timeZone };
    });
    super({ ...options, timeZone });
    this.rule = text as string;
    this.#rule = readable(this.rule, () => {
      const { RRuleTemporal } = createRequire(import.meta.url)("rrule-temporal") as typeof RRulePackage;
      const start = (this.startDate ?? timeOfWall(FIRST_DAY, timeZone)) as Date;
      const dtstart = temporal().Instant.fromEpochMilliseconds(Math.ceil(start.getTime() / 1000) * 1000).toZonedDateTimeISO(timeZone);
      return new RRuleTemporal({ rruleString: lines.join("\n"), tzid: timeZone, ...(hasStart ? {} : { dtstart }) });
    });
  }

  protected override *times(after: Date): Generator<Date, void> {
    // Looking for the next one begins anew each time, and is slow for rules with a count; a window of times is fetched at once.
    let [latest, width] = [after, 0];
    for (;;) {
      const times = this.#between(latest, latest.getTime() + width);
      if (times.length === 0) {
        const next = this.#next(latest);
        if (next === null) return;
        times.push(next);
        const gap = next.getTime() - latest.getTime();
        width = Math.max(1000, width === 0 ? gap : Math.min(width, gap));
      }
      yield* times;
      latest = times[times.length - 1];
      width = times.length > AT_ONCE / 4 ? (width * AT_ONCE) / 2 / times.length : width * 4;
    }
  }

  #between(after: Date, end: number): Date[] {
    if (end === after.getTime() || end > 8.64e15) return [];
    try {
      return this.#rule.between(after, new Date(end), true).map((time) => new Date(time.epochMilliseconds)).filter((time) => time > after);
    } catch {
      // More than the package takes at once.
      return [];
    }
  }

  #next(after: Date): Date | null {
    try {
      const next = this.#rule.next(after);
      return next === null ? null : new Date(next.epochMilliseconds);
    } catch (error) {
      throw unschedulable(`no time of the recurrence rule ${describeRule(this.rule)} was found after ${after.toISOString()} (${(error as Error).message})`, error);
    }
  }
}

function readable<T>(rule: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FlowletError) throw error;
    throw unschedulable(`the recurrence rule ${describeRule(rule)} can not be read (${(error as Error).message})`, error);
  }
}

function describeRule(rule: string): string {
  return JSON.stringify(rule.length > 200 ? `${rule.slice(0, 200)}…` : rule);
}
