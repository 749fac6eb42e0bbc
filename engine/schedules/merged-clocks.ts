/** Several clocks as one series. */
import { isDeepStrictEqual } from "node:util";
import { checkedDate, type Clock, type ClockEvent } from "./clock.ts";

/** The events of all clocks in order of time; those that are equal in time, parameters and labels come once. */
export class MergedClocks {
  readonly #clocks: readonly Clock[];
  readonly #series: Iterator<ClockEvent>[];
  readonly #heads: (ClockEvent | null)[];
  /** What was given out at the latest time. */
  #latest: ClockEvent[] = [];

  constructor(clocks: readonly Clock[], after: Date) {
    this.#clocks = clocks;
    this.#series = clocks.map((clock) => clock.events(after)[Symbol.iterator]());
    this.#heads = this.#series.map((_, i) => this.#pull(i, after.getTime()));
  }

  /** Null where all clocks have ended. */
  next(): ClockEvent | null {
    for (;;) {
      let first = -1;
      for (const [i, head] of this.#heads.entries()) {
        if (head !== null && (first === -1 || head.startTime < (this.#heads[first] as ClockEvent).startTime)) first = i;
      }
      if (first === -1) return null;
      const event = this.#heads[first] as ClockEvent;
      this.#heads[first] = this.#pull(first, event.startTime.getTime());
      if (this.#latest.length > 0 && this.#latest[0].startTime.getTime() !== event.startTime.getTime()) this.#latest = [];
      if (this.#latest.some((other) => sameRun(other, event))) continue;
      this.#latest.push(event);
      return event;
    }
  }

  /** Leaves out events of the clocks of a time zone before a time (milliseconds since 1970; Infinity: all). */
  skipTo(time: number, timeZone: string): void {
    for (const [i, head] of this.#heads.entries()) {
      if (head === null || head.startTime.getTime() >= time || this.#clocks[i].timeZone !== timeZone) continue;
      if (time > 8.64e15) {
        this.#heads[i] = null;
      } else {
        this.#series[i] = this.#clocks[i].events(new Date(time - 1))[Symbol.iterator]();
        this.#heads[i] = this.#pull(i, time - 1);
      }
    }
  }

  /** The next event of a clock, strictly after a time. */
  #pull(i: number, after: number): ClockEvent | null {
    for (;;) {
      const { value, done } = this.#series[i].next();
      if (done === true) return null;
      if (checkedDate((value as ClockEvent).startTime, `the startTime of an event of ${this.#clocks[i].constructor.name}`).getTime() > after) return value;
    }
  }
}

/** Would two events make the same run, but for the time? */
export function sameRun(one: ClockEvent, other: ClockEvent): boolean {
  const same = (a: unknown, b: unknown) => a === b || isDeepStrictEqual(a, b);
  return same(one.parameterDefaults, other.parameterDefaults) && same(one.labels ?? null, other.labels ?? null);
}
