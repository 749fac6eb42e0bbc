/**
 * The run context: what a task can know about its run (prefect.context). It travels with the task's code through awaits and
 * timers (AsyncLocalStorage), so tasks that run at the same time each see their own.
 *
 * Differs: names are camelCase; contexts do not leak between tasks that run concurrently.
 */
import { currentConfig } from "./config/config.ts";
import type { Config, ConfigOverrides } from "./config/config-keys.ts";
import { mergeConfig } from "./config/load-config.ts";
import type { ContextDates } from "./context-dates.ts";
import { currentContext, extendContext, withContext } from "./context-store.ts";
import { FlowletError } from "./errors.ts";
import { getLogger, type Logger } from "./logging/logger.ts";

/** Entries of the context during a run; all are absent outside. Users may add their own (`flow.run({}, { context })`). */
export interface ContextValues extends ContextDates {
  /** The configuration in force. */
  config: Config;
  /** Values of the flow run's parameters. */
  parameters: Readonly<Record<string, unknown>>;
  flowName: string;
  /** Identifies the flow: where no server records the run, its name. */
  flowId: string;
  /** Identifies the flow run: made for each run, unless `flow.run({}, { context: { flowRunId } })` gives one. */
  flowRunId: string;
  flowRunName: string;
  scheduledStartTime: Date;
  taskName: string;
  /** `name`, of a mapped child `name[index]`. */
  taskFullName: string;
  taskSlug: string;
  /** Identifies the task: where no server records the run, its slug. */
  taskId: string;
  taskTags: ReadonlySet<string>;
  taskRunId: string;
  /** Name of this run of the task, where it has the option `taskRunName`. */
  taskRunName: string;
  /** Attempt (count, from 1). */
  taskRunCount: number;
  /** Iteration of a looping task (count, from 1). */
  taskLoopCount: number;
  /** Result of the last iteration. */
  taskLoopResult: unknown;
  /** Index of a mapped child, else null. */
  mapIndex: number | null;
  logger: Logger;
  /** Aborted by the task's timeout, by cancelling the flow run and by an interrupt. Hand it to fetch, timers, child processes. */
  signal: AbortSignal;
  /**
   * What tasks with `cacheFor` have cached in this session, by key. Another Map is another session:
   * `context.with({ caches: new Map() }, () => flow.run())`.
   */
  caches: Map<string, unknown>;
  /** Approved after a pause. */
  resume: boolean;
  /** A file is being loaded for its flows: `flow.run()` does nothing. */
  loadingFlow: boolean;
  /** Results are written; an entry given here switches it on for flows that run under it. Default: the configuration's `flows.checkpointing`. */
  checkpointing: boolean;
  /** Values that {@link Secret} finds, by name; before those of the configuration. */
  secrets: Readonly<Record<string, unknown>>;
  /** Errors in tasks are thrown on instead of becoming states: see {@link raiseOnException}. */
  raiseOnException: boolean;
  /** A server records the run; these entries are there only then. */
  runningWithBackend: boolean;
  flowRunVersion: number;
  projectName: string;
  projectId: string;
}

export { currentContext, withContext } from "./context-store.ts";

/** Entries for a context: `config` is merged with what holds outside. */
export type ContextEntries = Readonly<Record<string, unknown>> & { readonly config?: ConfigOverrides | Config };

/** Methods of {@link context} beside the entries. */
export interface ContextMethods {
  /** An entry, or `fallback` where it is absent. */
  get<Key extends keyof ContextValues>(key: Key): ContextValues[Key] | undefined;
  get<T = unknown>(key: string, fallback?: T): T | undefined;
  /** Is there such an entry? */
  has(key: string): boolean;
  /**
   * Runs `body` with more entries; nested, restored afterwards (`with prefect.context(…)`).
   * @throws FlowletError BAD_CONFIG for an unknown key or a wrong value in `config`
   */
  with<T>(entries: ContextEntries, body: () => T): T;
  /** All entries as a plain object, but for the secrets: for a log, a message, a test. */
  toObject(): Record<string, unknown>;
}

/** Entries of the running code: those of its run or block, else those that the configuration gives. */
function entry(key: string): unknown {
  const value = currentContext()?.[key];
  if (value !== undefined) return value;
  if (key === "config") return currentConfig();
  const fromConfig = currentConfig().context;
  return Object.hasOwn(fromConfig, key) ? fromConfig[key] : undefined;
}

const METHODS = {
  get: (key: string, fallback?: unknown) => entry(key) ?? fallback,
  has: (key: string) => entry(key) !== undefined,
  with: <T>(entries: ContextEntries, body: () => T): T => withContext(extendContext(currentContext() ?? null, mergedEntries(entries)), body),
  toObject(): Record<string, unknown> {
    const all: Record<string, unknown> = { config: currentConfig(), ...currentConfig().context };
    const store = currentContext();
    for (const key in store) if (store[key] !== undefined) all[key] = store[key];
    delete all.secrets;
    return all;
  },
  toJSON(): never { throw new FlowletError("CONTEXT_NOT_SERIALIZABLE"); },
  [Symbol.for("nodejs.util.inspect.custom")]: () => "<Context>",
};

/** Entries as they are put into a context. @throws FlowletError BAD_CONFIG */
export function mergedEntries(entries: ContextEntries): Readonly<Record<string, unknown>> {
  return "config" in entries ? { ...entries, config: entries.config === undefined ? currentConfig() : mergeConfig(currentConfig(), entries.config) } : entries;
}

/**
 * The context of the running task or flow: `context.logger.info("…")`, `context.parameters`, `context.get("mine")`. It belongs to
 * the code that runs, and can not be serialised ({@link ContextMethods.toObject} can).
 */
export const context: Readonly<Partial<ContextValues>> & { readonly logger: Logger; readonly config: Config } & ContextMethods & Readonly<Record<string, unknown>> = new Proxy(
  METHODS,
  {
    get(methods, key) {
      if (Object.hasOwn(methods, key)) return methods[key as keyof typeof methods];
      if (typeof key === "symbol") return undefined;
      const value = entry(key);
      return value === undefined && key === "logger" ? getLogger() : value;
    },
    has: (methods, key) => Object.hasOwn(methods, key) || (typeof key === "string" && entry(key) !== undefined),
    set(_, key) {
      throw new TypeError(`The context is read-only: use context.with({ ${String(key)}: … }, () => …).`);
    },
  },
) as never;
