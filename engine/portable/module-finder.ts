/**
 * Finds the module that a value comes from, so that another thread imports it from there: by the import statements of the
 * scripts that use it, by the script that a function is written in, and by whoever loads modules in a way of its own.
 */
import { existsSync, realpathSync } from "node:fs";
import { builtinModules, createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { types } from "node:util";
import { valueIn } from "../cache/captured-scopes.ts";
import type { CapturedValues } from "../cache/captured-values.ts";
import { scriptOrigin } from "../cache/script-origin.ts";
import type { ModuleReference, NodeMaker } from "./portable-graph.ts";
import type { ScriptFacts } from "../cache/script-facts.ts";

type Found = Extract<NodeMaker, { kind: "module" | "require" }>;

/** The program's first file: to import it would run the program again. */
const ENTRY = entryUrl();

const load = createRequire(import.meta.url);

/** Stands for an import that is no object, and may be another one in each thread: `threadId`. */
export class ImportedName {
  readonly reference: ModuleReference;
  constructor(reference: ModuleReference) {
    this.reference = reference;
  }
}

/** Keeps what it has found as long as the values live. */
export class ModuleFinder {
  readonly #found = new WeakMap<object, Found>();
  readonly #urls = new WeakMap<Function, string>();
  readonly #captured: CapturedValues;
  readonly #byHost: (value: object) => ModuleReference | undefined;
  #commonJsFiles = 0;
  #builtinsNoted = false;

  /** @param byHost asked for every object that is not known */
  constructor(captured: CapturedValues, byHost: (value: object) => ModuleReference | undefined = () => undefined) {
    this.#captured = captured;
    this.#byHost = byHost;
  }

  /** URL of the script that a function is written in; empty for native code. */
  urlOf(fn: Function): string {
    let url = this.#urls.get(fn);
    if (url === undefined) this.#urls.set(fn, (url = this.#captured.originOf(fn).url));
    return url;
  }

  /** Notes what a module imports. @param scope the module's own names and imports */
  noteImports(url: string, facts: ScriptFacts, scope: Readonly<Record<string, unknown>>): void {
    for (const [local, { specifier, name, attributes }] of facts.imports) {
      const found = valueIn(scope, local);
      const value = "value" in found ? found.value : undefined;
      if (!isReferable(value) || this.#found.has(value) || isEntry(specifier, url)) continue;
      this.#found.set(value, { kind: "module", reference: { parent: url, specifier, name, ...(Object.keys(attributes).length > 0 ? { attributes } : {}) } });
    }
  }

  /** Notes a CommonJS file's own `require`. */
  noteRequire(require: object, url: string): void {
    this.#found.set(require, { kind: "require", from: url });
  }

  /** Where a value was imported from; undefined where it was not, as far as is known. */
  find(value: object): Found | undefined {
    if (value instanceof ImportedName) return { kind: "module", reference: value.reference };
    const known = this.#found.get(value);
    if (known !== undefined) return known;
    const reference = this.#byHost(value);
    if (reference !== undefined) return this.#note(value, reference);
    return types.isModuleNamespaceObject(value) ? this.#findNamespace(value) : undefined;
  }

  /** Where a function is exported from, by the script that it is written in. @param local ask the program's own modules too */
  findFunction(fn: Function, local = false): Found | undefined {
    const known = this.find(fn);
    if (known !== undefined) return known;
    const url = this.urlOf(fn);
    const { kind } = scriptOrigin(url);
    if (kind === "node") return this.#findBuiltin(fn);
    if (kind !== "package" && !(local && kind === "user" && url.startsWith("file:") && url !== ENTRY)) return undefined;
    const module = loadedModule(url);
    const name = module === undefined ? undefined : exportName(module, fn);
    return name === undefined ? undefined : this.#note(fn, { parent: url, specifier: url, name, ...(types.isModuleNamespaceObject(module) ? {} : { required: true }) });
  }

  #note(value: object, reference: ModuleReference): Found {
    const found: Found = { kind: "module", reference };
    this.#found.set(value, found);
    return found;
  }

  /** All of Node's modules are asked, once. */
  #findBuiltin(fn: Function): Found | undefined {
    if (!this.#builtinsNoted) {
      this.#builtinsNoted = true;
      for (const id of builtinModules) {
        if (/^_|^(punycode|sys|wasi|repl|trace_events)$/.test(id)) continue;
        const module = process.getBuiltinModule(id) as unknown;
        if (!isReferable(module)) continue;
        if (!this.#found.has(module)) this.#note(module, { parent: "", specifier: id, name: "default" });
        for (const [name, value] of Object.entries(module)) {
          if (isReferable(value) && !this.#found.has(value)) this.#note(value, { parent: "", specifier: id, name });
        }
      }
    }
    return this.#found.get(fn);
  }

  /** Notes what CommonJS files export, with each file that was loaded since. */
  noteCommonJs(): void {
    const files = Object.entries(load.cache);
    if (files.length === this.#commonJsFiles) return;
    this.#commonJsFiles = files.length;
    for (const [path, module] of files) {
      const exported: unknown = module?.exports;
      // An empty object is what a file that exports nothing has, and every file while it is loaded.
      if (!isReferable(exported) || types.isProxy(exported) || types.isModuleNamespaceObject(exported) || this.#found.has(exported) || pathToFileURL(path).href === ENTRY) continue;
      if (Object.keys(exported).length > 0 || typeof exported === "function") this.#note(exported, { parent: path, specifier: path, name: "*", required: true });
    }
  }

  /** A namespace without an import statement: some export of it may be written in the module itself. */
  #findNamespace(namespace: object): Found | undefined {
    for (const url of new Set(Object.values(namespace).filter((value) => typeof value === "function").map((fn) => this.urlOf(fn as Function)))) {
      if (url !== ENTRY && loadedModule(url) === namespace) return this.#note(namespace, { parent: url, specifier: url, name: "*" });
    }
    return undefined;
  }
}

function entryUrl(): string {
  const path = process.argv[1];
  return path === undefined ? "" : pathToFileURL(existsSync(path) ? realpathSync(path) : path).href;
}

function isReferable(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function isEntry(specifier: string, parent: string): boolean {
  return /^(\.{0,2}\/|file:)/.test(specifier) && URL.canParse(specifier, parent) && new URL(specifier, parent).href === ENTRY;
}

/** A module that has been loaded; undefined where there is none, or it is being loaded. Never waits. */
export function loadedModule(url: string): object | undefined {
  try {
    const path = url.startsWith("file:") ? fileURLToPath(url) : url;
    const known = load.cache[path];
    if (known !== undefined) return isReferable(known.exports) ? (known.exports as object) : undefined;
    const module = load(path) as unknown;
    return isReferable(module) ? module : undefined;
  } catch {
    return undefined;
  }
}

/** The name under which a module exports a value, with a member of the export behind a dot; `*`: it is the module itself. */
function exportName(module: object, value: unknown): string | undefined {
  if (module === value) return "*";
  for (const [name, exported] of Object.entries(module)) if (exported === value) return name;
  for (const [name, exported] of Object.entries(module)) {
    if (!isReferable(exported) || types.isProxy(exported)) continue;
    for (const [member, field] of Object.entries(Object.getOwnPropertyDescriptors(exported))) if (field.value === value && !/\./.test(name + member)) return `${name}.${member}`;
  }
  return undefined;
}

/** An export of a module by its name. */
export function exportOf(module: unknown, name: string): unknown {
  if (name === "*") return module;
  return name.split(".").reduce((value: unknown, key) => (value as Record<string, unknown> | null | undefined)?.[key], module);
}

/** What a reference stands for, if its module has been loaded in this thread. */
export function loadedExport({ parent, specifier, name }: ModuleReference): unknown {
  const builtin = process.getBuiltinModule(specifier) as unknown;
  if (builtin !== undefined) return name === "default" ? builtin : exportOf(builtin, name);
  const url = /^(\.{0,2}\/|file:)/.test(specifier) && parent.startsWith("file:") && URL.canParse(specifier, parent) ? new URL(specifier, parent).href : specifier;
  return exportOf(loadedModule(url), name);
}
