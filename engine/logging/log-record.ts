/** One log record; the shape of Python's logging, as Prefect uses it. */

/** Levels and their numbers, as in Python's logging. */
export const LOG_LEVELS = { DEBUG: 10, INFO: 20, WARNING: 30, ERROR: 40, CRITICAL: 50 } as const;

export type LogLevel = keyof typeof LOG_LEVELS;

export interface LogRecord {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly level: LogLevel;
  /** `flowlet`, `flowlet.FlowRunner`, `flowlet.<task name>` … */
  readonly logger: string;
  readonly message: string;
  readonly flowName?: string;
  readonly taskName?: string;
  readonly taskSlug?: string;
}

/** `[2026-11-23 22:40:49+0000] INFO - flowlet.TaskRunner | Task 'add': Starting task run...` (Prefect's format). */
export function formatLogRecord(record: LogRecord): string {
  return `[${formatTime(record.at)}] ${record.level} - ${record.logger} | ${record.message}`;
}

function formatTime(at: number): string {
  const date = new Date(at);
  const two = (n: number) => (n < 10 ? `0${n}` : String(n));
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? "-" : "+"}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}${zone}`;
}
