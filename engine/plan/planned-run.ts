/** Runs that are never begun: a plan looks at what they would do. */
import type { ResultCache } from "../cache/result-cache.ts";
import { KeyMaker } from "../cache/task-key.ts";
import type { ContextEntries } from "../context.ts";
import type { Executor } from "../executors/executor.ts";
import { LocalExecutor } from "../executors/local-executor.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";
import type { Result } from "../results/result.ts";
import { FlowRun } from "../runners/flow-run.ts";
import type { SelectionOptions } from "../runners/selection-options.ts";
import { selectTasks, type KnownResults, type Selection } from "../runners/selection.ts";
import type { State } from "../state.ts";
import type { Task } from "../task/task.ts";
import { FlowPlan } from "./flow-plan.ts";
import { knownResults } from "./known-results.ts";
import { planTasks } from "./planner.ts";

/** What a flow is planned from. */
export interface PlanSource {
  readonly graph: FlowGraph;
  readonly cache: ResultCache;
  /** States that the tasks had last. */
  readonly latest: ReadonlyMap<Task, State>;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly result?: Result;
  readonly context: ContextEntries;
  readonly checkpointing?: boolean;
  /** Of what runs after all: results that are verified. Default: a LocalExecutor. */
  readonly executor?: Executor;
}

/** @throws FlowletError as {@link selectTasks} */
export function planFlow(source: PlanSource, options: SelectionOptions): FlowPlan {
  const run = plannedRun(source, selectTasks(source.graph, options, source.parameters, source.latest, () => whatIsKnown(source)));
  return new FlowPlan(source.graph, planTasks(run, source.latest).plans);
}

/** What a plan of the whole flow knows. */
export function whatIsKnown(source: PlanSource): KnownResults {
  const run = plannedRun(source, {});
  return knownResults(run, planTasks(run, source.latest));
}

/** The run of a plan, not yet planned. */
export function plannedRun({ cache, latest: _, ...source }: PlanSource, selection: Selection): FlowRun {
  return new FlowRun({ ...source, executor: source.executor ?? new LocalExecutor(), keys: selectedKeys(cache, source.graph.name, selection, false), ...selection });
}

/** Makes the keys of a run; what the results that it does not make are known by is known from the beginning. */
export function selectedKeys(cache: ResultCache, flowName: string, { known, knownChildren }: Selection, remembers = true): KeyMaker {
  const keys = new KeyMaker(cache, flowName, remembers);
  for (const [task, result] of known ?? []) keys.kept.set(task, result);
  for (const [task, children] of knownChildren ?? []) keys.keptChildren.set(task, children);
  return keys;
}
