/** Tags for all tasks made in a block (prefect.tags). */
import { AsyncLocalStorage } from "node:async_hooks";

const active = new AsyncLocalStorage<ReadonlySet<string>>();
const NONE: ReadonlySet<string> = new Set();

/** Tags that tasks made now get. */
export function activeTags(): ReadonlySet<string> { return active.getStore() ?? NONE; }

/** Tasks that are made, copied or bound in `body` get these tags too; blocks nest. */
export function withTags<T>(tags: Iterable<string>, body: () => T): T {
  return active.run(new Set([...activeTags(), ...tags]), body);
}
