/** Loggers: `context.logger` inside a task, `getLogger(name)` anywhere. Records go to the host, or as lines to the terminal. */
import { formatWithOptions } from "node:util";
import { currentHost } from "../host.ts";
import { LOG_LEVELS, type LogLevel, type LogRecord } from "./log-record.ts";
import { writeToTerminal } from "./terminal.ts";

/** Who logs, for the record. */
export interface LogSubject {
  readonly flowName?: string;
  readonly taskName?: string;
  readonly taskSlug?: string;
}

/** Writes records of one name. Arguments are formatted as by console.log. */
export class Logger {
  readonly name: string;
  readonly #subject: LogSubject | undefined;

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
  isEnabled(level: LogLevel): boolean { return LOG_LEVELS[level] >= (threshold ??= levelInForce()); }

  /** Writes one record. Below the level in force (`FLOWLET__LOGGING__LEVEL`, default INFO) nothing happens. */
  log(level: LogLevel, message: unknown, ...more: unknown[]): void {
    if (!this.isEnabled(level)) return;
    const text = more.length === 0 && typeof message === "string" ? message : formatWithOptions({ colors: false }, message, ...more);
    const record: LogRecord = { at: Date.now(), level, logger: this.name, message: text, ...this.#subject };
    const sink = currentHost()?.onLog;
    if (sink) sink(record);
    else writeToTerminal(record);
  }
}

/** Read once: asking the environment for each record would cost more than the record. */
let threshold: number | undefined;

function levelInForce(): number {
  const name = (process.env.FLOWLET__LOGGING__LEVEL ?? "INFO").toUpperCase();
  return LOG_LEVELS[name as LogLevel] ?? LOG_LEVELS.INFO;
}

/** A logger; names are prefixed with `flowlet`: `getLogger("etl")` is `flowlet.etl`. */
export function getLogger(name?: string): Logger {
  return new Logger(name === undefined || name === "" ? "flowlet" : `flowlet.${name}`);
}
