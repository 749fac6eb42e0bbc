/** What closures hold: V8's `[[Scopes]]` of a function. */
import type { Lookup } from "./realm-names.ts";

/** A scope's names and values as they were when V8 was asked. One without a value yet is an accessor that throws: {@link valueIn} reads them. */
export type CapturedScope = Readonly<Record<string, unknown>>;

/** A function's scopes at one moment. */
export interface CapturedScopes {
  /** Innermost first, without the realm's own. */
  readonly scopes: readonly CapturedScope[];
  /** The one of them that holds a module's own names and its imports; null where there is none. */
  readonly moduleScope: CapturedScope | null;
}

/** An entry of V8's list. */
interface V8Scope { readonly description: string; readonly object: CapturedScope }

/** Scopes that hold what a realm declares: read by indirect eval, not by these copies. */
const REALM_SCOPES = /^(Global|Script)\b/;

export const NO_SCOPES: CapturedScopes = { scopes: [], moduleScope: null };

/** @param list as V8 gives it: without a prototype, so it can not be iterated */
export function readScopes(list: readonly V8Scope[]): CapturedScopes {
  const scopes: CapturedScope[] = [];
  let moduleScope: CapturedScope | null = null;
  for (let i = 0; i < list.length; i++) {
    const { description, object } = list[i];
    if (REALM_SCOPES.test(description)) continue;
    scopes.push(object);
    if (description === "Module") moduleScope = object;
  }
  return { scopes, moduleScope };
}

/** The scope that a name is found in: the innermost that declares it. */
export function scopeOf(name: string, scopes: readonly CapturedScope[]): CapturedScope | undefined {
  return scopes.find((scope) => Object.hasOwn(scope, name));
}

/** Value of a name that the scope declares. */
export function valueIn(scope: CapturedScope, name: string): Lookup {
  try {
    return { value: scope[name] };
  } catch {
    return { missing: "uninitialised" };
  }
}
