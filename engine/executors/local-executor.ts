/** Runs tasks in the thread of the flow run (prefect.executors.LocalExecutor). */
import { withContext } from "../context-store.ts";
import { FlowletError, describeValue } from "../errors.ts";
import type { Executor, TaskCall } from "./executor.ts";

/**
 * Independent async tasks overlap; synchronous ones run one after the other.
 *
 * Differs: Prefect's LocalExecutor runs one task at a time. `concurrency: 1` does the same.
 */
export class LocalExecutor implements Executor {
  readonly concurrency: number;
  readonly traces = "here";

  /** @param options.concurrency tasks running at once (count, at least 1). Default 16. @throws FlowletError BAD_OPTION */
  constructor({ concurrency = 16 }: { readonly concurrency?: number } = {}) {
    if (!Number.isInteger(concurrency) || concurrency < 1) {
      throw new FlowletError("BAD_OPTION", { owner: "LocalExecutor", option: "concurrency", expected: "a whole number, 1 or more", got: describeValue(concurrency) });
    }
    this.concurrency = concurrency;
  }

  execute({ task, inputs, names, context }: TaskCall): unknown {
    return withContext(context, () => task.invoke(inputs, names));
  }
}
