/** The executor of flows that name none. */
import { currentConfig } from "../config/config.ts";
import type { Executor } from "./executor.ts";
import { LocalExecutor } from "./local-executor.ts";

/** Makes the executor that the configuration names (`engine.executor.default`). */
export function defaultExecutor(): Executor {
  return new LocalExecutor({ concurrency: currentConfig().engine.executor.concurrency });
}
