/** Which of a schedule's events a flow is run for, one run at a time (prefect.core.flow, Flow._run). */
import type { ClockEvent } from "./clock.ts";
import { sameRun } from "./merged-clocks.ts";
import { CANDIDATES, type Schedule, type ScheduleEnd } from "./schedule.ts";

/**
 * Gives out events in order. A time that passes while a run with the same parameters and labels is going on is left out; one with
 * others is made up for after it, once.
 *
 * Differs: Prefect leaves out every time that has passed, so of two clocks with the same times one never runs.
 */
export class DueEvents {
  readonly #schedule: Schedule;
  #events: Iterator<ClockEvent, ScheduleEnd>;
  /** Taken from the schedule, and not due yet. */
  #ahead: ClockEvent | null = null;
  /** Passed, to be made up for. */
  #late: ClockEvent[] = [];
  #latest: ClockEvent | null = null;
  /** How the schedule ended, once it has. */
  end: ScheduleEnd | null = null;

  constructor(schedule: Schedule, now: Date) {
    this.#schedule = schedule;
    this.#events = schedule.events(now);
    // An adjustment may lead to a time that is over already.
    this.#pass(now);
    this.#late = [];
  }

  /** The event to run for next; null where there is none left, see {@link end}. */
  next(now: Date = new Date()): ClockEvent | null {
    this.#pass(now);
    const latest = this.#latest;
    const late = latest === null ? this.#late : this.#late.filter((event) => !sameRun(event, latest));
    this.#latest = late.shift() ?? this.#ahead;
    if (this.#latest === this.#ahead) this.#ahead = null;
    this.#late = late;
    return this.#latest;
  }

  /** Takes the events that are over by now; the last of each kind is kept. */
  #pass(now: Date): void {
    for (let passed = 0; this.end === null; passed++) {
      this.#ahead ??= this.#take();
      if (this.#ahead === null || this.#ahead.startTime > now) return;
      const event = this.#ahead;
      this.#ahead = null;
      this.#late = [...this.#late.filter((other) => !sameRun(other, event)), event];
      // After a long sleep of the machine nobody needs what has passed one by one.
      if (passed === CANDIDATES) this.#events = this.#schedule.events(now);
    }
  }

  #take(): ClockEvent | null {
    const { value, done } = this.#events.next();
    if (done !== true) return value;
    this.end = value;
    return null;
  }
}
