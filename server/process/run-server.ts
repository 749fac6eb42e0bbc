/** Runs a server until a signal ends it. */
import type { RunningServer } from "./start-server.ts";

/** A server that takes longer to close is ended (milliseconds). */
const CLOSE_MS = 10_000;

/**
 * Closes the server and ends the process on SIGTERM, SIGINT or SIGHUP; a second signal ends it at once. Exit code: 0, and that of the signal where it could not be closed.
 *
 * @param ended told when it is closed
 */
export function endOnSignals(server: RunningServer, ended: () => void = () => {}): void {
  let isEnding = false;
  const end = (signal: NodeJS.Signals) => {
    const code = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal as "SIGINT"] ?? 1;
    if (isEnding) process.exit(code);
    isEnding = true;
    setTimeout(() => process.exit(code), CLOSE_MS).unref();
    server.close().then(() => {
      ended();
      process.exit(0);
    }, (error: unknown) => {
      process.stderr.write(`flowlet: the server could not be closed: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(code);
    });
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, end);
}
