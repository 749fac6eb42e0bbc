/**
 * What a function's free names refer to now, read from V8: names captured by a closure through the inspector's `[[Scopes]]`,
 * names of scripts and cells through an indirect eval, which sees what the realm's scope declares.
 */
import { types } from "node:util";
import { tracedOriginal } from "../tracing/traced-function.ts";
import { NO_SCOPES, readScopes, type CapturedScopes } from "./captured-scopes.ts";
import { KnownScripts } from "./known-scripts.ts";
import { RealmNames, type Lookup, type ReadNames } from "./realm-names.ts";
import { RemoteValues, type Properties, type RemoteValue } from "./remote-values.ts";

/** What V8 tells of one function. */
export interface FunctionOrigin extends CapturedScopes {
  /** URL of the script that it is written in: `file://…`, `node:fs`, a cell's; empty where none is known. */
  readonly url: string;
  /** V8's id of that script; empty for native code. */
  readonly scriptId: string;
  /** Where its parameter list begins; of an arrow function, and of a class without a constructor, where it begins itself (from 0). */
  readonly line: number;
  readonly column: number;
}

/** What `bind` was given. */
export interface BoundFunction {
  readonly target: Function;
  readonly self: unknown;
  readonly inputs: readonly unknown[];
}

let shared: CapturedValues | null = null;

/** One for the process: a session costs milliseconds, and what it has learned of scripts holds for everybody. */
export function sharedCapturedValues(): CapturedValues { return (shared ??= new CapturedValues()); }

/** Reads captured values through an inspector session of its own, opened at the first use. */
export class CapturedValues {
  readonly #scripts = new KnownScripts();
  readonly #remote = new RemoteValues(this.#scripts.inspector);
  readonly #realm = new RealmNames();

  /** Where a function is written and what it has captured. About 0.1 ms. @throws where V8 does not tell */
  originOf(fn: Function): FunctionOrigin {
    const [origin] = this.originsOf([fn]);
    if (origin === null) throw new Error(`V8 does not tell where ${fn.name || "a function"} is written`);
    return origin;
  }

  /** The same of many, in half the time for each; null for one of which V8 does not tell. */
  originsOf(fns: readonly Function[]): readonly (FunctionOrigin | null)[] {
    const described = this.#remote.properties(fns.map((fn) => (types.isProxy(fn) ? fn : (tracedOriginal(fn) ?? fn))));
    const scopes = this.#scopesIn(described);
    return described.map((properties, index) => {
      const captured = scopes[index];
      if (captured === null) return null;
      const location = internal(properties, "[[FunctionLocation]]")?.value as { scriptId: string; lineNumber: number; columnNumber: number } | undefined;
      const url = location === undefined ? "" : this.#scripts.url(location.scriptId);
      return { url, scriptId: location?.scriptId ?? "", line: location?.lineNumber ?? 0, column: location?.columnNumber ?? 0, ...captured };
    });
  }

  /** What functions' scopes hold now; null for one of which V8 does not tell. */
  scopesOf(fns: readonly Function[]): readonly (CapturedScopes | null)[] { return this.#scopesIn(this.#remote.properties(fns)); }

  /** Has a script of this URL been compiled? */
  isLoaded(url: string): boolean { return this.#scripts.isLoaded(url); }

  /** Names of an array's own properties that are no elements, without `length`; of a typed array too. Does not depend on its length. */
  namesBesideElements(array: object): readonly string[] {
    const properties = this.#remote.properties([array], { nonIndexedPropertiesOnly: true })[0];
    return told(properties).result.filter(({ name, isOwn }) => isOwn !== false && name !== "length").map(({ name }) => name);
  }

  /** A script that its host has compiled: nobody needs to ask V8 where its functions are from, which takes milliseconds. */
  noteScript(scriptId: string, url: string, source?: string): void { this.#scripts.note(scriptId, url, source); }

  /** Ids of the scripts with such a URL that were compiled before another script was. */
  scriptIds(isWanted: (url: string) => boolean, before: string): readonly string[] { return this.#scripts.ids(isWanted, before); }

  /** What a bound function was bound to; null for any other function. */
  boundParts(fn: Function): BoundFunction | null {
    const [properties] = this.#remote.properties([fn]);
    const target = internal(properties, "[[TargetFunction]]");
    if (target === undefined) return null;
    const [bound, self, inputs] = this.#remote.take([target, internal(properties, "[[BoundThis]]"), internal(properties, "[[BoundArgs]]")]);
    return { target: bound as Function, self, inputs: (inputs as unknown[] | undefined) ?? [] };
  }

  /** Values of an object's private fields (of a class: the static ones), by name with `#`, in the order in which they were added. */
  privateFields(value: object): readonly (readonly [name: string, value: unknown])[] {
    const { privateProperties = [] } = told(this.#remote.properties([value])[0]);
    const fields = privateProperties.filter((property) => property.value !== undefined);
    const values = this.#remote.take(fields.map((field) => field.value));
    return fields.map(({ name }, index) => [name, values[index]]);
  }

  /** Source of a script, as V8 compiled it; null where it is no longer known. */
  sourceOf(scriptId: string): string | null { return this.#scripts.source(scriptId); }

  /** Value of a name of the realm: a cell's declaration, or a property of globalThis. */
  lookUp(name: string): Lookup { return this.#realm.lookUp(name); }

  /** Values of several of them. */
  readNames(names: readonly string[]): ReadNames { return this.#realm.read(names); }

  close(): void {
    this.#remote.letGo();
    this.#scripts.inspector.close();
  }

  #scopesIn(described: readonly (Properties | null)[]): readonly (CapturedScopes | null)[] {
    const lists = this.#remote.take(described.map((properties) => {
      const scopes = internal(properties, "[[Scopes]]");
      // The realm's own scope is in each list: where it is alone nothing is captured.
      return scopes?.description === "Scopes[1]" ? undefined : scopes;
    }));
    return lists.map((list, index) => (described[index] === null ? null : list === undefined ? NO_SCOPES : readScopes(list as Parameters<typeof readScopes>[0])));
  }
}

function internal(properties: Properties | null, name: string): RemoteValue | undefined {
  return properties?.internalProperties?.find((property) => property.name === name)?.value;
}

function told(properties: Properties | null): Properties {
  if (properties === null) throw new Error("V8 does not tell what a value holds");
  return properties;
}
