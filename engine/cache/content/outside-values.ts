/** What the names that functions take from outside stand for at one moment: read for many functions at once, and compared later. */
import type { CapturedScopes, CapturedValues } from "../captured-values.ts";
import { isSameLookup, type Lookup, type ReadNames } from "../realm-names.ts";
import type { CodeFacts, OutsideName } from "./function-facts.ts";

/** Values of one reading. */
export class OutsideValues {
  readonly #captured: CapturedValues;
  readonly #realm = new Map<string, Lookup>();
  readonly #lists: ReadNames[] = [];
  /** Of functions some of whose names can get another value. */
  readonly #scopes = new Map<Function, CapturedScopes | null>();
  readonly #names: (readonly [fn: Function, names: readonly OutsideName[]])[] = [];

  constructor(captured: CapturedValues) {
    this.#captured = captured;
  }

  /** @param scopes of those functions that V8 has just been asked about */
  read(functions: Iterable<readonly [Function, CodeFacts]>, scopes: ReadonlyMap<Function, CapturedScopes>): void {
    const names = new Set<string>();
    const asking: Function[] = [];
    for (const [fn, facts] of functions) {
      for (const { name, place } of facts.names) if (place === "realm" && !this.#realm.has(name)) names.add(name);
      if (!facts.asksScopes || this.#scopes.has(fn)) continue;
      this.#names.push([fn, facts.names.filter(({ place }) => place === "scope")]);
      const known = scopes.get(fn);
      this.#scopes.set(fn, known ?? null);
      if (known === undefined) asking.push(fn);
    }
    const found = this.#captured.scopesOf(asking);
    for (let index = 0; index < asking.length; index++) this.#scopes.set(asking[index], found[index]);
    if (names.size === 0) return;
    const list = this.#captured.readNames([...names]);
    this.#lists.push(list);
    for (const [name, lookup] of list.values) this.#realm.set(name, lookup);
  }

  of(fn: Function, { name, place, value }: OutsideName): Lookup {
    if (place === "fixed") return { value };
    return place === "scope" ? inScopes(this.#scopes.get(fn) ?? null, name) : (this.#realm.get(name) as Lookup);
  }

  /** Do all of them stand for the same now? */
  isSame(): boolean {
    for (const list of this.#lists) if (!list.isSame()) return false;
    if (this.#names.length === 0) return true;
    const now = this.#captured.scopesOf(this.#names.map(([fn]) => fn));
    return this.#names.every(([fn, names], index) => now[index] !== null && names.every((one) => isSameLookup(inScopes(now[index], one.name), this.of(fn, one))));
  }
}

function inScopes(captured: CapturedScopes | null, name: string): Lookup {
  const scope = captured?.scopes.find((candidate) => Object.hasOwn(candidate, name));
  return scope === undefined ? { missing: "uninitialised" } : { value: scope[name] };
}
