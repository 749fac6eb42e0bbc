/** A block of tasks that run only if another task's result has a certain value (prefect.case). */
import { FlowletError } from "../errors.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";
import type { TaskBlock } from "../graph/task-block.ts";
import { isTask } from "../task/task.ts";
import { activeGraph } from "./active-graph.ts";
import { CompareValue, valueText } from "./compare-value.ts";

/**
 * Tasks added in `body`, which may be async, run only if the result of `condition` equals `value`; else they are skipped.
 *
 * Differs: `case` is a word of the language, hence the name; the block is a function.
 * @param condition a task, or a value
 * @param value any value that is no task; compared by content
 * @returns what `body` returns
 * @throws FlowletError CASE_VALUE_IS_TASK, NO_ACTIVE_FLOW
 */
export function caseOf<T>(condition: unknown, value: unknown, body: () => T, options: { readonly flow?: FlowGraph } = {}): T {
  if (isTask(value)) throw new FlowletError("CASE_VALUE_IS_TASK", { task: value.name });
  const flow = activeGraph(`case(${valueText(value)})`, options.flow);
  const block: TaskBlock = { kind: "case", tasks: new Set() };
  return flow.inBlock(block, body, () => {
    if (block.tasks.size === 0) return;
    const matches = new CompareValue(value, { name: `case(${valueText(value)})` });
    flow.setDependencies(matches, { keywordTasks: { value: condition } });
    for (const task of block.tasks) {
      // Tasks that follow others of the block are skipped with them.
      if (block.tasks.isDisjointFrom(flow.upstreamTasks(task))) flow.addEdge(matches, task);
    }
  });
}
