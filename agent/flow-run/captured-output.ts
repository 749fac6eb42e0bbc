/** What the code of a run prints: a task's prints become log records where it says so (`logStdout`), and go to the terminal where the agent shows them. */
import { logTaskPrint } from "../../engine/embedding.ts";

/** Of what goes to the file of error output, which is for the last words of a process that dies (bytes). */
const LONGEST_STDERR = 1_000_000;

type Write = typeof process.stdout.write;

/**
 * From now on.
 * @param shown write to the terminal too
 * @returns writes a line to the terminal, where it is shown
 */
export function captureOutput(shown: boolean): (line: string) => void {
  const toTerminal = process.stdout.write.bind(process.stdout) as Write;
  const toFile = process.stderr.write.bind(process.stderr) as Write;
  let written = 0;
  // A terminal that is gone is no reason to end the run.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  process.stdout.write = function write(chunk: string | Uint8Array, ...rest: unknown[]): boolean {
    logTaskPrint(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString());
    return shown ? Reflect.apply(toTerminal, process.stdout, [chunk, ...rest]) as boolean : done(rest);
  } as Write;
  process.stderr.write = function write(chunk: string | Uint8Array, ...rest: unknown[]): boolean {
    if (shown) toTerminal(chunk);
    written += chunk.length;
    return written <= LONGEST_STDERR ? Reflect.apply(toFile, process.stderr, [chunk, ...rest]) as boolean : done(rest);
  } as Write;
  return shown ? (line) => void toTerminal(`${line}\n`) : () => {};
}

/** Who waits for the end of a write is told. */
function done(rest: readonly unknown[]): true {
  const told = rest.findLast((one) => typeof one === "function") as (() => void) | undefined;
  if (told !== undefined) process.nextTick(told);
  return true;
}
