/** Which cell the running code belongs to: also in its timers, promises and callbacks, long after it ended. */
import { AsyncLocalStorage } from "node:async_hooks";

/** An execution of a cell, as seen by what runs in it. */
export interface CellContext {
  /** Number of the execution, as the link knows it. */
  readonly execution: number;
  /** May the front end be asked for input? */
  readonly allowStdin: boolean;
  /** The user has interrupted it; what it awaited may still be under way. */
  interrupted: boolean;
}

/** Holds the cell for everything that is called, or called back, by it. */
export const cellContext = new AsyncLocalStorage<CellContext>();

/** @returns the number of the execution that started the running code; `null` when none did */
export function currentExecution(): number | null {
  return cellContext.getStore()?.execution ?? null;
}
