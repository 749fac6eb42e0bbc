/**
 * The run context: what a task can know about its run (prefect.context). It travels with the task's code through awaits and
 * timers (AsyncLocalStorage), so tasks that run at the same time each see their own.
 *
 * Differs: names are camelCase; contexts do not leak between tasks that run concurrently.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { getLogger, type Logger } from "./logging/logger.ts";

/** Entries of the context during a run; all are absent outside. Users may add their own (`flow.run({}, { context })`). */
export interface ContextValues {
  /** Values of the flow run's parameters. */
  parameters: Readonly<Record<string, unknown>>;
  flowName: string;
  flowId: string;
  flowRunId: string;
  flowRunName: string;
  scheduledStartTime: Date;
  taskName: string;
  /** `name`, of a mapped child `name[index]`. */
  taskFullName: string;
  taskSlug: string;
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
  /** Results are written; an entry given here switches it on for flows that run under it. */
  checkpointing: boolean;
  /** Approved after a pause. */
  resume: boolean;
  /** A file is being loaded for its flows: `flow.run()` does nothing. */
  loadingFlow: boolean;
  /** The flow run's date and its neighbours, `YYYY-MM-DD`; `…Nodash` without dashes. */
  date: Date;
  today: string;
  yesterday: string;
  tomorrow: string;
  todayNodash: string;
  yesterdayNodash: string;
  tomorrowNodash: string;
}

type Store = Partial<ContextValues> & Record<string, unknown>;

const contexts = new AsyncLocalStorage<Store>();

/** Runs `body` with exactly this context. For the runners. */
export function withContext<T>(store: object, body: () => T): T {
  return contexts.run(store as Store, body);
}

/** The context object of the running code, if any. For the runners. */
export function currentContext(): Store | undefined {
  return contexts.getStore();
}

/** Methods of {@link context} beside the entries. */
export interface ContextMethods {
  /** An entry, or `fallback` where it is absent. */
  get<Key extends keyof ContextValues>(key: Key): ContextValues[Key] | undefined;
  get<T = unknown>(key: string, fallback?: T): T | undefined;
  /** Runs `body` with more entries; nested, restored afterwards (`with prefect.context(…)`). */
  with<T>(entries: Readonly<Record<string, unknown>>, body: () => T): T;
}

/** The context of the running task or flow: `context.logger.info("…")`, `context.parameters`, `context.get("mine")`. */
export const context: Readonly<Partial<ContextValues>> & { readonly logger: Logger } & ContextMethods & Readonly<Record<string, unknown>> = new Proxy(
  {
    get(key: string, fallback?: unknown) {
      return contexts.getStore()?.[key] ?? fallback;
    },
    with<T>(entries: Readonly<Record<string, unknown>>, body: () => T): T {
      return contexts.run(Object.assign(Object.create(contexts.getStore() ?? null) as Store, entries), body);
    },
  },
  {
    get(methods, key) {
      if (key === "get" || key === "with") return methods[key];
      if (typeof key === "symbol") return undefined;
      const value = contexts.getStore()?.[key];
      return value === undefined && key === "logger" ? getLogger() : value;
    },
    has: (methods, key) => key in methods || (typeof key === "string" && key in (contexts.getStore() ?? {})),
    set(_, key) {
      throw new TypeError(`The context is read-only: use context.with({ ${String(key)}: … }, () => …).`);
    },
  },
) as never;

/** The six dates that a flow run's context has, from the day it is for. */
export function contextDates(date: Date): Pick<ContextValues, "date" | "today" | "yesterday" | "tomorrow" | "todayNodash" | "yesterdayNodash" | "tomorrowNodash"> {
  const day = (offset: number) => {
    const at = new Date(date);
    at.setDate(at.getDate() + offset);
    return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;
  };
  const [yesterday, today, tomorrow] = [day(-1), day(0), day(1)];
  const nodash = (text: string) => text.replaceAll("-", "");
  return { date, today, yesterday, tomorrow, todayNodash: nodash(today), yesterdayNodash: nodash(yesterday), tomorrowNodash: nodash(tomorrow) };
}
