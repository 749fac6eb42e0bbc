/** Who says whether a paused task may go on. */
import { createInterface } from "node:readline/promises";
import type { State } from "../state.ts";
import type { Task } from "../task/task.ts";

/**
 * Says whether a paused task may go on. Asked again after a while where it says no.
 * @param mapIndex of a mapped child, else null; @param signal aborted when the run ends without waiting for the answer
 */
export type Approve = (task: Task, state: State, mapIndex: number | null, signal: AbortSignal) => boolean | Promise<boolean>;

/** Asks on the terminal; undefined where there is none to ask on. */
export function terminalApproval(): Approve | undefined {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  return async (task, _, mapIndex, signal) => {
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    try {
      const answer = await lines.question(`<Task: ${task.name}${mapIndex === null ? "" : `[${mapIndex}]`}> is currently Paused; enter 'y' to resume:\n`, { signal });
      return answer.trim().toLowerCase() === "y";
    } catch {
      return false;
    } finally {
      lines.close();
    }
  };
}
