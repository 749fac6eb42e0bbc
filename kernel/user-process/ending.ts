/** How a user process ended, in words for the user. */
import type { LinkError } from "./link.ts";

/** What is known about an end. */
export interface Ending {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  /** `process.exit()` or an orderly end announced it. */
  readonly announced: boolean;
  /** The end of what it wrote to stderr. */
  readonly lastStderr: string;
}

const LOST = "Its variables are lost; a new process has been started. Run the cells again from the top.";

/** @returns the error that the executing cell (or, when none executes, the last one) shows */
export function describeEnding({ code, signal, announced, lastStderr }: Ending): LinkError {
  const outOfMemory = /FATAL ERROR: .*(heap|memory|allocation)/i.test(lastStderr);
  if (outOfMemory) {
    return ending("KernelDied", "The process that runs your cells ran out of memory.",
      `${LOST} If the data is meant to be this large, start Jupyter with NODE_OPTIONS=--max-old-space-size=<megabytes>.`);
  }
  if (signal === "SIGKILL") {
    return ending("KernelDied", "The process that runs your cells was killed (SIGKILL), most often because the machine had no memory left.", LOST);
  }
  if (signal !== null) return ending("KernelDied", `The process that runs your cells crashed (${signal}).`, LOST);
  if (announced) return ending("ProcessExit", `The process that runs your cells ended with exit code ${code}: process.exit() was called.`, LOST);
  return ending("KernelDied", `The process that runs your cells ended unexpectedly (exit code ${code}).`, LOST);
}

function ending(ename: string, evalue: string, advice: string): LinkError {
  return { ename, evalue, traceback: [`${ename}: ${evalue}`, advice] };
}
