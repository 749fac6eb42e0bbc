/** Options of a task that its own code may read in a thread: `this.maxRetries`. Those that hold functions stay behind. */
import type { Task } from "../task/task.ts";

const SENT = ["slug", "tags", "maxRetries", "retryDelay", "timeout", "logStdout", "nout", "skipOnUpstreamSkip", "cacheKey"] as const;

/** As options of a task; only those that differ from the defaults. */
export type SentSettings = Readonly<Partial<Record<(typeof SENT)[number], unknown>>>;

const DEFAULTS: SentSettings = { slug: null, maxRetries: 0, retryDelay: null, timeout: null, logStdout: false, nout: null, skipOnUpstreamSkip: true, cacheKey: null };

/** Null where all are the defaults. */
export function sentSettings(task: Task): SentSettings | null {
  const settings: Record<string, unknown> = {};
  for (const key of SENT) {
    if (key === "tags") { if (task.tags.size > 0) settings.tags = [...task.tags]; }
    // The configuration may give a delay to tasks that are not retried; as an option it would be refused.
    else if (task[key] !== DEFAULTS[key] && !(key === "retryDelay" && task.maxRetries === 0)) settings[key] = task[key];
  }
  return Object.keys(settings).length === 0 ? null : settings;
}

/** Would both send the same? */
export function sameSettings(one: Task, other: Task): boolean {
  return one === other || SENT.every((key) => one[key] === other[key]);
}
