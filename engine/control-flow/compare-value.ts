/** Compares its input with a value, and skips what depends on it when they differ (prefect.tasks.control_flow.conditional). */
import { inspect, isDeepStrictEqual } from "node:util";
import { SKIP } from "../signals.ts";
import type { TaskOptions } from "../task/task-options.ts";
import { Task } from "../task/task.ts";

/** `value` in words: texts as they are. */
export function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    // It holds itself or a bigint: any result may come here.
    return inspect(value, { depth: 1, breakLength: Infinity });
  }
}

/** Skips where the input is not equal to the value; equal by content, and 0 is -0. */
export class CompareValue extends Task<[value: any], void> {
  readonly value: unknown;
  constructor(value: unknown, options: TaskOptions = {}) {
    super({ name: `CompareValue: "${valueText(value)}"`, ...options });
    this.value = value;
  }
  override get passesInputsOn(): boolean { return true; }
  override run(value: unknown): void {
    if (value !== this.value && !isDeepStrictEqual(value, this.value)) throw new SKIP(`Provided value "${this.hidesResult ? "***" : valueText(value)}" did not match "${valueText(this.value)}"`);
  }
}
