/** Which tasks stay on the main thread. */
import { sharedCapturedValues } from "../../cache/captured-values.ts";
import { scriptOrigin } from "../../cache/script-origin.ts";
import { FunctionTask } from "../../task/function-task.ts";
import type { Task } from "../../task/task.ts";

/** Tasks with this tag stay, whatever they are. */
const STAYS = "main-thread";

const engineClasses = new WeakMap<Function, boolean>();

/**
 * What the engine itself does for a flow takes less time than a message (parameters, lists, operators, branches), or has to do
 * with what can not be sent (resources).
 */
export function runsOnMainThread(task: Task): boolean {
  if (task.tags.has(STAYS)) return true;
  const taskClass = task.original.constructor;
  return taskClass !== FunctionTask && isEngineClass(taskClass);
}

function isEngineClass(taskClass: Function): boolean {
  let known = engineClasses.get(taskClass);
  if (known === undefined) {
    engineClasses.set(taskClass, (known = scriptOrigin(sharedCapturedValues().originOf(taskClass).url).kind === "engine"));
  }
  return known;
}
