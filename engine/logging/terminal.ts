/** Log lines on the terminal of a script. */
import type { LogRecord } from "./log-record.ts";
import { formatLogRecord } from "./log-settings.ts";

/** Writes a record as one line to stdout, as Prefect does; at once and in order with what the script prints, so that a crash loses none. */
export function writeToTerminal(record: LogRecord): void {
  const { stdout } = process;
  if (!blocking.has(stdout)) {
    blocking.add(stdout);
    // A pipe whose reader is slow would take the rest only when the script is idle: never, where it ends with process.exit().
    (stdout as { readonly _handle?: { setBlocking?(on: boolean): void } })._handle?.setBlocking?.(true);
  }
  const write = (stdout.write as { [UNCAPTURED]?: typeof stdout.write })[UNCAPTURED] ?? stdout.write;
  Reflect.apply(write, stdout, [`${formatLogRecord(record)}\n`]);
}

/** Under it a `write` that makes records of what is printed has the one for records. */
export const UNCAPTURED = Symbol("write without capture");

const blocking = new WeakSet<object>();
