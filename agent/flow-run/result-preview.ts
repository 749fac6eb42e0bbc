/** A task's result as text, for the pages of the server. */
import { inspect } from "node:util";
import type { State, Task } from "../../engine/index.ts";

/** Longest preview (characters). */
const LONGEST = 10_000;

/** Null where there is nothing to show, or nothing that may be: secrets. Never throws, whatever the value's own methods do. */
export function resultPreview(task: Task, { result, type }: State): string | null {
  if (result === undefined || task.hidesResult || type === "Mapped" || result instanceof Error) return null;
  try {
    const text = typeof result === "string" ? result : inspect(result, { depth: 4, maxArrayLength: 100, maxStringLength: 2000, breakLength: 100 });
    return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
  } catch {
    return null;
  }
}
