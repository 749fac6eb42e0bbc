/** What a plan knows of tasks that a selection leaves out. */
import { latestKept } from "../cache/kept-manifest.ts";
import type { KeyMaker } from "../cache/task-key.ts";
import type { FlowRun } from "../runners/flow-run.ts";
import type { KnownResults } from "../runners/selection.ts";
import type { PlannedTasks } from "./planner.ts";

/** @param run that was planned; @param planned its tasks */
export function knownResults(run: FlowRun, { plans, states }: PlannedTasks): KnownResults {
  const keys = run.keys as KeyMaker;
  const byTask = new Map(plans.map((plan) => [plan.task, plan]));
  return {
    keys,
    state(task) {
      const state = states[run.graph.node(task).position];
      return state?.isFinished() === true ? state : undefined;
    },
    reason(task) {
      const plan = byTask.get(task);
      return plan === undefined || plan.verdict === "fresh" || plan.verdict === "outside" ? null : plan.reason;
    },
    lastKept(task) {
      const node = run.graph.node(task);
      // Children of a mapped task have a key each; the last one is not the task's.
      if (node.upstream.some((edge) => edge.mapped)) return undefined;
      const parts = keys.record(node)?.parts;
      const kept = parts === undefined ? undefined : latestKept(keys.cache, parts.key);
      return typeof kept === "string" ? undefined : kept;
    },
  };
}
