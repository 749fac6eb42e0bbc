/** Names of cells that were imported from local modules, and follow these: when they are loaded anew, and when they assign to an export. */
import type { ImportBinding, ImportCallOptions } from "../../language/language.ts";

/** One name of a cell. */
export interface FollowedImport {
  readonly specifier: string;
  readonly path: string;
  readonly binding: ImportBinding;
  readonly options: ImportCallOptions | undefined;
  readonly namespace: Record<string, unknown>;
  /** What was assigned last. */
  value: unknown;
}

export class FollowedImports {
  /** By the name at run time. */
  readonly #byName = new Map<string, FollowedImport>();

  follow(path: string, specifier: string, bindings: readonly ImportBinding[], options: ImportCallOptions | undefined, namespace: Record<string, unknown>): void {
    for (const binding of bindings) {
      this.#byName.set(binding[1], { specifier, path, binding, options, namespace, value: namespace[binding[0]] });
    }
  }

  /** A cell has declared these names itself. */
  release(names: readonly string[]): void {
    for (const name of names) this.#byName.delete(name);
  }

  /** The file that a name was imported from, while no cell has declared it. */
  pathOf(name: string): string | undefined { return this.#byName.get(name)?.path; }

  from(path: string): FollowedImport[] {
    return [...this.#byName.values()].filter((followed) => followed.path === path);
  }

  /** Imports are live: assigns what modules have assigned to their exports meanwhile. */
  refresh(): void {
    for (const followed of this.#byName.values()) {
      const [imported, , assign] = followed.binding;
      if (imported === "*" || !(imported in followed.namespace)) continue;
      const value = followed.namespace[imported];
      if (Object.is(value, followed.value)) continue;
      followed.value = value;
      assign(value);
    }
  }
}

/**
 * Assigns what a module exports, as Node's linker does; named exports of CommonJS that its lexer misses are taken from `module.exports`.
 * @throws SyntaxError for a name that the module does not export
 */
export function assignImports(specifier: string, bindings: readonly ImportBinding[], namespace: Record<string, unknown>): void {
  for (const [imported, , assign, optional] of bindings) {
    if (imported === "*") assign(namespace);
    else if (imported in namespace) assign(namespace[imported]);
    else {
      const exported = namespace["default"];
      const isObject = (typeof exported === "object" && exported !== null) || typeof exported === "function";
      if (isObject && "module.exports" in namespace && imported in exported) assign((exported as Record<string, unknown>)[imported]);
      else if (optional !== true) throw new SyntaxError(`The requested module '${specifier}' does not provide an export named '${imported}'`);
    }
  }
}
