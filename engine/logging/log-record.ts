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
  /** The text, with the stacks of errors that were logged. */
  readonly message: string;
  /** The first error that was logged, and the text without errors. */
  readonly error?: Error;
  readonly headline?: string;
  readonly flowName?: string;
  readonly flowRunId?: string;
  readonly taskName?: string;
  readonly taskSlug?: string;
  /** Of a mapped child. */
  readonly mapIndex?: number;
  readonly taskRunId?: string;
  /** Entries of the context that the configuration asks for (`logging.logAttributes`). */
  readonly attributes?: Readonly<Record<string, unknown>>;
}
