/** Tasks made from a function (prefect.tasks.core.function, the `@task` decorator). */
import { FlowletError, describeValue } from "../errors.ts";
import type { TaskOptions } from "./task-options.ts";
import { checkTaskFunction } from "./input-names.ts";
import { Task } from "./task.ts";

/** Runs a function. */
export class FunctionTask<A extends readonly any[] = any[], R = any> extends Task<A, R> {
  /** The function, as given. */
  override readonly run: (...inputs: A) => R | Promise<R>;

  constructor(run: (...inputs: A) => R | Promise<R>, options: TaskOptions = {}) {
    // Without a name of its own it is "task" until the const it is assigned to names it.
    super(options.name === undefined && run.name !== "" ? { ...options, name: run.name } : options, "task");
    checkTaskFunction(run, this.name);
    this.run = run;
  }
}

/** The task that a function makes. */
export type TaskOf<F> = F extends (...inputs: infer A) => infer R ? Task<A, Awaited<R>> : never;

/**
 * Makes a task of a function: `const add = task((x: number, y = 1) => x + y)`.
 *
 * The function may be async. Its parameter names are the names of the inputs; no name is reserved. A generic function loses its
 * type parameter. Built-in and bound functions do not tell their inputs: wrap them, `task((x) => Math.sqrt(x))`.
 * @throws FlowletError BAD_OPTION, UNKNOWN_OPTION, BAD_TASK_FUNCTION
 */
export function task<F extends Function>(run: F, options?: TaskOptions): TaskOf<F> {
  // The bound says no more than "a function": one with parameters would give a default without an annotation the type any.
  if (typeof run !== "function" || run instanceof Task) {
    throw new FlowletError("BAD_TASK_FUNCTION", { task: options?.name ?? "task", why: `expected a function, got ${describeValue(run)}` });
  }
  return new FunctionTask(run as unknown as (...inputs: any[]) => unknown, options) as unknown as TaskOf<F>;
}
