/** What names of the notebook mean now. */
import { FunctionTask, isTask, Flow, Task } from "../../engine/index.ts";
import { sharedCapturedValues } from "../../engine/embedding.ts";
import { hiddenName, isGlobalName } from "../language/global-names.ts";

/** Kinds of values that matter to what a statement may change. */
export type ValueKind = "flow" | "task" | "task class" | "function" | "plain" | "object" | "unknown";

/** Value of a name that a cell has declared; undefined where it has none. */
export function valueOf(name: string): unknown {
  const found = sharedCapturedValues().lookUp(isGlobalName(name) ? hiddenName(name) : name);
  return "value" in found ? found.value : undefined;
}

/** Does a name that no cell has declared have a value? */
export function isInMemory(name: string): boolean {
  return "value" in sharedCapturedValues().lookUp(name);
}

/** Follows a path through plain properties; runs no code of the user. @returns undefined where it leads nowhere */
export function memberAt(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if ((typeof current !== "object" && typeof current !== "function") || current === null) return undefined;
    current = Object.getOwnPropertyDescriptor(current, key)?.value;
  }
  return current;
}

export function kindOf(value: unknown): ValueKind {
  if (value === undefined) return "unknown";
  if (value instanceof Flow) return "flow";
  if (isTask(value)) return "task";
  if (typeof value === "function") return value.prototype instanceof Task && value !== FunctionTask ? "task class" : "function";
  return typeof value === "object" && value !== null ? "object" : "plain";
}

/** Does the value hold the flow, directly or one step further? */
export function holds(value: unknown, flow: Flow): boolean {
  if (value === flow) return true;
  if (typeof value !== "object" || value === null || kindOf(value) !== "object") return false;
  if (value instanceof Map) return [...value.values()].includes(flow);
  if (value instanceof Set) return value.has(flow);
  return Object.values(Object.getOwnPropertyDescriptors(value)).some((property) => property.value === flow);
}
