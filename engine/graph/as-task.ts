/** Turns an input into tasks: a task is itself, a structure that holds tasks becomes a collecting task, the rest is constant. */
import { DictTask, ListTask, SetTask, TupleTask, argumentKey } from "../task/collection-tasks.ts";
import { EdgeAnnotation } from "../task/edge-annotations.ts";
import { isTask, type Task } from "../task/task.ts";
import type { FlowBuilder } from "./active-flow.ts";

/** Array, plain object or Set: what is looked into for tasks. */
function isStructure(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value) || value instanceof Set) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function elements(structure: object): readonly unknown[] {
  return Array.isArray(structure) ? structure : structure instanceof Set ? [...structure] : Object.values(structure);
}

/** Does `value` hold a task, at any depth? Cycles are fine. */
export function holdsTask(value: unknown): boolean {
  if (isTask(value) || value instanceof EdgeAnnotation) return true;
  if (!isStructure(value)) return false;
  const seen = new Set<object>([value]);
  const rest: object[] = [value];
  for (let structure = rest.pop(); structure !== undefined; structure = rest.pop()) {
    for (const element of elements(structure)) {
      if (isTask(element) || element instanceof EdgeAnnotation) return true;
      if (isStructure(element) && !seen.has(element)) {
        seen.add(element);
        rest.push(element);
      }
    }
  }
  return false;
}

/** The task for a value that holds a task; collecting tasks are added to the flow with their inputs. A frozen array is a tuple. */
export function asTask(value: unknown, flow: FlowBuilder): Task {
  if (isTask(value)) return value;
  const structure = value as object;
  if (!Array.isArray(structure) && !(structure instanceof Set)) {
    const dictionary = new DictTask();
    flow.setDependencies(dictionary, { keywordTasks: { keys: Object.keys(structure), values: Object.values(structure) } });
    return dictionary;
  }
  const collected = elements(structure);
  const collector = structure instanceof Set ? new SetTask(collected.length) : Object.isFrozen(structure) ? new TupleTask(collected.length) : new ListTask(collected.length);
  const keywordTasks: Record<string, unknown> = {};
  // Nested structures resolve one level a call: the depth is that of the literal a user wrote.
  collected.forEach((element, index) => { keywordTasks[argumentKey(index)] = element; });
  flow.setDependencies(collector, { keywordTasks });
  return collector;
}
