/** The executor of flows that name none. */
import { currentConfig } from "../config/config.ts";
import type { Config } from "../config/config-keys.ts";
import type { Executor } from "./executor.ts";
import { LocalExecutor } from "./local-executor.ts";
import { ThreadExecutor } from "./thread-executor.ts";

/** Flows under the same configuration share theirs: threads that one has started serve the next. */
const executors = new WeakMap<Config["engine"]["executor"], Executor>();

/** The executor that the configuration names (`engine.executor`). */
export function defaultExecutor(): Executor {
  const { executor: wanted } = currentConfig().engine;
  let executor = executors.get(wanted);
  if (executor === undefined) {
    const options = wanted.concurrency === null ? {} : { concurrency: wanted.concurrency };
    executors.set(wanted, (executor = wanted.default === "thread" ? new ThreadExecutor(options) : new LocalExecutor(options)));
  }
  return executor;
}
