/**
 * What a function's free names refer to now, read from V8: names captured by a closure through the inspector's `[[Scopes]]`,
 * names of scripts and cells through an indirect eval, which sees what the realm's scope declares.
 */
import { Session } from "node:inspector";
import { tracedOriginal } from "../tracing/traced-function.ts";
import { scriptOrigin } from "./script-origin.ts";

/** A name's value, or why it has none now. */
export type Lookup = { readonly value: unknown } | { readonly missing: "unbound" | "uninitialised" };

/** What V8 tells of one function. */
export interface FunctionOrigin {
  /** URL of the script that it is written in: `file://…`, `node:fs`, a cell's; empty where none is known. */
  readonly url: string;
  /** V8's id of that script; empty for native code. */
  readonly scriptId: string;
  /** Where its parameter list begins; of an arrow function, and of a class without a constructor, where it begins itself (from 0). */
  readonly line: number;
  readonly column: number;
  /** Values captured by closures, innermost scope first, without the realm's own scope. */
  readonly scopes: readonly Readonly<Record<string, unknown>>[];
  /** Names of these scopes that have no value yet. */
  readonly uninitialised: ReadonlySet<string>;
  /** The one of `scopes` that holds a module's own names and its imports; null where there is none. */
  readonly moduleScope: Readonly<Record<string, unknown>> | null;
}

/** What `bind` was given. */
export interface BoundFunction {
  readonly target: Function;
  readonly self: unknown;
  readonly inputs: readonly unknown[];
}

interface RemoteObject { readonly objectId?: string; readonly description?: string; readonly value?: unknown; readonly unserializableValue?: string }
interface Property { readonly name: string; readonly value?: RemoteObject; readonly isOwn?: boolean }
interface Properties { readonly result: readonly Property[]; readonly internalProperties?: readonly Property[]; readonly privateProperties?: readonly Property[] }

/** Scopes that hold what a realm declares: read by indirect eval, not copied. */
const REALM_SCOPES = /^(Global|Script)\b/;

/** Sources that are kept (count). */
const MAX_SOURCES = 32;

/** Where values change hands between V8's inspector and this code: a property of globalThis, not enumerable. */
const HAND = "flowlet.hand";

interface Hand { given: unknown; take(value: unknown): void; taken: unknown }

let shared: CapturedValues | null = null;

/** One for the process: a session costs milliseconds, and what it has learned of scripts holds for everybody. */
export function sharedCapturedValues(): CapturedValues { return (shared ??= new CapturedValues()); }

/** Reads captured values through an inspector session of its own, opened at the first use. */
export class CapturedValues {
  #session: Session | null = null;
  readonly #scriptUrls = new Map<string, string>();
  /** Of scripts that were met last: whoever asks where a function is written often asks for the script next. */
  readonly #sources = new Map<string, string>();
  readonly #readers = new Map<string, () => unknown>();
  /** Id of the latest script that was announced. */
  #announced = -1;

  /** Where a function is written and what it has captured. About 0.1 ms. */
  originOf(fn: Function): FunctionOrigin {
    return this.#inspect(tracedOriginal(fn) ?? fn, ({ internalProperties = [] }) => {
      const internal = (name: string) => internalProperties.find((property) => property.name === name)?.value;
      const location = internal("[[FunctionLocation]]")?.value as { scriptId: string; lineNumber: number; columnNumber: number } | undefined;
      const scopes = internal("[[Scopes]]");
      return {
        url: location === undefined ? "" : this.#scriptUrl(location.scriptId),
        scriptId: location?.scriptId ?? "", line: location?.lineNumber ?? 0, column: location?.columnNumber ?? 0,
        ...(scopes === undefined ? NO_SCOPES : readScopes(this.#fetch(scopes) as readonly V8Scope[])),
      };
    });
  }

  /** Has a script of this URL been compiled? */
  isLoaded(url: string): boolean {
    const known = () => this.#scriptUrls.values().some((one) => one === url);
    if (!known()) this.#debugging(() => {});
    return known();
  }

  /** What a function's scopes hold now; cheaper than {@link originOf}, which tells of the script too. */
  scopesOf(fn: Function): Pick<FunctionOrigin, "scopes" | "uninitialised" | "moduleScope"> {
    return this.#inspect(fn, ({ internalProperties = [] }) => {
      const scopes = internalProperties.find(({ name }) => name === "[[Scopes]]")?.value;
      return scopes === undefined ? NO_SCOPES : readScopes(this.#fetch(scopes) as readonly V8Scope[]);
    });
  }

  /** Names of an array's own properties that are no elements, without `length`; of a typed array too. Does not depend on its length. */
  namesBesideElements(array: object): readonly string[] {
    return this.#inspect(array, ({ result }) => result.filter(({ name, isOwn }) => isOwn !== false && name !== "length").map(({ name }) => name), { nonIndexedPropertiesOnly: true });
  }

  /** A script that its host has compiled: nobody needs to ask V8 where its functions are from, which takes milliseconds. */
  noteScript(scriptId: string, url: string, source?: string): void {
    this.#scriptUrls.set(scriptId, url);
    if (source !== undefined) this.#remember(scriptId, source);
  }

  /** Ids of the scripts with such a URL that were compiled before another script was. */
  scriptIds(isWanted: (url: string) => boolean, before: string): readonly string[] {
    // Scripts that their host has noted came without the others being announced.
    if (Number(before) > this.#announced) this.#debugging(() => {});
    return [...this.#scriptUrls].filter(([, url]) => isWanted(url)).map(([id]) => id);
  }

  /** What a bound function was bound to; null for any other function. */
  boundParts(fn: Function): BoundFunction | null {
    return this.#inspect(fn, ({ internalProperties = [] }) => {
      const internal = (name: string) => internalProperties.find((property) => property.name === name)?.value;
      const target = internal("[[TargetFunction]]");
      if (target === undefined) return null;
      const inputs = internal("[[BoundArgs]]");
      return { target: this.#fetch(target) as Function, self: this.#fetch(internal("[[BoundThis]]")), inputs: inputs === undefined ? [] : (this.#fetch(inputs) as unknown[]) };
    });
  }

  /** Values of an object's private fields (of a class: the static ones), by name with `#`, in the order in which they were added. */
  privateFields(value: object): readonly (readonly [name: string, value: unknown])[] {
    return this.#inspect(value, ({ privateProperties = [] }) => privateProperties.filter((property) => property.value !== undefined).map(({ name, value: remote }) => [name, this.#fetch(remote)] as const));
  }

  /** Source of a script, as V8 compiled it; null where it is no longer known. */
  sourceOf(scriptId: string): string | null {
    return this.#sources.get(scriptId) ?? this.#debugging(() => this.#readSource(scriptId));
  }

  /** Several names will be looked up: to compile what reads them takes as long for one as for all. */
  expectNames(names: readonly string[]): void {
    const unknown = names.filter((name) => !this.#readers.has(name));
    if (unknown.length === 0) return;
    try {
      const readers = (0, eval)(`[${unknown.map((name) => `() => ${name}`).join(",")}]`) as (() => unknown)[];
      for (let i = 0; i < unknown.length; i++) this.#readers.set(unknown[i], readers[i]);
    } catch {
      // One that is no name here fails alone when it is looked up.
    }
  }

  /** Value of a name of the realm: a cell's declaration, or a property of globalThis. */
  lookUp(name: string): Lookup {
    let reader = this.#readers.get(name);
    if (reader === undefined) {
      try {
        reader = (0, eval)(`() => ${name}`) as () => unknown;
      } catch {
        return { missing: "unbound" };
      }
      this.#readers.set(name, reader);
    }
    try {
      return { value: reader() };
    } catch (error) {
      return { missing: /is not defined/.test(String(error)) ? "unbound" : "uninitialised" };
    }
  }

  close(): void {
    this.#session?.disconnect();
    this.#session = null;
  }

  #inspect<T>(value: object, read: (properties: Properties) => T, options: object = {}): T {
    const hand = theHand();
    const former = hand.given;
    hand.given = value;
    try {
      const { result } = this.#post<{ result: RemoteObject }>("Runtime.evaluate", { expression: `globalThis[Symbol.for("${HAND}")].given`, objectGroup: "captured" });
      return read(this.#post<Properties>("Runtime.getProperties", { objectId: result.objectId, ownProperties: true, ...options }));
    } finally {
      hand.given = former;
      this.#post("Runtime.releaseObjectGroup", { objectGroup: "captured" });
    }
  }

  /** The value that a remote object stands for: this is the process it is remote to. */
  #fetch(remote: RemoteObject | undefined): unknown {
    if (remote?.objectId === undefined) {
      const text = remote?.unserializableValue;
      if (text === undefined) return remote?.value;
      return text.endsWith("n") ? BigInt(text.slice(0, -1)) : Number(text);
    }
    const hand = theHand();
    this.#post("Runtime.callFunctionOn", { objectId: remote.objectId, arguments: [{ objectId: remote.objectId }], functionDeclaration: TAKE });
    const { taken } = hand;
    hand.taken = undefined;
    return taken;
  }

  #scriptUrl(scriptId: string): string {
    if (!this.#scriptUrls.has(scriptId)) {
      const known = new Set(this.#scriptUrls.keys());
      this.#debugging(() => {
        this.#keepSource(scriptId);
        // Whoever asks for one of the user's new scripts will ask for the others too, and to be told of scripts costs milliseconds.
        for (const [id, url] of this.#scriptUrls) if (id !== scriptId && !known.has(id) && scriptOrigin(url).kind === "user") this.#keepSource(id);
      });
    }
    return this.#scriptUrls.get(scriptId) ?? "";
  }

  #keepSource(scriptId: string): void {
    const source = this.#readSource(scriptId);
    if (source !== null) this.#remember(scriptId, source);
  }

  #remember(scriptId: string, source: string): void {
    for (const oldest of this.#sources.keys()) if (this.#sources.size >= MAX_SOURCES) this.#sources.delete(oldest);
    this.#sources.set(scriptId, source);
  }

  #readSource(scriptId: string): string | null {
    try {
      return this.#post<{ scriptSource: string }>("Debugger.getScriptSource", { scriptId }).scriptSource;
    } catch {
      return null;
    }
  }

  /** Scripts are announced to a debugger only, all at once; it is on for an instant, since awaits are slow while it is. */
  #debugging<T>(read: () => T): T {
    this.#post("Debugger.enable", {});
    try {
      return read();
    } finally {
      this.#post("Debugger.disable", {});
    }
  }

  #post<T>(method: string, parameters: object): T {
    if (this.#session === null) {
      this.#session = new Session();
      this.#session.connect();
      this.#session.on("Debugger.scriptParsed", ({ params }) => {
        this.#scriptUrls.set(params.scriptId, params.url);
        this.#announced = Math.max(this.#announced, Number(params.scriptId));
      });
    }
    let answer: T | undefined;
    let failure: Error | null = null;
    this.#session.post(method, parameters, (error: Error | null, result?: object) => { failure = error; answer = result as T; });
    if (failure !== null) throw failure;
    return answer as T;
  }
}

const TAKE = `function (value) { globalThis[Symbol.for("${HAND}")].take(value) }`;

function theHand(): Hand {
  const known = (globalThis as Record<symbol, unknown>)[Symbol.for(HAND)] as Hand | undefined;
  if (known !== undefined) return known;
  const hand: Hand = { given: undefined, taken: undefined, take(value) { hand.taken = value; } };
  Object.defineProperty(globalThis, Symbol.for(HAND), { value: hand });
  return hand;
}

/** An entry of V8's `[[Scopes]]`: a copy of the scope as it is now. */
interface V8Scope { readonly description: string; readonly object: object }

const NO_SCOPES = { scopes: [], uninitialised: new Set<string>(), moduleScope: null };

/** Names without a value yet are accessors that throw; they are left out. */
function readScopes(list: readonly V8Scope[]): Pick<FunctionOrigin, "scopes" | "uninitialised" | "moduleScope"> {
  const scopes: Record<string, unknown>[] = [];
  const uninitialised = new Set<string>();
  let moduleScope: Record<string, unknown> | null = null;
  // The list has no prototype, so it can not be iterated.
  for (let i = 0; i < list.length; i++) {
    const { description, object } = list[i];
    if (REALM_SCOPES.test(description)) continue;
    const copy: Record<string, unknown> = {};
    for (const name of Object.keys(object)) {
      try {
        copy[name] = (object as Record<string, unknown>)[name];
      } catch {
        uninitialised.add(name);
      }
    }
    scopes.push(copy);
    if (description === "Module") moduleScope = copy;
  }
  return { scopes, uninitialised, moduleScope };
}
