/** What running kept results again has shown. */
import { formatDuration } from "../cache/format-time.ts";
import type { Task } from "../task/task.ts";

/** One kept result. */
export interface VerifiedResult {
  readonly task: Task;
  readonly slug: string;
  /** Name of the task, of a mapped child `name[index]`. */
  readonly name: string;
  /** Index of a mapped child, else null. */
  readonly mapIndex: number | null;
  /** `failed`: it could not be run, or its result not be compared. */
  readonly outcome: "same" | "different" | "failed";
  /** Where the new result differs (`[3].price: 2 → 3`), or why it could not be run. Null: it is the same. */
  readonly difference: string | null;
  /** Time that it took (milliseconds). */
  readonly duration: number;
  /** The kept result was dropped: the next run runs the task. */
  readonly dropped: boolean;
}

/** In the order in which they were run. */
export class VerifyReport implements Iterable<VerifiedResult> {
  readonly flowName: string;
  /** The same seed takes the same sample of the same results. */
  readonly seed: number;
  /** Kept results that could have been looked at (count). */
  readonly candidates: number;
  /** Kept results from outside: they may well differ, and are not looked at (count). */
  readonly outside: number;
  readonly results: readonly VerifiedResult[];

  /** For flow.verify. */
  constructor(report: Pick<VerifyReport, "flowName" | "seed" | "candidates" | "outside" | "results">) {
    this.flowName = report.flowName;
    this.seed = report.seed;
    this.candidates = report.candidates;
    this.outside = report.outside;
    this.results = report.results;
  }

  get different(): readonly VerifiedResult[] { return this.results.filter(({ outcome }) => outcome === "different"); }
  get failed(): readonly VerifiedResult[] { return this.results.filter(({ outcome }) => outcome === "failed"); }

  [Symbol.iterator](): Iterator<VerifiedResult> { return this.results[Symbol.iterator](); }

  /** "3 of 12 kept results run again: 2 same, 1 different" */
  get summary(): string {
    const count = (wanted: VerifiedResult["outcome"]) => this.results.filter(({ outcome }) => outcome === wanted).length;
    const counts = (["same", "different", "failed"] as const).map((outcome) => [count(outcome), outcome] as const).filter(([number]) => number > 0).map(([number, outcome]) => `${number} ${outcome}`);
    const outside = this.outside === 0 ? "" : `; ${this.outside} from outside not looked at`;
    return `${this.results.length} of ${this.candidates} kept results run again${counts.length === 0 ? "" : `: ${counts.join(", ")}`}${outside}`;
  }

  toString(): string {
    const width = Math.max(0, ...this.results.map(({ name }) => name.length));
    const lines = this.results.map(({ name, outcome, difference, duration, dropped }) => `  ${name.padEnd(width)}  ${outcome.padEnd(9)}  ${formatDuration(duration)}${difference === null ? "" : `  ${difference}`}${dropped ? ", dropped" : ""}`);
    return [`Flow "${this.flowName}": ${this.summary} (seed ${this.seed})`, ...lines].join("\n");
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string { return this.toString(); }
}
