/**
 * `import` of cells and of the user's own files: resolved from the notebook's folder, TypeScript translated, edited files loaded
 * again together with everything that imports them. Runs in the user process, on its main thread.
 */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createRequire, isBuiltin, registerHooks, setSourceMapsSupport } from "node:module";
import { dirname, join, resolve } from "node:path";
import { compileFunction, constants } from "node:vm";
import { namedModule, notLoaded, notePackage, type ImportedModule } from "../../../engine/embedding.ts";
import type { CellRuntime, ImportBinding, ImportCallOptions } from "../../language/language.ts";
import { decorators } from "./decorators.ts";
import { FollowedImports, assignImports } from "./followed-imports.ts";
import { findFile, isLocalFile, isOwnFile, isPathSpecifier, packageFolder, pathOf, urlOf, versionedUrl, versionedUrlForRequire } from "./local-files.ts";
import { packageOf, type PackageVersion } from "./package-version.ts";
import type * as ModuleSource from "./module-source.ts";

/** A file that cells or local modules have imported. */
export interface LoadedModule {
  readonly path: string;
  /** SHA-256 (hex) of the content that was loaded; "" for a package's file. */
  readonly hash: string;
  /** The installed package it belongs to. */
  readonly package?: PackageVersion;
}

/** Modules of one notebook. */
export interface Modules extends Omit<CellRuntime, "name"> {
  /**
   * Loads again what was edited since it was loaded, with all local modules that import it, and assigns the bindings that cells
   * imported from them; also those to which a module itself has assigned meanwhile. Call before each cell.
   * @returns paths of the edited files @throws the error of an edited file that does not load; again at each call until it does
   */
  reloadChanged(): Promise<string[]>;
  /** Local modules and files of packages that cells and local modules have imported, by URL without a version. */
  loadedModules(): Map<string, LoadedModule>;
  /** The same for one URL (a version in its query is ignored). */
  moduleOf(url: string): LoadedModule | undefined;
  /** How often edited modules have been loaded anew (count). */
  readonly reloads: number;
  /** URL of the local file that a cell has imported a name from; undefined for any other name. @param name as it is called at run time */
  importedFrom(name: string): string | undefined;
  /** What code imports while it runs. @param url of the script that imports */
  imported(specifier: string, url: string): ImportedModule;
}

/** How modules are loaded. */
export interface ModulesOptions {
  /** The notebook's folder, absolute. */
  readonly directory: string;
  /** Told of every module that a cell imports. */
  readonly onImport?: (specifier: string, options: ImportCallOptions | undefined, namespace: Record<string, unknown>) => void;
  /** Hashes that local files must have, by path: a thread must not load what was edited since the notebook has loaded it. */
  readonly hashes?: ReadonlyMap<string, string>;
}

interface LocalModule {
  hash: string;
  /** What cells got of it last, and in which version. */
  namespace?: { readonly version: number; readonly exports: object };
  /** `mtime:size`, to read only what may have changed. */
  stamp: string;
  /** Part of the URL; counts how often it was loaded anew. */
  version: number;
  readonly importers: Set<string>;
}

type Importer = (specifier: string, options: ImportCallOptions | undefined) => Promise<Record<string, unknown>>;

/** Installs the loader's hooks in this thread; call once. */
export function createModules(options: ModulesOptions): Modules {
  return new NotebookModules(options);
}

class NotebookModules implements Modules {
  readonly decorators = decorators;
  readonly meta: ImportMeta;
  readonly require: NodeJS.Require;
  readonly #directory: string;
  readonly #cellPath: string;
  readonly #importer: Importer;
  readonly #local = new Map<string, LocalModule>();
  readonly #packageFiles = new Set<string>();
  readonly #followed = new FollowedImports();
  readonly #pending = new Set<string>();
  readonly #options: ModulesOptions;
  #source: typeof ModuleSource | undefined;
  reloads = 0;

  constructor(options: ModulesOptions) {
    const { directory } = options;
    this.#options = options;
    this.#directory = resolve(directory);
    this.#cellPath = join(this.#directory, "cell.ts");
    this.require = createRequire(this.#cellPath);
    this.meta = { url: urlOf(this.#cellPath), filename: this.#cellPath, dirname: this.#directory, main: false, resolve: (specifier) => this.#resolveUrl(specifier) };
    this.#importer = makeImporter(this.#cellPath);
    // Stacks of local files with enum, parameter properties or JSX name the original lines.
    setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
    registerHooks({
      resolve: (specifier, context, next) => this.#resolve(specifier, context, next),
      load: (url, context, next) => this.#load(url, context, next),
    });
  }

  async import(specifier: unknown, options?: ImportCallOptions): Promise<Record<string, unknown>> {
    const name = String(specifier);
    const path = isPathSpecifier(name) ? findFile(name, this.#directory) : undefined;
    const attributes = options ?? (path?.endsWith(".json") === true ? { with: { type: "json" } } : undefined);
    const url = path === undefined ? name : isLocalFile(path) ? versionedUrl(path, this.#localModule(path).version) : urlOf(path);
    const version = path === undefined ? undefined : this.#local.get(path)?.version;
    const namespace = await this.#importer(url, attributes);
    const module = path === undefined ? undefined : this.#local.get(path);
    if (module !== undefined && version !== undefined) module.namespace = { version, exports: namespace };
    this.#options.onImport?.(name, attributes, namespace);
    return namespace;
  }

  async importStatic(specifier: string, bindings: readonly ImportBinding[], options?: ImportCallOptions): Promise<void> {
    const namespace = await this.import(specifier, options);
    assignImports(specifier, bindings, namespace);
    this.declare(bindings.map(([, local]) => local));
    const path = isPathSpecifier(specifier) ? findFile(specifier, this.#directory) : undefined;
    if (path === undefined || !this.#local.has(path)) return;
    this.#followed.follow(path, specifier, bindings, options, namespace);
  }

  declare(names: readonly string[]): void {
    this.#followed.release(names);
  }

  async reloadChanged(): Promise<string[]> {
    const changed = [...this.#local].filter(([path, module]) => this.#hasChanged(path, module)).map(([path]) => path);
    for (const path of this.#withImporters(changed)) {
      this.#local.get(path)!.version++;
      this.reloads++;
      this.#pending.add(path);
      delete this.require.cache[path];
    }
    for (const path of [...this.#pending]) {
      for (const { specifier, binding, options } of this.#followed.from(path)) {
        // What was deleted cannot be followed any more: names keep their values.
        if (this.#local.get(path)?.hash === "") this.declare([binding[1]]);
        else await this.#followAgain(path, specifier, binding, options);
      }
      this.#pending.delete(path);
    }
    this.#followed.refresh();
    return changed;
  }

  async #followAgain(path: string, specifier: string, binding: ImportBinding, options: ImportCallOptions | undefined): Promise<void> {
    const namespace = await this.import(specifier, options);
    try {
      assignImports(specifier, [binding], namespace);
      this.#followed.follow(path, specifier, [binding], options, namespace);
    } catch {
      // The export is gone: so is its value, and the cell that imports its successor must be able to run.
      binding[2](undefined);
      this.declare([binding[1]]);
    }
  }

  loadedModules(): Map<string, LoadedModule> {
    const modules = new Map<string, LoadedModule>();
    for (const [path, { hash }] of this.#local) modules.set(urlOf(path), { path, hash });
    for (const path of this.#packageFiles) {
      const found = packageOf(path);
      modules.set(urlOf(path), { path, hash: "", ...(found === undefined ? {} : { package: found }) });
    }
    return modules;
  }

  moduleOf(url: string): LoadedModule | undefined {
    const path = pathOf(url);
    if (path === undefined) return undefined;
    const local = this.#local.get(path);
    if (local !== undefined) return { path, hash: local.hash };
    const found = packageOf(path);
    return found === undefined ? undefined : { path, hash: "", package: found };
  }

  importedFrom(name: string): string | undefined {
    const path = this.#followed.pathOf(name);
    return path === undefined ? undefined : urlOf(path);
  }

  imported(specifier: string, url: string): ImportedModule {
    const importer = pathOf(url) ?? this.#cellPath;
    if (specifier === "flowlet") return { named: specifier, source: null };
    const named = namedModule(specifier, urlOf(importer));
    if (named !== null) return named;
    const path = findFile(specifier, dirname(importer));
    const module = path === undefined ? undefined : this.#local.get(path);
    // What modules import while they run has no other witness; an edited file is another one once it is loaded.
    return module?.namespace === undefined || module.namespace.version !== module.version ? notLoaded(specifier) : { namespace: module.namespace.exports };
  }

  #resolve(specifier: string, context: ResolveContext, next: NextResolve): ResolveResult {
    const override = this.#overridden(specifier, context, next);
    if (override !== undefined) return { url: override, shortCircuit: true };
    const parent = context.parentURL === undefined ? undefined : pathOf(context.parentURL);
    if (parent === undefined || !isLocalFile(parent)) return next(specifier, context);
    if (isPathSpecifier(specifier)) {
      const path = findFile(specifier, dirname(parent));
      if (path !== undefined && isLocalFile(path)) {
        return { url: this.#follow(path, parent, context), shortCircuit: true };
      }
    }
    const result = next(specifier, context);
    const path = pathOf(result.url);
    if (path === undefined) return result;
    if (!isLocalFile(path)) {
      if (!path.startsWith(packageFolder)) {
        this.#packageFiles.add(path);
        notePackage(result.url);
      }
      return result;
    }
    // A linked package: its files are edited like local ones.
    return { ...result, url: this.#follow(path, parent, context) };
  }

  /** The URL of a local file as it is now, and who imports it. */
  #follow(path: string, importer: string, { conditions }: ResolveContext): string {
    const module = this.#localModule(path);
    if (importer !== this.#cellPath) module.importers.add(importer);
    if (!conditions.includes("require")) return versionedUrl(path, module.version);
    // CommonJS and JSON are read again because they were taken out of require's cache.
    return /\.(m?ts|tsx)$/.test(path) ? versionedUrlForRequire(path, module.version) : urlOf(path);
  }

  /** Our own engine, the very instance that the kernel uses; tslab where the notebook has none. */
  #overridden(specifier: string, context: ResolveContext, next: NextResolve): string | undefined {
    const ending = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
    if (specifier === "flowlet") return urlOf(join(packageFolder, "engine", `index${ending}`));
    if (specifier === "flowlet/client") return urlOf(join(packageFolder, "client", `index${ending}`));
    if (specifier !== "tslab") return undefined;
    try {
      return next(specifier, context).url;
    } catch {
      return new URL(`./tslab${ending}`, import.meta.url).href;
    }
  }

  #load(url: string, context: LoadContext, next: NextLoad): LoadResult {
    const path = pathOf(url);
    const module = path === undefined ? undefined : this.#local.get(path);
    if (path === undefined || module === undefined) return withoutSourceMap(path, next(url, context));
    const source = readFileSync(path);
    module.hash = hashOf(source);
    const expected = this.#options.hashes?.get(path);
    if (expected !== undefined && expected !== module.hash) throw new Error(`${path} was edited after the notebook had loaded it: run the cell again, so that both the notebook and its threads have the new one.`);
    if (path.endsWith(".json")) return { format: "json", source, shortCircuit: true };
    const plain = /\.[mc]?tsx?$/.test(path) ? undefined : next(url, context);
    if (plain !== undefined && (plain.format !== "module" || !/\btask\s*\(/.test(source.toString("latin1")))) return plain;
    this.#source ??= createRequire(import.meta.url)(import.meta.url.endsWith(".ts") ? "./module-source.ts" : "./module-source.js") as typeof ModuleSource;
    if (plain !== undefined) return { ...plain, source: this.#source.nameModule(source.toString("utf8"), urlOf(path)), shortCircuit: true };
    const translated = this.#source.translateModule(source.toString("utf8"), path, urlOf(path));
    return { format: path.endsWith(".cts") ? "commonjs" : "module", source: translated, shortCircuit: true };
  }

  #localModule(path: string): LocalModule {
    let module = this.#local.get(path);
    if (module === undefined) {
      module = { hash: "unread", stamp: stampOf(path), version: 0, importers: new Set() };
      this.#local.set(path, module);
    }
    return module;
  }

  #hasChanged(path: string, module: LocalModule): boolean {
    const stamp = stampOf(path);
    if (stamp === module.stamp) return false;
    module.stamp = stamp;
    const hash = stamp === "" ? "" : hashOf(readFileSync(path));
    if (hash === module.hash) return false;
    module.hash = hash;
    return true;
  }

  /** The files and everything local that imports them, directly or not. */
  #withImporters(paths: readonly string[]): Set<string> {
    const affected = new Set<string>();
    const pending = [...paths];
    while (pending.length > 0) {
      const path = pending.pop()!;
      if (affected.has(path) || !this.#local.has(path)) continue;
      affected.add(path);
      pending.push(...this.#local.get(path)!.importers);
    }
    return affected;
  }

  #resolveUrl(specifier: string): string {
    if (isBuiltin(specifier)) return specifier.startsWith("node:") ? specifier : `node:${specifier}`;
    if (!isPathSpecifier(specifier)) return urlOf(this.require.resolve(specifier));
    return urlOf(findFile(specifier, this.#directory) ?? resolve(this.#directory, specifier));
  }
}

type Hooks = Parameters<typeof registerHooks>[0];
type ResolveHook = NonNullable<Hooks["resolve"]>;
type LoadHook = NonNullable<Hooks["load"]>;
type ResolveContext = Parameters<ResolveHook>[1];
type NextResolve = Parameters<ResolveHook>[2];
type ResolveResult = ReturnType<ResolveHook>;
type LoadContext = Parameters<LoadHook>[1];
type NextLoad = Parameters<LoadHook>[2];
type LoadResult = ReturnType<LoadHook>;

/** Frames of this package keep the places that the kernel recognizes and leaves out of stacks. */
function withoutSourceMap(path: string | undefined, result: LoadResult): LoadResult {
  if (path === undefined || !isOwnFile(path) || result.source === undefined || result.source === null) return result;
  return { ...result, source: Buffer.from(result.source as Uint8Array).toString("utf8").replace(/\n\/\/# sourceMappingURL=[^\n]*\s*$/, "\n") };
}

/** `import()` as in a file at `path`. */
function makeImporter(path: string): Importer {
  const importer = compileFunction("return import(specifier, options)", ["specifier", "options"], {
    filename: path,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as Importer;
  let warned = false;
  return (specifier, options) => {
    if (warned) return importer(specifier, options);
    // The first call warns that this way is experimental; the version of Node is pinned, and users cannot act on it.
    warned = true;
    const { emitWarning } = process;
    process.emitWarning = () => undefined;
    try {
      return importer(specifier, options);
    } finally {
      process.emitWarning = emitWarning;
    }
  };
}

function stampOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? "" : `${stats.mtimeMs}:${stats.size}:${stats.ino}`;
}

function hashOf(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
