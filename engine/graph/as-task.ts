/** Turns an input into tasks: a task is itself, a structure that holds tasks becomes a collecting task, the rest is constant. */
import { DictTask, ListTask, SetTask, argumentKey } from "../task/collection-tasks.ts";
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
  if (isTask(value)) return true;
  if (!isStructure(value)) return false;
  const seen = new Set<object>([value]);
  const rest: object[] = [value];
  for (let structure = rest.pop(); structure !== undefined; structure = rest.pop()) {
    for (const element of elements(structure)) {
      if (isTask(element)) return true;
      if (isStructure(element) && !seen.has(element)) {
        seen.add(element);
        rest.push(element);
      }
    }
  }
  return false;
}

/** The task for a value that holds a task; collecting tasks are added to the flow with their inputs. */
export function asTask(value: unknown, flow: FlowBuilder): Task {
  if (isTask(value)) return value;
  const structure = value as object;
  const collected = elements(structure);
  const collector = Array.isArray(structure)
    ? new ListTask(collected.length)
    : structure instanceof Set
      ? new SetTask(collected.length)
      : new DictTask(Object.keys(structure));
  const keywordTasks: Record<string, unknown> = {};
  // Nested structures resolve one level a call: the depth is that of the literal a user wrote.
  collected.forEach((element, index) => { keywordTasks[argumentKey(index)] = element; });
  flow.setDependencies(collector, { keywordTasks });
  return collector;
}
