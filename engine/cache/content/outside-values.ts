/** What the names that functions take from outside stand for at one moment: read for many functions at once, and compared later. */
import { scopeOf, valueIn, type CapturedScopes } from "../captured-scopes.ts";
import type { CapturedValues } from "../captured-values.ts";
import { isSameLookup, type Lookup, type ReadNames } from "../realm-names.ts";
import type { CodeFacts, OutsideName } from "./function-facts.ts";

/** Values of one reading. */
export class OutsideValues {
  readonly #captured: CapturedValues;
  readonly #realm = new Map<string, Lookup>();
  readonly #lists: ReadNames[] = [];
  /** Of functions some of whose names can get another value. No more is held of their scopes than these names. */
  readonly #closures = new Map<Function, ReadonlyMap<string, Lookup>>();

  constructor(captured: CapturedValues) {
    this.#captured = captured;
  }

  /** @param scopes of those functions that V8 has just been asked about */
  read(functions: Iterable<readonly [Function, CodeFacts]>, scopes: ReadonlyMap<Function, CapturedScopes>): void {
    const names = new Set<string>();
    const asking: [fn: Function, facts: CodeFacts][] = [];
    for (const [fn, facts] of functions) {
      for (const { name, place } of facts.names) if (place === "realm" && !this.#realm.has(name)) names.add(name);
      if (!facts.asksScopes || this.#closures.has(fn)) continue;
      const known = scopes.get(fn);
      if (known === undefined) asking.push([fn, facts]);
      else this.#closures.set(fn, lookUps(facts, known));
    }
    const found = this.#captured.scopesOf(asking.map(([fn]) => fn));
    for (const [index, [fn, facts]] of asking.entries()) this.#closures.set(fn, lookUps(facts, found[index]));
    if (names.size === 0) return;
    const list = this.#captured.readNames([...names]);
    this.#lists.push(list);
    for (const [name, lookup] of list.values) this.#realm.set(name, lookup);
  }

  of(fn: Function, { name, place, value }: OutsideName): Lookup {
    switch (place) {
      case "fixed": return { value };
      case "realm": return this.#realm.get(name) as Lookup;
      case "scope": return this.#closures.get(fn)?.get(name) as Lookup;
    }
  }

  /** Do all of them stand for the same now? */
  isSame(): boolean {
    for (const list of this.#lists) if (!list.isSame()) return false;
    if (this.#closures.size === 0) return true;
    const now = this.#captured.scopesOf([...this.#closures.keys()]);
    return [...this.#closures.values()].every((lookups, index) => lookups.entries().every(([name, lookup]) => isSameLookup(inScopes(now[index], name), lookup)));
  }
}

function lookUps(facts: CodeFacts, captured: CapturedScopes | null): ReadonlyMap<string, Lookup> {
  return new Map(facts.names.filter(({ place }) => place === "scope").map(({ name }) => [name, inScopes(captured, name)]));
}

/** A scope that V8 does not tell of is as one whose names have no value. */
function inScopes(captured: CapturedScopes | null, name: string): Lookup {
  const scope = captured === null ? undefined : scopeOf(name, captured.scopes);
  return scope === undefined ? { missing: "uninitialised" } : valueIn(scope, name);
}
