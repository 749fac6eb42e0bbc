/** Tags for all tasks made in a block (prefect.tags). */
import { AsyncLocalStorage } from "node:async_hooks";
import { FlowletError, describeValue } from "../errors.ts";
import { isIterable } from "../option-checks.ts";
import { runWithin } from "../run-within.ts";

const active = new AsyncLocalStorage<ReadonlySet<string>>();
const NONE: ReadonlySet<string> = new Set();

/** Tags that tasks made now get. */
export function activeTags(): ReadonlySet<string> { return active.getStore() ?? NONE; }

/** Tasks that are made, copied or bound in `body` get these tags too; blocks nest. @throws FlowletError BAD_OPTION */
export function withTags<T>(tags: Iterable<string>, body: () => T): T {
  const refuse = (got: unknown): never => { throw new FlowletError("BAD_OPTION", { owner: "withTags", option: "tags", expected: "a list of texts", got: describeValue(got) }); };
  const given = isIterable(tags) ? [...tags] : refuse(tags);
  for (const tag of given) if (typeof tag !== "string") refuse(tag);
  return runWithin(active, new Set([...activeTags(), ...(given as string[])]), body);
}
