/** Keeps some of a list's elements (prefect.tasks.control_flow.FilterTask). */
import { context } from "../context.ts";
import { Signal } from "../signals.ts";
import type { TaskOptions } from "../task/task-options.ts";
import { Task } from "../task/task.ts";
import { allFinished } from "../triggers.ts";

/** By default drops null, undefined and errors, e.g. those of failed children; signals stay. */
export class FilterTask<T = any> extends Task<[task_results: Iterable<T>], T[]> {
  readonly filter: (element: T) => boolean;
  readonly describe: ((kept: readonly T[]) => string) | null;

  /** @param options.filter which elements stay; @param options.describe a log line about what stays */
  constructor(options: TaskOptions & { readonly filter?: (element: T) => boolean; readonly describe?: (kept: readonly T[]) => string } = {}) {
    const { filter, describe, ...rest } = options;
    super({ skipOnUpstreamSkip: false, trigger: allFinished, ...rest });
    this.filter = filter ?? ((element) => element !== null && element !== undefined && !(element instanceof Error && !(element instanceof Signal)));
    this.describe = describe ?? null;
  }

  override get passesInputsOn(): boolean { return true; }

  override run(task_results: Iterable<T>): T[] {
    const kept = [...task_results].filter((element) => this.filter(element));
    if (this.describe !== null) context.logger.info(this.describe(kept));
    return kept;
  }
}
