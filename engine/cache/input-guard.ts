/**
 * Watches the values that tasks get as inputs: one that a task changes is no longer what the keys were made from. What such a task
 * returns is used and not kept. Small values are looked at after each task; large ones that many tasks share are not read for each of
 * them: what those return is kept when the next look finds the value as it was.
 */
import type { Task } from "../task/task.ts";

/** An input of a task run that can be changed. */
export interface GuardedInput {
  /** Name of the input. */
  readonly name: string;
  readonly value: object;
  /** Its content when the key was made. */
  readonly content: string;
  /** Whose result it is; null for a constant. */
  readonly from: Task | null;
}

/** What the guard asks for. */
export interface GuardOptions {
  /** Content of a value now; null where it can not be judged. */
  readonly read: (value: object) => string | null;
  /** Called for a task whose result is known by a content that it no longer has. */
  readonly changed: (task: Task) => void;
}

/** A task run whose result waits to be kept. */
export interface GuardedRun {
  /** Name of the task run. */
  readonly name: string;
  readonly inputs: readonly GuardedInput[];
  /** Keeps the result. */
  keep(): void;
  /** The result is not kept. @param input that was changed @param suspects names of the task runs that may have done it, this one's among them */
  refuse(input: string, suspects: readonly string[]): void;
}

interface Watched {
  readonly value: object;
  content: string | null;
  readonly from: Set<Task>;
  /** What the last look took (milliseconds). */
  cost: number;
  readonly runs: GuardedRun[];
}

/** Looks may take this share of the time between them. */
const SHARE = 0.2;

/** Of one flow run. */
export class InputGuard {
  readonly #options: GuardOptions;
  readonly #watched = new Map<object, Watched>();
  readonly #unseen = new Set<Watched>();
  readonly #waiting: GuardedRun[] = [];
  #cost = 0;
  #lookedAt = performance.now();

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** A task has run: its result is kept now or at a later look, or refused. */
  ran(run: GuardedRun): void {
    this.#waiting.push(run);
    for (const { value, content, from } of run.inputs) {
      let watched = this.#watched.get(value);
      if (watched === undefined) this.#watched.set(value, (watched = { value, content, from: new Set(), cost: 0, runs: [] }));
      // What the key was made from: where the value has changed before, the look tells.
      if (!this.#unseen.has(watched)) {
        watched.content = content;
        this.#unseen.add(watched);
        this.#cost += watched.cost;
      }
      if (from !== null) watched.from.add(from);
      watched.runs.push(run);
    }
    if (this.#cost <= SHARE * (performance.now() - this.#lookedAt)) this.look();
  }

  /** Looks at all that tasks have had since the last look. */
  look(): void {
    if (this.#waiting.length === 0) return;
    const refused = new Map<GuardedRun, { readonly input: string; readonly suspects: readonly string[] }>();
    for (const watched of this.#unseen) {
      const began = performance.now();
      const now = this.#options.read(watched.value);
      watched.cost = performance.now() - began;
      if (now !== watched.content || watched.runs.some(({ inputs }) => inputs.some(({ value, content }) => value === watched.value && content !== now))) {
        const suspects = watched.runs.map(({ name }) => name);
        for (const run of watched.runs) refused.set(run, { input: run.inputs.find(({ value }) => value === watched.value)?.name ?? "", suspects });
        for (const task of watched.from) this.#options.changed(task);
      }
      watched.runs.length = 0;
    }
    this.#unseen.clear();
    this.#cost = 0;
    this.#lookedAt = performance.now();
    for (const run of this.#waiting.splice(0)) {
      const found = refused.get(run);
      if (found === undefined) run.keep();
      else run.refuse(found.input, found.suspects);
    }
  }
}
