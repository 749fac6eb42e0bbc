/** What is said of a thread that ended by itself. */

/** Why a thread has ended by itself, in words. */
export function endingOf(code: number, error: Error | null): string {
  if (error === null) return `its code called process.exit(${code})`;
  if ((error as { code?: unknown }).code === "ERR_WORKER_OUT_OF_MEMORY") return "it ran out of memory";
  return `an error was thrown that nothing caught: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
}
