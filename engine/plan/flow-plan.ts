/** What a run of a flow would do, told without running anything. */
import type { VerdictCounts } from "../../protocol/verdict.ts";
import { FlowletError, describeValue } from "../errors.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";
import type { Ref } from "../task/input-types.ts";
import { isTask, type Task } from "../task/task.ts";
import { planTable } from "./plan-table.ts";
import type { TaskPlan } from "./task-plan.ts";

/** Plans of all tasks, in the order in which a run comes to them. Later edits do not change it: plan again. */
export class FlowPlan implements Iterable<TaskPlan> {
  readonly flow: FlowGraph;
  readonly flowName: string;
  /** When it was made. */
  readonly at: Date = new Date();
  readonly tasks: readonly TaskPlan[];
  /** Number of tasks of each verdict. */
  readonly counts: VerdictCounts;
  /**
   * Time that the tasks which run are expected to take, added up: tasks that overlap end sooner (milliseconds). 0 when none runs; null when
   * nothing is known of any that does.
   */
  readonly expected: number | null;
  /** Number of tasks which run, and of which no time is known (count). */
  readonly untimed: number;
  /** Time that kept results save, added up (milliseconds). */
  readonly saves: number;
  #bySlug: Map<string, TaskPlan> | null = null;

  /** For the planner. */
  constructor(flow: FlowGraph, tasks: readonly TaskPlan[]) {
    this.flow = flow;
    this.flowName = flow.name;
    this.tasks = tasks;
    const counts = { fresh: 0, outside: 0, stale: 0, unknown: 0 };
    let expected = 0, saves = 0, timed = 0, untimed = 0;
    for (const { verdict, expected: time, saves: saved } of tasks) {
      counts[verdict]++;
      saves += saved ?? 0;
      if (verdict === "fresh" || verdict === "outside") continue;
      if (time === null) untimed++;
      else {
        timed++;
        expected += time;
      }
    }
    this.counts = counts;
    this.expected = timed === 0 && untimed > 0 ? null : expected;
    this.untimed = untimed;
    this.saves = saves;
  }

  /** Plan of a task. @param task a task of the flow, or its slug. @throws FlowletError TASK_NOT_IN_FLOW */
  get(task: Task | Ref<any> | string): TaskPlan {
    this.#bySlug ??= new Map(this.tasks.map((plan) => [plan.slug, plan]));
    const slug = typeof task === "string" ? task : this.flow.has(task as Task) ? this.flow.node(task as Task).slug : undefined;
    const plan = slug === undefined ? undefined : this.#bySlug.get(slug);
    if (plan === undefined) throw new FlowletError("TASK_NOT_IN_FLOW", { task: isTask(task) ? task.name : describeValue(task), flow: this.flowName });
    return plan;
  }

  /** The tasks that would run: stale and unknown ones. */
  get running(): readonly TaskPlan[] { return this.tasks.filter(({ verdict }) => verdict === "stale" || verdict === "unknown"); }

  [Symbol.iterator](): Iterator<TaskPlan> { return this.tasks[Symbol.iterator](); }

  /** A summary, and a table of the tasks. */
  toString(): string { return planTable(this); }
  [Symbol.for("nodejs.util.inspect.custom")](): string { return this.toString(); }
}
