/** Which tasks of a flow run: all, one with its upstream results kept, or one and what follows. */
import { FlowletError, listNames } from "../errors.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";
import type { State } from "../state.ts";
import type { Task } from "../task/task.ts";

/** At most one of them. */
export interface SelectionOptions {
  /** Exactly these tasks, even where results are kept; the results of what they depend on are those of the last run, but secrets are read anew. */
  readonly only?: Iterable<Task>;
  /** These tasks and everything downstream of them, even where results are kept. */
  readonly from?: Iterable<Task>;
}

/** What a flow run does with each task. */
export interface Selection {
  readonly selected?: ReadonlySet<Task>;
  readonly forced?: ReadonlySet<Task>;
  readonly taskStates?: ReadonlyMap<Task, State>;
}

/**
 * @param latest states that the flow's tasks had last
 * @throws FlowletError TASK_NOT_IN_FLOW, UNKNOWN_TASKS_TO_RUN when a result that is needed is not there
 */
export function selectTasks(graph: FlowGraph, options: SelectionOptions, latest: ReadonlyMap<Task, State>): Selection {
  if (options.only === undefined && options.from === undefined) return {};
  const selected = options.only !== undefined ? new Set(options.only) : graph.downstreamOf(options.from as Iterable<Task>);
  const missing: string[] = [];
  for (const task of selected) {
    // Secrets are not kept: what needs one reads it anew.
    for (const { upstreamTask } of graph.node(task).upstream) if (upstreamTask.hidesResult) selected.add(upstreamTask);
    for (const { upstreamTask } of graph.node(task).upstream) {
      if (!selected.has(upstreamTask) && latest.get(upstreamTask)?.isFinished() !== true) missing.push(graph.node(upstreamTask).slug);
    }
  }
  if (missing.length > 0) {
    throw new FlowletError("UNKNOWN_TASKS_TO_RUN", {
      names: listNames([...selected].map((task) => graph.node(task).slug)), flow: graph.name, why: `there is no result of ${listNames([...new Set(missing)])} yet`,
    });
  }
  const taskStates = new Map<Task, State>();
  for (const task of graph.tasks) {
    const state = latest.get(task);
    if (state !== undefined && !selected.has(task)) taskStates.set(task, state);
  }
  return { selected, forced: selected, taskStates };
}
