/** What the configuration says about logging, made ready for use: a format is read once, not for each record. */
import { currentConfig } from "../config/config.ts";
import type { Config } from "../config/config-keys.ts";
import { jsonLine } from "./json-line.ts";
import { lineFormat } from "./line-format.ts";
import { LOG_LEVELS, type LogRecord } from "./log-record.ts";

/** Made from a configuration. */
export interface LogSettings {
  /** Number of the lowest level that is written. */
  readonly threshold: number;
  /** A record as a line of text, without its end. */
  readonly line: (record: LogRecord) => string;
  /** Names of context entries that records carry. */
  readonly attributes: readonly string[];
  /** Names of loggers that have no prefix. */
  readonly extraLoggers: readonly string[];
}

const made = new WeakMap<Config["logging"], LogSettings>();
let latest: Config["logging"] | undefined;
let latestSettings: LogSettings;

/** The settings that hold for the running code. Every call of a logger asks. */
export function logSettings(): LogSettings {
  const { logging } = currentConfig();
  if (logging === latest) return latestSettings;
  let settings = made.get(logging);
  if (settings === undefined) made.set(logging, (settings = settingsOf(logging)));
  [latest, latestSettings] = [logging, settings];
  return settings;
}

function settingsOf({ level, format, datefmt, logAttributes, extraLoggers }: Config["logging"]): LogSettings {
  return {
    threshold: level === "NOTSET" ? 0 : LOG_LEVELS[level], line: format === "json" ? jsonLine : lineFormat(format, datefmt), attributes: logAttributes, extraLoggers,
  };
}

/**
 * A record as the configuration wants it: by default one readable line in Prefect's format,
 * `[2026-11-23 22:40:49+0000] INFO - flowlet.TaskRunner | Task 'add': Starting task run...`
 */
export function formatLogRecord(record: LogRecord): string {
  return logSettings().line(record);
}
