/** What a plan says of one task. */
import type { Verdict, VerdictCounts } from "../../protocol/verdict.ts";
import type { Task } from "../task/task.ts";

/** What a run would do with one task. */
export interface TaskPlan {
  readonly task: Task;
  /** Of the task in its flow. */
  readonly slug: string;
  readonly name: string;
  readonly verdict: Verdict;
  /** Why, in words: "helper `clean` changed", "follows `load`, which runs (unless its result is equal)". */
  readonly reason: string;
  /** When the kept result that would be used was made; of a mapped task the oldest of its children's. Null: none is used. */
  readonly keptAt: Date | null;
  /** How long the task is expected to run if it does, from earlier runs; of a mapped task its children that run together (milliseconds). Null: not known. */
  readonly expected: number | null;
  /** Time that the kept result saves, of a mapped task those of its children (milliseconds). Null: nothing is saved. */
  readonly saves: number | null;
  /** Of a mapped task whose elements are known: how many of its children are what. */
  readonly children?: VerdictCounts;
}
