/** Records as JSON, one a line, for programs that collect logs (`logging.format = "json"`). Written by pino. */
import { createRequire } from "node:module";
import { LOG_LEVELS, type LogLevel, type LogRecord } from "./log-record.ts";

type Write = (fields: object, message: string) => void;

let write: Record<Lowercase<LogLevel>, Write> | undefined;
let written = "";

/** The record as one line, without its end: `{"level":"INFO","time":"…","name":"flowlet.add","flowName":"…",…,"msg":"…"}`. */
export function jsonLine(record: LogRecord): string {
  const { at, level, logger, message, error, headline, attributes, flowName, flowRunId, taskName, taskSlug, taskRunId } = record;
  write ??= pinoWriter();
  write[level.toLowerCase() as Lowercase<LogLevel>](
    { time: new Date(at).toISOString(), name: logger, flowName, flowRunId, taskName, taskSlug, taskRunId, ...attributes, ...(error && { err: error }) },
    headline ?? message,
  );
  return written.trimEnd();
}

/** Loaded at the first record: most programs write text. */
function pinoWriter(): Record<Lowercase<LogLevel>, Write> {
  const { pino } = createRequire(import.meta.url)("pino") as typeof import("pino");
  const customLevels = Object.fromEntries(Object.entries(LOG_LEVELS).map(([level, number]) => [level.toLowerCase(), number])) as Record<Lowercase<LogLevel>, number>;
  return pino(
    { level: "debug", customLevels, useOnlyCustomLevels: true, base: null, timestamp: false, formatters: { level: (level) => ({ level: level.toUpperCase() }) } },
    { write: (line: string) => { written = line; } },
  );
}
