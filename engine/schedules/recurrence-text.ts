/** Reads the text of a recurrence rule (RFC 5545) strictly: what the package would silently leave out is refused here. */
import { describeValue } from "../errors.ts";

/** What a rule's text says. */
export interface RecurrenceText {
  /** The lines, unfolded. */
  readonly lines: readonly string[];
  readonly hasStart: boolean;
  /** The time zone that DTSTART names; null: none. */
  readonly timeZone: string | null;
  /** It says how often it happens in all. */
  readonly counted: boolean;
}

/** Bounds of the numbers in a part; the sign is free where the lowest is 1. */
const NUMBERS: Readonly<Record<string, readonly [number, number]>> = {
  BYSECOND: [0, 59], BYMINUTE: [0, 59], BYHOUR: [0, 23], BYMONTHDAY: [1, 31], BYYEARDAY: [1, 366], BYWEEKNO: [1, 53], BYSETPOS: [1, 366],
};
const OTHERS = ["FREQ", "UNTIL", "COUNT", "INTERVAL", "BYDAY", "BYMONTH", "WKST", "RSCALE", "SKIP"];

/** @throws Error that says what is wrong */
export function readRecurrence(text: string): RecurrenceText {
  const lines = text.trim().replaceAll(/\r?\n[ \t]/g, "").split(/\s*\n\s*/);
  if (lines.length === 1 && /^FREQ=/i.test(lines[0])) lines[0] = `RRULE:${lines[0]}`;
  let [rules, starts, counted, timeZone]: [number, number, boolean, string | null] = [0, 0, false, null];
  const read = lines.map((line) => {
    const [, property, options, value] = /^([A-Za-z-]+)((?:;[^:]*)?):(.*)$/.exec(line) ?? [];
    const name = property?.toUpperCase();
    if (name === "DTSTART") {
      starts++;
      timeZone = value.toUpperCase().endsWith("Z") ? "UTC" : (/;TZID=([^;]*)/i.exec(options)?.[1] ?? null);
    } else if (name === "RRULE") {
      rules++;
      counted = checkParts(value);
      return `RRULE:${value.toUpperCase()}`;
    } else if (name !== "RDATE" && name !== "EXDATE") {
      throw new Error(`the line ${describeValue(line)} is none of DTSTART, RRULE, RDATE and EXDATE`);
    }
    return `${name}${options}:${value}`;
  });
  if (rules !== 1 || starts > 1) throw new Error("it must have one RRULE, and one DTSTART at most; take a clock for each rule");
  return { lines: read, hasStart: starts === 1, timeZone, counted };
}

/** @returns whether there is a COUNT */
function checkParts(value: string): boolean {
  const seen = new Set<string>();
  for (const part of value.toUpperCase().split(";")) {
    const [name, text = ""] = part.split(/=(.*)/s);
    const fail = (expected: string) => new Error(`${name} must be ${expected}, got ${describeValue(text)}`);
    if (seen.has(name)) throw new Error(`${name} is there twice`);
    seen.add(name);
    const bounds = name === "BYMONTH" && !/(^|;)RSCALE=/i.test(value) ? ([1, 12] as const) : NUMBERS[name];
    if (bounds !== undefined) {
      const [low, high] = bounds;
      const signed = low === 1 && name !== "BYMONTH";
      for (const number of text.split(",")) {
        const size = /^[+-]?\d+$/.test(number) ? Number(number) : NaN;
        if (!((signed ? Math.abs(size) : size) >= low && Math.abs(size) <= high)) throw fail(`${signed ? "±" : ""}${low} to ${high}`);
      }
    } else if (!OTHERS.includes(name)) {
      throw new Error(`${describeValue(part)} is no part of a rule`);
    }
    if ((name === "COUNT" || name === "INTERVAL") && !/^0*[1-9]\d*$/.test(text)) throw fail("a whole number above 0");
  }
  return seen.has("COUNT");
}
