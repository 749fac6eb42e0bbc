/** How the functions of cells find their modules in worker threads: imported there again, by the same specifier, through the same loader. */
import type { ModuleReference, ThreadSetup, ThreadSupport } from "../../../engine/embedding.ts";
import type { ImportCallOptions } from "../../language/language.ts";
import { findFile, isPathSpecifier, pathOf, urlOf } from "./local-files.ts";
import type { Modules } from "./modules.ts";
import type { ThreadData } from "./thread-setup.ts";

/** Globals of a notebook that show something or ask somebody. */
const GLOBALS = ["display", "prompt", "input"];

/** A module that a cell has imported. */
interface Imported {
  readonly specifier: string;
  readonly attributes: ModuleReference["attributes"];
  readonly namespace: Record<string, unknown>;
}

/** Knows what cells have imported. */
export class ThreadModules implements ThreadSupport {
  readonly globals = GLOBALS;
  readonly #directory: string;
  readonly #cellUrl: string;
  readonly #modules: () => Modules;
  readonly #references = new WeakMap<object, ModuleReference>();
  /** By URL without a version, or specifier: the one that was loaded last. */
  readonly #loaded = new Map<string, Record<string, unknown>>();
  /** Whose exports are not in `#references` yet. */
  readonly #new: Imported[] = [];

  /** @param directory the notebook's folder, absolute */
  constructor(directory: string, modules: () => Modules) {
    this.#directory = directory;
    this.#cellUrl = urlOf(`${directory}/cell.ts`);
    this.#modules = modules;
  }

  /** A cell has imported a module. */
  imported(specifier: string, options: ImportCallOptions | undefined, namespace: Record<string, unknown>): void {
    this.#new.push({ specifier, attributes: options?.with as ModuleReference["attributes"], namespace });
    const path = isPathSpecifier(specifier) ? findFile(specifier, this.#directory) : undefined;
    this.#loaded.set(path === undefined ? specifier : urlOf(path), namespace);
  }

  /** Edited files are loaded anew; threads that have the old ones are not used any more. */
  setup(): ThreadSetup {
    const modules = this.#modules();
    const directory = this.#directory;
    return {
      url: new URL(`./thread-setup${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url).href,
      version: String(modules.reloads),
      get data(): ThreadData {
        const hashes = [...modules.loadedModules().values()].filter(({ hash }) => /^[0-9a-f]{64}$/.test(hash)).map(({ path, hash }) => [path, hash] as const);
        return { directory, hashes, globals: GLOBALS };
      },
    };
  }

  find(value: object): ModuleReference | undefined {
    if (this.#new.length > 0) for (const imported of this.#new.splice(0)) this.#note(imported);
    return this.#references.get(value);
  }

  loaded({ specifier, name }: ModuleReference): unknown {
    const path = specifier.startsWith("file:") ? pathOf(specifier) : undefined;
    const namespace = this.#loaded.get(path === undefined ? specifier : urlOf(path));
    return namespace === undefined || name === "*" ? namespace : name.split(".").reduce((value: unknown, key) => (value as Record<string, unknown> | null | undefined)?.[key], namespace);
  }

  #note({ specifier, attributes, namespace }: Imported): void {
    const note = (value: unknown, name: string) => {
      if ((typeof value !== "object" && typeof value !== "function") || value === null || this.#references.has(value)) return;
      this.#references.set(value, { parent: this.#cellUrl, specifier, name, ...(attributes === undefined ? {} : { attributes }) });
    };
    note(namespace, "*");
    for (const name of Object.keys(namespace)) {
      try {
        note(namespace[name], name);
      } catch {
        // An export without a value yet: modules may import each other.
      }
    }
  }
}
