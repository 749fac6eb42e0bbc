/** How the tests of schedules write times. */
import { Temporal } from "temporal-polyfill";
import type { Clock, ClockEvent } from "../../../engine/index.ts";

/** A time in UTC. */
export const at = (text: string) => new Date(`${text}Z`);

/** Times as UTC texts, to the second. */
export const utc = (events: readonly ClockEvent[]) => events.map((event) => event.startTime.toISOString().slice(0, 19));

/** A time as the wall clock of a zone shows it, with its offset. */
export const wall = (time: Date, timeZone: string) => {
  const zoned = Temporal.Instant.fromEpochMilliseconds(time.getTime()).toZonedDateTimeISO(timeZone);
  return `${zoned.toPlainDateTime().toString({ smallestUnit: "minute" })}${zoned.offset}`;
};

/** The first events of a clock. */
export function first(clock: Clock, n: number, after: Date): ClockEvent[] {
  const events: ClockEvent[] = [];
  for (const event of clock.events(after)) if (events.push(event) === n) break;
  return events;
}

/** The first events of a clock, by the wall clock of its zone. */
export const walls = (clock: Clock, n: number, after: Date) => first(clock, n, after).map((event) => wall(event.startTime, event.timeZone));

/** Repeatable numbers from 0 to 1. */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => ((state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31);
}
