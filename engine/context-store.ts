/** Where the run context lives: it travels with the running code through awaits and timers. Read it through `context`. */
import { AsyncLocalStorage } from "node:async_hooks";
import { runWithin } from "./run-within.ts";

/** Entries by name; nested contexts inherit from outer ones. */
export type ContextStore = Record<string, unknown>;

const contexts = new AsyncLocalStorage<ContextStore>();

/** Runs `body` with exactly this context. For the runners. */
export function withContext<T>(store: object, body: () => T): T {
  return contexts.getStore() === store ? body() : runWithin(contexts, store as ContextStore, body);
}

/** The context object of the running code, if any. For the runners. */
export function currentContext(): ContextStore | undefined {
  return contexts.getStore();
}

/** A context with more entries than `outer`; entries that the engine computes can be replaced too. */
export function extendContext(outer: object | null, entries: Readonly<Record<string, unknown>>): ContextStore {
  return defineEntries(Object.create(outer) as ContextStore, entries);
}

/** Puts entries into a context, also where it inherits a getter of that name. */
export function defineEntries<Store extends object>(store: Store, entries: Readonly<Record<string, unknown>>): Store {
  for (const key of Object.keys(entries)) Object.defineProperty(store, key, { value: entries[key], enumerable: true, writable: true, configurable: true });
  return store;
}
