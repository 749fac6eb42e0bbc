/** Where the run context lives: it travels with the running code through awaits and timers. Read it through `context`. */
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";

/** Entries by name; nested contexts inherit from outer ones. */
export type ContextStore = Record<string, unknown>;

const contexts = new AsyncLocalStorage<ContextStore>();

/** Runs `body` with exactly this context. For the runners. */
export function withContext<T>(store: object, body: () => T): T {
  if (contexts.getStore() === store) return body();
  // To enter copies what all the process's storages hold. `contexts.run` copies it once more to leave; a resource goes back to what was there.
  return new AsyncResource("flowlet context").runInAsyncScope(enter, undefined, store, body) as T;
}

function enter(store: object, body: () => unknown): unknown {
  contexts.enterWith(store as ContextStore);
  return body();
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
