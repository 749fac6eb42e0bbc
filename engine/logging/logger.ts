/** Loggers: `context.logger` inside a task, `getLogger(name)` anywhere. Records go to the host, or as lines to the terminal. */
import { formatWithOptions } from "node:util";
import { currentConfig } from "../config/config.ts";
import { currentContext } from "../context-store.ts";
import { currentHost } from "../host.ts";
import { LOG_LEVELS, type LogLevel, type LogRecord } from "./log-record.ts";
import { logSettings } from "./log-settings.ts";
import { writeToTerminal } from "./terminal.ts";

/** Whose records a logger writes: a flow run or a task run. */
export interface LogSubject {
  /** Its context: records carry names and ids from there. */
  readonly context: object;
}

type Entries = Readonly<Record<string, unknown>>;

/** Writes records of one name. Arguments are formatted as by console.log. */
export class Logger {
  readonly name: string;
  readonly #subject: LogSubject | undefined;

  /** @param subject default: what runs when a record is written */
  constructor(name: string, subject?: LogSubject) {
    this.name = name;
    this.#subject = subject;
  }

  debug(message: unknown, ...more: unknown[]): void { this.log("DEBUG", message, ...more); }
  info(message: unknown, ...more: unknown[]): void { this.log("INFO", message, ...more); }
  warning(message: unknown, ...more: unknown[]): void { this.log("WARNING", message, ...more); }
  /** The same as {@link Logger.warning}. */
  warn(message: unknown, ...more: unknown[]): void { this.log("WARNING", message, ...more); }
  error(message: unknown, ...more: unknown[]): void { this.log("ERROR", message, ...more); }
  critical(message: unknown, ...more: unknown[]): void { this.log("CRITICAL", message, ...more); }

  /** Is a record of this level written? */
  isEnabled(level: LogLevel): boolean { return LOG_LEVELS[level] >= logSettings().threshold; }

  /** Writes one record. Below the level in force (`logging.level` of the configuration, default INFO) nothing happens. */
  log(level: LogLevel, message: unknown, ...more: unknown[]): void {
    if (this.isEnabled(level)) this.#write(this.#subject, level, message, more);
  }

  /** Writes one record about a run that is not the one whose code runs. For the runners, which have asked whether it is enabled. */
  logAbout(subject: LogSubject, level: LogLevel, message: string): void {
    this.#write(subject, level, message, []);
  }

  #write(subject: LogSubject | undefined, level: LogLevel, message: unknown, more: readonly unknown[]): void {
    const text = more.length === 0 && typeof message === "string" ? message : formatWithOptions({ colors: false }, message, ...more);
    const entries = (subject?.context ?? currentContext() ?? currentConfig().context) as Entries;
    const { attributes } = logSettings();
    const record: LogRecord = {
      at: Date.now(), level, logger: this.name, message: text, ...loggedError(message, more),
      flowName: entries.flowName as string | undefined, flowRunId: entries.flowRunId as string | undefined, taskName: entries.taskName as string | undefined,
      taskSlug: entries.taskSlug as string | undefined, taskRunId: entries.taskRunId as string | undefined,
      ...(typeof entries.mapIndex === "number" && { mapIndex: entries.mapIndex }),
      ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes.map((name) => [name, entryOf(entries, name)])) }),
    };
    const sink = currentHost()?.onLog;
    if (sink) sink(record);
    else writeToTerminal(record);
  }
}

/** An entry by its name in the context or, as Prefect writes it, in snake_case. */
function entryOf(entries: Entries, name: string): unknown {
  if (name === "secrets") return undefined;
  return name in entries ? entries[name] : entries[name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())];
}

function loggedError(message: unknown, more: readonly unknown[]): Pick<LogRecord, "error" | "headline"> | undefined {
  const given = [message, ...more];
  const error = given.find((one) => one instanceof Error);
  if (error === undefined) return undefined;
  const rest = given.filter((one) => one !== error);
  return { error, headline: rest.length === 0 ? error.message : formatWithOptions({ colors: false }, ...rest) };
}

/** A logger; names are prefixed with `flowlet`: `getLogger("etl")` is `flowlet.etl`, unless `logging.extraLoggers` has the name. */
export function getLogger(name?: string): Logger {
  if (name === undefined || name === "") return new Logger("flowlet");
  return new Logger(logSettings().extraLoggers.includes(name) ? name : `flowlet.${name}`);
}
