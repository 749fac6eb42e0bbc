/** Telling whether a process that somebody else started still lives. */
import { readFileSync } from "node:fs";

/** A process: its number, and what tells it from a later one of the same number. */
export interface ProcessLife {
  readonly pid: number;
  /** When it began, as the system says it; null where it does not. */
  readonly began: string | null;
}

/** Of a process that lives now. */
export function lifeOf(pid: number): ProcessLife {
  return { pid, began: beginningOf(pid) };
}

export function isAlive({ pid, began }: ProcessLife): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // It is somebody else's: it lives.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const now = beginningOf(pid);
  return began === null || now === null || now === began;
}

/** Linux: the 22nd field of its `stat`, and a process that only waits to be noticed does not live. */
function beginningOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "ended" : (fields[19] ?? null);
  } catch {
    return null;
  }
}
