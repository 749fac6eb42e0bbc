/**
 * What a function's free names refer to now, read from V8: names captured by a closure through the inspector's `[[Scopes]]`,
 * names of scripts and cells through an indirect eval, which sees what the realm's scope declares.
 */
import { Session } from "node:inspector";
import { tracedOriginal } from "../tracing/traced-function.ts";

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
interface Property { readonly name: string; readonly value?: RemoteObject }
interface Properties { readonly result: readonly Property[]; readonly internalProperties?: readonly Property[]; readonly privateProperties?: readonly Property[] }

/** Scopes that hold what a realm declares: read by indirect eval, not copied. */
const REALM_SCOPES = /^(Global|Script)\b/;

/** Sources that are kept (count). */
const MAX_SOURCES = 8;

/** Where values change hands between V8's inspector and this code. */
const HAND = "__flowletCaptured";

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
  #handed: unknown = undefined;

  /** Where a function is written and what it has captured. About 0.2 ms. */
  originOf(fn: Function): FunctionOrigin {
    return this.#inspect(tracedOriginal(fn) ?? fn, ({ internalProperties = [] }) => {
      const internal = (name: string) => internalProperties.find((property) => property.name === name)?.value;
      const location = internal("[[FunctionLocation]]")?.value as { scriptId: string; lineNumber: number; columnNumber: number } | undefined;
      const scopes = internal("[[Scopes]]")?.objectId;
      return {
        url: location === undefined ? "" : this.#scriptUrl(location.scriptId),
        scriptId: location?.scriptId ?? "", line: location?.lineNumber ?? 0, column: location?.columnNumber ?? 0,
        ...(scopes === undefined ? { scopes: [], moduleScope: null } : this.#readScopes(scopes)),
      };
    });
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

  #inspect<T>(value: object, read: (properties: Properties) => T): T {
    Object.defineProperty(globalThis, HAND, { value, configurable: true, writable: true });
    try {
      const { result } = this.#post<{ result: RemoteObject }>("Runtime.evaluate", { expression: HAND, objectGroup: "captured" });
      return read(this.#post<Properties>("Runtime.getProperties", { objectId: result.objectId, ownProperties: true }));
    } finally {
      delete (globalThis as Record<string, unknown>)[HAND];
      this.#post("Runtime.releaseObjectGroup", { objectGroup: "captured" });
    }
  }

  #readScopes(objectId: string): Pick<FunctionOrigin, "scopes" | "moduleScope"> {
    const scopes: Record<string, unknown>[] = [];
    let moduleScope: Record<string, unknown> | null = null;
    const { result } = this.#post<Properties>("Runtime.getProperties", { objectId, ownProperties: true });
    for (const { value } of result) {
      if (value?.objectId === undefined || REALM_SCOPES.test(value.description ?? "")) continue;
      const scope = copyScope((this.#fetch(value) as { readonly object: object }).object);
      scopes.push(scope);
      if (value.description === "Module") moduleScope = scope;
    }
    return { scopes, moduleScope };
  }

  /** The value that a remote object stands for: this is the process it is remote to. */
  #fetch(remote: RemoteObject | undefined): unknown {
    if (remote?.objectId === undefined) {
      const text = remote?.unserializableValue;
      if (text === undefined) return remote?.value;
      return text.endsWith("n") ? BigInt(text.slice(0, -1)) : Number(text);
    }
    const former = Object.getOwnPropertyDescriptor(globalThis, HAND);
    Object.defineProperty(globalThis, HAND, { value: (value: unknown) => { this.#handed = value; }, configurable: true });
    try {
      this.#post("Runtime.callFunctionOn", { objectId: remote.objectId, arguments: [{ objectId: remote.objectId }], functionDeclaration: `function (value) { ${HAND}(value) }` });
      return this.#handed;
    } finally {
      this.#handed = undefined;
      if (former === undefined) delete (globalThis as Record<string, unknown>)[HAND];
      else Object.defineProperty(globalThis, HAND, former);
    }
  }

  #scriptUrl(scriptId: string): string {
    if (!this.#scriptUrls.has(scriptId)) {
      this.#debugging(() => {
        const source = this.#readSource(scriptId);
        if (source === null) return;
        for (const oldest of this.#sources.keys()) if (this.#sources.size >= MAX_SOURCES) this.#sources.delete(oldest);
        this.#sources.set(scriptId, source);
      });
    }
    return this.#scriptUrls.get(scriptId) ?? "";
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
      this.#session.on("Debugger.scriptParsed", ({ params }) => { this.#scriptUrls.set(params.scriptId, params.url); });
    }
    let answer: T | undefined;
    let failure: Error | null = null;
    this.#session.post(method, parameters, (error: Error | null, result?: object) => { failure = error; answer = result as T; });
    if (failure !== null) throw failure;
    return answer as T;
  }
}

/** Names without a value yet are accessors that throw; they are left out. */
function copyScope(scope: object): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(scope)) {
    try {
      copy[name] = (scope as Record<string, unknown>)[name];
    } catch {
      // It is declared further on.
    }
  }
  return copy;
}
