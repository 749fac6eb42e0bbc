/** Every key of the configuration: its kind, its default and what it is for. docs/configuration.md is written from this table. */
import { autoFlag, entries, flag, hidden, milliseconds, names, oneOf, orNone, path, text, checkedText, wholeNumber, type ValueKind } from "./value-kinds.ts";
import { strftimeProblem } from "../logging/strftime.ts";

/** One key. */
export interface ConfigKey<T> {
  readonly kind: ValueKind<T>;
  /** As it would stand in a file; texts may refer to other keys: `${server.host}`. */
  readonly fallback: unknown;
  /** What it is for, one sentence. */
  readonly says: string;
}

const key = <T>(kind: ValueKind<T>, fallback: unknown, says: string): ConfigKey<T> => ({ kind, fallback, says });

/** The format of log lines, unless the configuration has another. */
export const LOG_FORMAT = "[%(asctime)s] %(levelname)s - %(name)s | %(message)s";
export const LOG_DATE_FORMAT = "%Y-%m-%d %H:%M:%S%z";

export const CONFIG_KEYS = {
  homeDir: key(path, "~/.flowlet", "Folder of what Flowlet keeps for its user: saved flows, results."),
  backend: key(text, "server", "Which backend the `flowlet` commands talk to."),
  server: {
    host: key(text, "http://localhost", "Address of the server, without its port."),
    port: key(wholeNumber(1, 65535), 8080, "Port of the server: its pages and its API."),
    endpoint: key(text, "${server.host}:${server.port}", "Address of the server, for all that asks it something."),
    token: key(hidden, false, "API token of a server that asks for one. Shown nowhere. Default: what the server on this computer has made, in `~/.flowlet/server/token`."),
    ui: {
      endpoint: key(text, "${server.endpoint}", "Address of the server's pages; what links in notifications begin with."),
    },
  },
  logging: {
    level: key(oneOf(["NOTSET", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] as const), "INFO", "Records below this level are not written."),
    format: key(text, LOG_FORMAT, "What a log line looks like, in the language of Python's logging; `json`: each record is a JSON object on a line of its own."),
    datefmt: key(checkedText("a format of strftime", strftimeProblem), LOG_DATE_FORMAT, "How `%(asctime)s` is written, in the language of strftime."),
    logAttributes: key(names, [], "Names of context entries that every record carries too: for `%(name)s` in the format, and as fields of JSON lines."),
    extraLoggers: key(names, [], "Names of loggers that are not Flowlet's own: `getLogger(name)` gives them without the prefix `flowlet.`."),
  },
  flows: {
    eagerEdgeValidation: key(flag, false, "Check each edge when it is added (unknown input, input given twice, cycle), not only when the flow runs."),
    runOnSchedule: key(flag, true, "`flow.run()` waits for the times of the flow's schedule."),
    checkpointing: key(flag, false, "Write the results of tasks where they or their flow say."),
    defaults: {
      storage: {
        addDefaultLabels: key(flag, true, "Registered flows get the labels of their storage, e.g. the host's name."),
      },
    },
  },
  tasks: {
    defaults: {
      maxRetries: key(wholeNumber(0), 0, "Number of re-tries of tasks that do not say (count). Above 0 it needs `tasks.defaults.retryDelay`."),
      retryDelay: key(milliseconds({ above: false }), false, "Wait before a retry of tasks that do not say (milliseconds)."),
      timeout: key(milliseconds({ above: true }), false, "Time for one attempt of tasks that do not say (milliseconds)."),
    },
  },
  engine: {
    executor: {
      default: key(oneOf(["local", "thread"] as const), "local", "Where tasks of flows run that name no executor: in the flow's own thread, or in worker threads."),
      concurrency: key(orNone(wholeNumber(1)), false, "Tasks that it runs at once (count). Default: 16; in threads as many as there are processors."),
    },
  },
  cache: {
    enabled: key(autoFlag, "auto", "Runs keep results and use kept ones, unless the flow or the run says otherwise. `auto`: in a notebook they do, in a script they do not. Runs on a schedule only do where their flow says so."),
    folder: key(orNone(path), ".flowlet/results", "Folder of the results that are kept on disk, from the working directory (of a notebook: its folder). `false`: in memory only."),
    maxSize: key(wholeNumber(1_000_000), 2_000_000_000, "Size of all results in that folder together (bytes). Above it, those go that were used longest ago."),
    trace: key(flag, true, "Notice which files and environment variables a task reads while it runs, and what it asks of the network, in runs that keep results: a kept result counts only while they are the same."),
  },
  context: key(entries, {}, "Entries that the context has everywhere. In `context.secrets` are the values that `Secret` finds; their names keep their case."),
  user: key(entries, {}, "Whatever you want to configure yourself: `config.user.region`."),
} as const;

/** Keys and sections by name. */
export type ConfigTable = { readonly [name: string]: ConfigKey<unknown> | ConfigTable };
type ValuesOf<T> = { readonly [Name in keyof T]: T[Name] extends ConfigKey<infer Value> ? Value : ValuesOf<T[Name]> };
type Overrides<T> = { readonly [Name in keyof T]?: T[Name] extends readonly unknown[] ? T[Name] : T[Name] extends object ? Overrides<T[Name]> : T[Name] };

/** The configuration: a value for every key of the table. */
export interface Config extends ValuesOf<typeof CONFIG_KEYS> {}

/** Values for some keys. */
export type ConfigOverrides = Overrides<ValuesOf<typeof CONFIG_KEYS>>;

export function isConfigKey(value: ConfigKey<unknown> | ConfigTable): value is ConfigKey<unknown> {
  return "kind" in value && "says" in value;
}

/** All keys with their paths, in the order of the table. */
export function* configKeys(): Iterable<readonly [path: readonly string[], key: ConfigKey<unknown>]> {
  const rest: [readonly string[], ConfigKey<unknown> | ConfigTable][] = [[[], CONFIG_KEYS]];
  for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
    const [at, value] = next;
    if (isConfigKey(value)) yield [at, value];
    else rest.unshift(...Object.entries(value).map(([name, child]): [readonly string[], ConfigKey<unknown> | ConfigTable] => [[...at, name], child]));
  }
}
