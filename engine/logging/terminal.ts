/** Log lines on the terminal of a script. */
import type { LogRecord } from "./log-record.ts";
import { formatLogRecord } from "./log-settings.ts";

/** Writes a record as one readable line to stdout, as Prefect does; in order with what the script prints. */
export function writeToTerminal(record: LogRecord): void {
  process.stdout.write(`${formatLogRecord(record)}\n`);
}
