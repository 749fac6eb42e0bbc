/** Functions as other threads need them: source, place, and what each free name stands for now. Read once, as far as nothing can change. */
import { isBuiltin } from "node:module";
import { scopeOf, valueIn } from "../cache/captured-scopes.ts";
import type { CapturedValues, FunctionOrigin } from "../cache/captured-values.ts";
import { readFunctionSource, type FunctionSource, type NameUse } from "./function-source.ts";
import { isStandardGlobal } from "./global-paths.ts";
import { ImportedName, type ModuleFinder } from "./module-finder.ts";
import { scriptFacts, type ScriptFacts } from "../cache/script-facts.ts";

/** A free name that has a value. */
export interface CapturedName {
  readonly name: string;
  readonly value: unknown;
  readonly use: NameUse;
  /** The same for all functions that certainly mean the same variable: one of a module, or of the realm. Null: it can not be told. */
  readonly variable: string | null;
  /** Values of the scope that it is declared in; null for the realm's. */
  readonly scope: Readonly<Record<string, unknown>> | null;
}

/** A function, read. */
export interface ReadFunction {
  readonly source: FunctionSource;
  readonly url: string;
  readonly scriptId: string;
  /** Line of its first line (from 0), and how far that is indented in its script. */
  readonly line: number;
  readonly column: number;
  readonly strict: boolean;
  readonly names: readonly CapturedName[];
  /** Names that nothing has now. */
  readonly missing: readonly string[];
  /** No name of a closure can get another value any more. */
  readonly settled: boolean;
}

/** What a function is, apart from the values of its names. */
interface Known extends Omit<ReadFunction, "names" | "missing" | "settled"> {
  readonly facts: ScriptFacts;
  /** Of names that can not change; null until they have been read, and where they can. */
  closure: ReadonlyMap<string, CapturedName> | null;
}

/** The value of a name that has none. */
export const ABSENT = Symbol("absent");

/** Sources that are kept (count). */
const MAX_SOURCES = 10_000;

/** Reads functions of this thread. */
export class FunctionReader {
  readonly #captured: CapturedValues;
  readonly #modules: ModuleFinder;
  readonly #isGlobal: (name: string) => boolean;
  readonly #known = new WeakMap<Function, Known | null>();
  readonly #facts = new Map<string, ScriptFacts>();
  readonly #sources = new Map<string, FunctionSource | null>();

  /** @param isGlobal names that a host gives to every thread */
  constructor(captured: CapturedValues, modules: ModuleFinder, isGlobal: (name: string) => boolean = () => false) {
    this.#captured = captured;
    this.#modules = modules;
    this.#isGlobal = (name) => isStandardGlobal(name) || isGlobal(name);
  }

  /** A function with the values of its names now; null for native and bound functions. */
  read(fn: Function): ReadFunction | null {
    let origin: FunctionOrigin | null = null;
    let known = this.#known.get(fn);
    if (known === undefined) {
      const source = this.#source(fn);
      if (source !== null) origin = this.#captured.originOf(fn);
      known = source === null ? null : this.#place(source, origin as FunctionOrigin);
      this.#known.set(fn, known);
    }
    if (known === null) return null;
    const closure = known.closure ?? this.#closure(known, origin ?? this.#captured.originOf(fn));
    const names: CapturedName[] = [];
    const missing: string[] = [];
    for (const [name, use] of known.source.free) {
      if (!closure.has(name) && this.#isGlobal(name)) continue;
      const captured = closure.get(name) ?? this.#ofRealm(name, use);
      if (captured === null) missing.push(name);
      else names.push(captured);
    }
    return { ...known, names, missing, settled: known.closure !== null };
  }

  /** Value of a name of the realm now, {@link ABSENT} without one; what {@link read} gave stands as long as it is the same. */
  realmValue(name: string): unknown {
    const found = this.#captured.lookUp(name);
    return "value" in found ? found.value : ABSENT;
  }

  #source(fn: Function): FunctionSource | null {
    const text = Function.prototype.toString.call(fn);
    let source = this.#sources.get(text);
    if (source === undefined) {
      if (this.#sources.size >= MAX_SOURCES) this.#sources.clear();
      this.#sources.set(text, (source = readFunctionSource(text)));
    }
    return source;
  }

  #place(source: FunctionSource, origin: FunctionOrigin): Known {
    const { url, scriptId } = origin;
    let facts = this.#facts.get(scriptId);
    if (facts === undefined) this.#facts.set(scriptId, (facts = scriptFacts(this.#captured.sourceOf(scriptId))));
    const before = source.before.split("\n");
    const column = before.length > 1 ? 0 : Math.max(0, origin.column - source.before.length);
    return { source, url, scriptId, facts, closure: null, line: Math.max(0, origin.line - before.length + 1), column, strict: facts.strict };
  }

  /** What the function's closure holds of its free names; kept where none of these can change. */
  #closure(known: Known, origin: FunctionOrigin): ReadonlyMap<string, CapturedName> {
    const { facts, source } = known;
    if (origin.moduleScope !== null) this.#modules.noteImports(origin.url, facts, origin.moduleScope);
    const names = new Map<string, CapturedName>();
    let settled = true;
    for (const [name, use] of source.free) {
      const scope = scopeOf(name, origin.scopes);
      const found = scope === undefined ? undefined : valueIn(scope, name);
      if (scope === undefined || found === undefined || "missing" in found) {
        // It may be declared and have no value yet.
        if (facts.declared.has(name) && "missing" in this.#captured.lookUp(name)) settled = false;
        continue;
      }
      const { value } = found;
      if (name === "require" && typeof value === "function" && "resolve" in value) this.#modules.noteRequire(value, origin.url);
      if (facts.assigned === null || facts.assigned.has(name)) settled = false;
      const imported = scope === origin.moduleScope ? facts.imports.get(name) : undefined;
      const isOwn = imported !== undefined && isBuiltin(imported.specifier) && Object(value) !== value;
      names.set(name, { name, value: isOwn ? new ImportedName({ parent: origin.url, specifier: imported.specifier, name: imported.name }) : value, use, scope, variable: scope === origin.moduleScope ? `${origin.scriptId}:${name}` : null });
    }
    if (settled) known.closure = names;
    return names;
  }

  #ofRealm(name: string, use: NameUse): CapturedName | null {
    const found = this.#captured.lookUp(name);
    // A name that nothing has here has nothing there either.
    return "value" in found ? { name, value: found.value, use, scope: null, variable: `:${name}` } : null;
  }
}
