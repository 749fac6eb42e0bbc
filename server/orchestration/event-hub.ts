/** Tells who subscribes what changes: numbers the events, remembers the latest, and puts together what changes many times a second. */
import type { ServerEvent } from "../api/schemas/event.ts";
import { eventOfText } from "./event-text.ts";
import type { NumberedEvent } from "./orchestration.ts";

/** Events of one run's task runs and logs come at most once in this time (milliseconds). */
const SPAN = 100;
/** How much is remembered: events, and states in them (count). */
const MEMORY = 50_000;

type Listener = (event: NumberedEvent) => void;
type StatesEvent = Extract<ServerEvent, { type: "taskRuns" }>;

/** What one run has to tell, and when it was told last. */
interface Held {
  states: StatesEvent["states"];
  lastLog: number | null;
  timer: NodeJS.Timeout;
}

export class EventHub {
  readonly #listeners = new Set<Listener>();
  readonly #recent: NumberedEvent[] = [];
  readonly #held = new Map<string, Held>();
  #weight = 0;
  #last: number;

  /** @param last no event has had a higher id */
  constructor(last: number) {
    this.#last = last;
  }

  /** Id of the newest event that was told. */
  get last(): number { return this.#last; }

  /** @param text of the database; null: something may have been missed */
  hear(text: string | null): void {
    const event: ServerEvent = text === null ? { type: "reset" } : eventOfText(text);
    if (event.type === "taskRuns" || event.type === "logs") return this.#hold(event);
    if (event.type === "reset") this.#forget();
    // The states of the tasks come before that of the run.
    if (event.type === "flowRun") this.#flush(event.flowRunId);
    this.#tell(event);
  }

  /** See Orchestration.subscribe. */
  subscribe(listener: Listener, after?: number): () => void {
    if (after !== undefined && after !== this.#last) {
      const next = this.#recent.findIndex(({ id }) => id > after);
      const first = this.#recent[0];
      if (next < 0 || first === undefined || after < first.id - 1) listener({ id: this.#last, event: { type: "reset" } });
      else for (const event of this.#recent.slice(next)) listener(event);
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    for (const { timer } of this.#held.values()) clearTimeout(timer);
    this.#held.clear();
    this.#listeners.clear();
  }

  #hold(event: StatesEvent | Extract<ServerEvent, { type: "logs" }>): void {
    const { flowRunId } = event;
    const held = this.#held.get(flowRunId);
    if (held === undefined) {
      this.#tell(event);
      this.#held.set(flowRunId, { states: {}, lastLog: null, timer: this.#later(flowRunId) });
    } else if (event.type === "logs") held.lastLog = Math.max(held.lastLog ?? 0, event.last);
    else Object.assign(held.states, event.states);
  }

  #later(flowRunId: string): NodeJS.Timeout {
    return setTimeout(() => {
      const held = this.#held.get(flowRunId);
      if (held === undefined) return;
      if (this.#flush(flowRunId)) held.timer = this.#later(flowRunId);
      else this.#held.delete(flowRunId);
    }, SPAN).unref();
  }

  /** @returns whether there was something */
  #flush(flowRunId: string): boolean {
    const held = this.#held.get(flowRunId);
    if (held === undefined) return false;
    const { states, lastLog } = held;
    held.states = {};
    held.lastLog = null;
    const some = Object.keys(states).length > 0;
    if (some) this.#tell({ type: "taskRuns", flowRunId, states });
    if (lastLog !== null) this.#tell({ type: "logs", flowRunId, last: lastLog });
    return some || lastLog !== null;
  }

  #tell(event: ServerEvent): void {
    const numbered = { id: ++this.#last, event };
    this.#recent.push(numbered);
    this.#weight += weight(event);
    if (this.#weight > MEMORY) this.#forgetOldest();
    for (const listener of this.#listeners) {
      try {
        listener(numbered);
      } catch {
        // Who can not hear must not keep the others from hearing.
        this.#listeners.delete(listener);
      }
    }
  }

  /** Many at once: moving the rest costs as much as the rest is long. */
  #forgetOldest(): void {
    let drop = 0;
    while (this.#weight > MEMORY / 2 && drop < this.#recent.length - 1) this.#weight -= weight(this.#recent[drop++]!.event);
    this.#recent.splice(0, drop);
  }

  #forget(): void {
    this.#recent.length = 0;
    this.#weight = 0;
    for (const held of this.#held.values()) [held.states, held.lastLog] = [{}, null];
  }
}

function weight(event: ServerEvent): number {
  return event.type === "taskRuns" ? 1 + Object.keys(event.states).length : 1;
}
