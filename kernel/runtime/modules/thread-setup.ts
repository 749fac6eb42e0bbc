/** The first thing that a worker thread of a notebook loads: the loader of cells and local files, as on the main thread. */
import { nameTask } from "../../../engine/index.ts";
import { createModules } from "./modules.ts";

/** What it needs to know. */
export interface ThreadData {
  /** The notebook's folder, absolute. */
  readonly directory: string;
  /** Hashes of the local files that the notebook has loaded, by path. */
  readonly hashes: readonly (readonly [path: string, hash: string])[];
  /** Globals that can be used on the main thread only. */
  readonly globals: readonly string[];
}

/** Called by the engine. */
export function setUpThread({ directory, hashes, globals }: ThreadData): void {
  const modules = createModules({ directory, hashes: new Map(hashes) });
  Object.defineProperty(globalThis, Symbol.for("flowlet.cell"), { value: Object.assign(modules, { name: nameTask }) });
  for (const name of globals) {
    const refuse = (): never => { throw new Error(`${name} can not be used in a thread: return the value from the task, or give the task the tag "main-thread".`); };
    // `display.html(…)` is refused as `display(…)` is.
    Object.defineProperty(globalThis, name, { value: new Proxy(refuse, { get: (target, key) => (typeof key === "symbol" ? Reflect.get(target, key) : refuse) }), configurable: true, writable: true });
  }
}
