/** Tasks made from a function (prefect.tasks.core.function, the `@task` decorator). */
import { FlowletError, describeValue } from "../errors.ts";
import type { TaskOptions } from "./task-options.ts";
import { Task } from "./task.ts";

/** Runs a function. */
export class FunctionTask<A extends readonly any[] = any[], R = any> extends Task<A, R> {
  /** The function, as given. */
  override readonly run: (...inputs: A) => R | Promise<R>;

  constructor(run: (...inputs: A) => R | Promise<R>, options: TaskOptions = {}) {
    // Without a name of its own it is "task" until the const it is assigned to names it.
    super(options.name === undefined && run.name !== "" ? { ...options, name: run.name } : options, "task");
    this.run = run;
  }
}

/**
 * Makes a task of a function: `const add = task((x: number, y = 1) => x + y)`.
 *
 * The function may be async. Its parameter names are the names of the inputs. A generic function loses its type parameter.
 * @throws FlowletError BAD_OPTION, BAD_TASK_FUNCTION
 */
export function task<A extends readonly any[], R>(run: (...inputs: A) => R | Promise<R>, options?: TaskOptions): Task<A, Awaited<R>> {
  if (typeof run !== "function" || run instanceof Task) {
    throw new FlowletError("BAD_TASK_FUNCTION", { task: options?.name ?? "task", why: `expected a function, got ${describeValue(run)}` });
  }
  return new FunctionTask<A, Awaited<R>>(run as (...inputs: A) => Awaited<R>, options);
}
