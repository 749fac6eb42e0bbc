/**
 * What is known of a function for good: what it says, whose code it is, and where each name that it takes from outside is looked
 * up. The values are read anew each time, as cheaply as the kind of name allows.
 */
import { scopeOf, valueIn, type CapturedScopes } from "../captured-scopes.ts";
import type { BoundFunction, CapturedValues, FunctionOrigin } from "../captured-values.ts";
import { expectTexts, functionText, type FreeName, type FunctionText } from "../function-text.ts";
import { scriptFacts, type ScriptFacts } from "../script-facts.ts";
import { nodeSource, scriptOrigin, type ScriptOrigin } from "../script-origin.ts";
import { tracedOriginal } from "../../tracing/traced-function.ts";
import { isNative, nativeName } from "./native-names.ts";
import { isExport } from "./package-exports.ts";
import { shorten } from "./short-text.ts";

/** Where a name is looked up: `fixed` can not get another value any more, `scope` is asked of V8 each time, `realm` by evaluating it. */
export type NamePlace = "fixed" | "scope" | "realm";

/** A name that a function takes from outside. */
export interface OutsideName {
  readonly name: string;
  readonly use: FreeName;
  readonly place: NamePlace;
  /** Of a fixed one. */
  readonly value: unknown;
  /** The file that a local module's import names; null for anything else. */
  readonly importedFrom: string | null;
}

/** Code that counts by what it says. */
export interface CodeFacts {
  readonly kind: "code";
  readonly text: FunctionText;
  /** Stands for the text. */
  readonly textId: string;
  readonly isClass: boolean;
  readonly url: string;
  readonly names: readonly OutsideName[];
  /** Some of the names are looked up in scopes. */
  readonly asksScopes: boolean;
}

export type FunctionFacts =
  | CodeFacts
  /** Counts by what it is called. */
  | { readonly kind: "named"; readonly id: string; readonly source: string | null }
  | { readonly kind: "bound"; readonly parts: BoundFunction }
  | { readonly kind: "unknown"; readonly why: string };

/** Finds the facts of functions, and keeps them as long as the functions live. */
export class FunctionFactsFinder {
  readonly captured: CapturedValues;
  readonly #known = new WeakMap<Function, FunctionFacts>();
  readonly #scripts = new Map<string, ScriptFacts>();
  readonly #origins = new WeakMap<Function, ScriptOrigin>();
  /** Of classes that say the same the one that code used last, by name and text. */
  readonly #latest = new Map<string, WeakRef<Function>>();

  constructor(captured: CapturedValues) {
    this.captured = captured;
  }

  of(fn: Function): FunctionFacts {
    return this.#known.get(fn) ?? this.#keep(fn, this.#find(fn));
  }

  /**
   * Facts of several: to ask V8 and the parser about all of them together is faster.
   * @param scopes gets what the functions that V8 was asked about have captured
   */
  ofAll(fns: readonly Function[], scopes: Map<Function, CapturedScopes>): readonly FunctionFacts[] {
    const unknown = [...new Set(fns)].filter((fn) => !this.#known.has(fn) && isWritten(tracedOriginal(fn) ?? fn));
    const origins = this.captured.originsOf(unknown);
    expectTexts(unknown.filter((_, index) => scriptOrigin(origins[index]?.url ?? "").kind === "user").map((fn) => Function.prototype.toString.call(fn)));
    const found = new Map<Function, FunctionFacts>();
    for (const [index, fn] of unknown.entries()) {
      const origin = origins[index];
      found.set(fn, this.#keep(fn, this.#find(fn, origin)));
      if (origin !== null) scopes.set(fn, origin);
    }
    return fns.map((fn) => found.get(fn) ?? this.of(fn));
  }

  /** Code uses this class now. */
  classUsed(fn: Function, { textId }: CodeFacts): void { this.#latest.set(`${fn.name} ${textId}`, new WeakRef(fn)); }

  /** Is it still this class that code means, not one that was defined after it with the same text? `instanceof` tells them apart. */
  isLatest(fn: Function): boolean {
    const facts = this.of(fn);
    const latest = facts.kind === "code" ? this.#latest.get(`${fn.name} ${facts.textId}`)?.deref() : undefined;
    return latest === undefined || latest === fn;
  }

  /** Whose code a function is. */
  originOf(fn: Function): ScriptOrigin {
    let origin = this.#origins.get(fn);
    if (origin === undefined) {
      const [told] = this.captured.originsOf([fn]);
      this.#origins.set(fn, (origin = scriptOrigin(told?.url ?? "")));
      // Who asks whose the user's code is reads it next.
      if (origin.kind === "user" && isWritten(fn)) this.#keep(fn, this.#find(fn, told));
    }
    return origin;
  }

  #keep(fn: Function, { facts, settled }: { readonly facts: FunctionFacts; readonly settled: boolean }): FunctionFacts {
    // A name without a value yet is looked for again.
    if (settled) this.#known.set(fn, facts);
    return facts;
  }

  /** @param told by V8, where it has been asked */
  #find(given: Function, told?: FunctionOrigin | null): { facts: FunctionFacts; settled: boolean } {
    const original = tracedOriginal(given);
    const fn = original ?? given;
    const named = nativeName(fn);
    if (named !== undefined) return done({ kind: "named", id: `native ${named};`, source: null });
    if (isNative(fn)) {
      const parts = this.captured.boundParts(fn);
      return done(parts === null ? { kind: "unknown", why: `the built-in function ${fn.name || "it captures"} can not be looked into` } : { kind: "bound", parts });
    }
    const origin = told === undefined ? this.captured.originsOf([fn])[0] : told;
    if (origin === null) return done({ kind: "unknown", why: `${fn.name || "a function"} can not be looked into` });
    const script = scriptOrigin(origin.url);
    this.#origins.set(given, script);
    if (script.kind === "user") return this.#code(fn, origin, origin.scopes, true);
    const inner = ownScopes(fn, origin);
    if (inner.length === 0 || script.kind === "engine" || isExport(origin.url, fn)) {
      const source = script.kind !== "node" ? null : original === undefined || nodeSource(script.id) === null ? nodeSource(script.id) : "files";
      // Two functions of one name are told apart by where they are.
      const place = script.kind === "package" ? `@${origin.url.slice(origin.url.lastIndexOf("/") + 1)}:${origin.line}:${origin.column}` : "";
      return done({ kind: "named", id: `${script.id}#${fn.name}${place};`, source });
    }
    if (script.kind === "node") return done({ kind: "unknown", why: `a function made by ${script.id} can not be looked into` });
    // What a package made for the user holds values of the user's: `debounce(save)`, `times(2)`.
    return this.#code(fn, origin, inner, false);
  }

  #code(fn: Function, origin: FunctionOrigin, scopes: FunctionOrigin["scopes"], isUsers: boolean): { facts: FunctionFacts; settled: boolean } {
    const source = Function.prototype.toString.call(fn);
    const text = functionText(source);
    if (text === null) return done({ kind: "unknown", why: `the source of ${fn.name || "a function"} can not be read` });
    const names: OutsideName[] = [];
    let settled = true;
    const script = origin.scopes.length === 0 ? null : this.#script(origin.scriptId);
    for (const [name, use] of text.free) {
      const scope = scopeOf(name, scopes);
      if (scope === undefined) {
        // What a package declares at its top level is the package's, which counts by its version.
        if (isUsers) names.push({ name, use, place: "realm", value: undefined, importedFrom: null });
        continue;
      }
      const found = valueIn(scope, name);
      if ("missing" in found) settled = false;
      const imported = scope === origin.moduleScope ? script?.imports.get(name) : undefined;
      const value = "value" in found ? found.value : undefined;
      const fixed = "value" in found && script !== null && script.assigned !== null && !script.assigned.has(name) && (imported === undefined || this.#neverAssigned(origin, imported, value));
      const importedFrom = imported !== undefined && /^(\.{0,2}\/|file:)/.test(imported.specifier) ? imported.specifier : null;
      names.push({ name, use, place: fixed ? "fixed" : "scope", value: fixed ? value : undefined, importedFrom });
    }
    // A package's own names count by what they are called.
    const id = shorten(isUsers ? text.text : `${(scriptOrigin(origin.url) as { id?: string }).id}\n${[...text.free.keys()].join(" ")}\n${text.text}`);
    return { facts: { kind: "code", text, textId: id, isClass: /^class\b/.test(source), url: origin.url, names, asksScopes: names.some(({ place }) => place === "scope") }, settled };
  }

  #script(scriptId: string): ScriptFacts {
    let facts = this.#scripts.get(scriptId);
    if (facts === undefined) this.#scripts.set(scriptId, (facts = scriptFacts(this.captured.sourceOf(scriptId))));
    return facts;
  }

  /** Imports are live: can the module assign another value to this export? What is not certain is asked for each time. */
  #neverAssigned({ url, scriptId }: FunctionOrigin, { specifier, name }: { readonly specifier: string; readonly name: string }, value: unknown): boolean {
    if (name === "*") return true;
    if (!/^(\.{0,2}\/|file:)/.test(specifier)) return typeof value === "function";
    if (!URL.canParse(specifier, url)) return false;
    const target = new URL(specifier, url).href.replace(/\?.*$/, "");
    const ids = this.captured.scriptIds((candidate) => isSameFile(candidate, target), scriptId);
    return ids.length > 0 && ids.every((id) => {
      const { exports, assigned } = this.#script(id);
      const local = exports.get(name);
      return local !== undefined && assigned !== null && !assigned.has(local);
    });
  }
}

/** Has it a text that can be read? */
function isWritten(fn: Function): boolean { return nativeName(fn) === undefined && !isNative(fn); }

function done(facts: FunctionFacts): { facts: FunctionFacts; settled: boolean } {
  return { facts, settled: true };
}

/** `./lib` and `./lib.js` may be lib.ts, and the loader tells versions apart by a query. */
function isSameFile(url: string, target: string): boolean {
  const file = url.replace(/\?.*$/, "");
  if (file === target) return true;
  const withoutEnding = (text: string) => text.replace(/\.[cm]?[jt]sx?$/, "");
  return file.startsWith(withoutEnding(target)) && /^(\/index)?$/.test(withoutEnding(file).slice(withoutEnding(target).length));
}

/** Scopes of a foreign function inside its module's own: what it was made with. A class's scope that holds only its name says nothing. */
function ownScopes(fn: Function, { scopes }: FunctionOrigin): FunctionOrigin["scopes"] {
  return scopes.slice(0, -1).filter((scope) => {
    const values = Object.keys(scope).map((name) => valueIn(scope, name)).filter((found) => "value" in found);
    return values.length > 1 || (values.length === 1 && values[0].value !== fn);
  });
}
