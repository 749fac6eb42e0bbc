/** How a user chooses what of a flow runs, and what can not be asked for together. */
import { FlowletError, describeValue } from "../errors.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";
import type { OptionCheck } from "../option-checks.ts";
import type { Ref } from "../task/input-types.ts";
import { isTask, type Task } from "../task/task.ts";

/** One or several tasks of a flow: themselves, their slugs, or a name, which stands for all tasks that have it. */
export type TaskChoice = Task | Ref<any> | string | Iterable<Task | Ref<any> | string>;

/**
 * Which tasks run. `only`, `from` and `failed` each say where to begin: one of them at most; with one of them, parameters that are not
 * given have the values of the last run. `upTo` says where to end. `refresh` and `freeze` go with all of them.
 *
 * What a task needs of those that do not run: parameters as they are given, else the kept result where it is fresh, else what the last run
 * gave, whatever has changed since. So it works after a restart of the kernel too.
 *
 * Differs: Prefect runs a flow as a whole, or goes on from states that are given.
 */
export interface SelectionOptions {
  /** Exactly these tasks, even where results are kept; secrets that they need are read anew. */
  readonly only?: TaskChoice;
  /** These tasks and what they need; kept results are used. With `from` or `failed`: only what leads to these. */
  readonly upTo?: TaskChoice;
  /** These tasks and everything downstream of them, even where results are kept. */
  readonly from?: TaskChoice;
  /** What failed, was cancelled or was not finished in the last run, of mapped tasks only such children, and what follows. Nothing: nothing runs. */
  readonly failed?: boolean;
  /** These tasks run although their results are kept, what follows them where they give something else; true: all that would run or be kept. */
  readonly refresh?: true | TaskChoice;
  /** These tasks do not run: their kept result, else their last one, is used even where it is stale, and their states say so. */
  readonly freeze?: TaskChoice;
}

/** Does it go on from the last run, rather than begin? */
export function goesOn({ only, from, failed }: SelectionOptions): boolean { return only !== undefined || from !== undefined || failed === true; }

const isOne = (value: unknown): value is Task | string => isTask(value) || (typeof value === "string" && value !== "");

/** For the checks of options. */
export const TASK_CHOICE: OptionCheck = ["a task, its slug or name, or a list of these", (value) => isOne(value) || (typeof value === "object" && value !== null && Symbol.iterator in value)];

/** The tasks that are chosen. @throws FlowletError TASK_NOT_IN_FLOW */
export function chosenTasks(graph: FlowGraph, choice: TaskChoice): Set<Task> {
  const found = new Set<Task>();
  for (const one of isOne(choice) ? [choice] : (choice as Iterable<Task | string>)) {
    if (typeof one !== "string") {
      found.add(graph.node(one).task);
      continue;
    }
    const bySlug = graph.taskBySlug(one);
    const named = bySlug === undefined ? graph.getTasks({ name: one }) : [bySlug];
    if (named.length === 0) throw new FlowletError("TASK_NOT_IN_FLOW", { task: describeValue(one), flow: graph.name });
    for (const task of named) found.add(task);
  }
  return found;
}

/** @throws FlowletError CONTRADICTORY_SELECTION */
export function checkSelection(graph: FlowGraph, options: SelectionOptions, selected: ReadonlySet<Task>, refreshed: ReadonlySet<Task>, frozen: ReadonlySet<Task>): void {
  const refuse = (why: string): never => { throw new FlowletError("CONTRADICTORY_SELECTION", { flow: graph.name, why }); };
  const starts = [options.only !== undefined && "only", options.from !== undefined && "from", options.failed === true && "failed"].filter((name) => name !== false);
  if (starts.length > 1) refuse(`${starts.join(" and ")} both say what to begin with`);
  if (options.only !== undefined && options.upTo !== undefined) refuse("only and upTo both say where to end");
  for (const [name, choice] of [["only", options.only], ["from", options.from], ["upTo", options.upTo]] as const) {
    if (choice === undefined) continue;
    for (const task of chosenTasks(graph, choice)) if (frozen.has(task)) refuse(`${graph.node(task).slug} is in ${name} and in freeze`);
  }
  if (options.from !== undefined && options.upTo !== undefined && selected.size === 0) refuse("nothing of from leads to upTo");
  for (const task of refreshed) {
    if (frozen.has(task)) refuse(`${graph.node(task).slug} is in refresh and in freeze`);
    if (!selected.has(task)) refuse(`${graph.node(task).slug} is in refresh, and is none of the tasks that run`);
  }
}
