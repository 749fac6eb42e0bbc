/**
 * What a function's free names refer to now, read from V8: names captured by a closure through the inspector's `[[Scopes]]`,
 * names of scripts and cells through an indirect eval, which sees what the realm's scope declares.
 */
import { Session } from "node:inspector";

/** A name's value, or why it has none now. */
export type Lookup = { readonly value: unknown } | { readonly missing: "unbound" | "uninitialised" };

/** What V8 tells of one function. */
export interface FunctionOrigin {
  /** URL of the script that it is written in: `file://…`, `node:fs`, a cell's; empty where none is known. */
  readonly url: string;
  /** Values captured by closures, innermost scope first, without the realm's own scope. */
  readonly scopes: readonly Readonly<Record<string, unknown>>[];
}

interface RemoteObject { readonly objectId?: string; readonly description?: string; readonly value?: unknown }
interface Property { readonly name: string; readonly value?: RemoteObject }

/** Scopes that hold what a realm declares: read by indirect eval, not copied. */
const REALM_SCOPES = /^(Global|Script)\b/;

let shared: CapturedValues | null = null;

/** One for the process: a session costs milliseconds, and what it has learned of scripts holds for everybody. */
export function sharedCapturedValues(): CapturedValues { return (shared ??= new CapturedValues()); }

/** Reads captured values through an inspector session of its own, opened at the first use. */
export class CapturedValues {
  #session: Session | null = null;
  readonly #scriptUrls = new Map<string, string>();
  readonly #readers = new Map<string, () => unknown>();
  #handed: unknown = undefined;

  /** Where a function is written and what it has captured. About 0.2 ms. */
  originOf(fn: Function): FunctionOrigin {
    const key = "__flowletCaptured";
    Object.defineProperty(globalThis, key, { value: fn, configurable: true });
    try {
      const { result } = this.#post<{ result: RemoteObject }>("Runtime.evaluate", { expression: key, objectGroup: "captured" });
      const { internalProperties = [] } = this.#post<{ internalProperties?: Property[] }>("Runtime.getProperties", { objectId: result.objectId, ownProperties: true });
      const location = internalProperties.find((property) => property.name === "[[FunctionLocation]]")?.value?.value as { scriptId: string } | undefined;
      const scopes = internalProperties.find((property) => property.name === "[[Scopes]]")?.value?.objectId;
      return { url: location === undefined ? "" : this.#scriptUrl(location.scriptId), scopes: scopes === undefined ? [] : this.#readScopes(scopes) };
    } finally {
      delete (globalThis as Record<string, unknown>)[key];
      this.#post("Runtime.releaseObjectGroup", { objectGroup: "captured" });
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

  #readScopes(objectId: string): Record<string, unknown>[] {
    const scopes: Record<string, unknown>[] = [];
    const { result } = this.#post<{ result: Property[] }>("Runtime.getProperties", { objectId, ownProperties: true });
    for (const { value } of result) {
      if (value?.objectId === undefined || REALM_SCOPES.test(value.description ?? "")) continue;
      Object.defineProperty(globalThis, "__flowletScope", { value: (scope: { readonly object: object }) => { this.#handed = { ...scope.object }; }, configurable: true });
      try {
        this.#post("Runtime.callFunctionOn", { objectId: value.objectId, functionDeclaration: "function () { __flowletScope(this) }" });
      } finally {
        delete (globalThis as Record<string, unknown>).__flowletScope;
      }
      scopes.push(this.#handed as Record<string, unknown>);
      this.#handed = undefined;
    }
    return scopes;
  }

  /** Scripts are announced to a debugger only; it is on for an instant, since awaits are slow while it is. */
  #scriptUrl(scriptId: string): string {
    if (!this.#scriptUrls.has(scriptId)) {
      this.#post("Debugger.enable", {});
      this.#post("Debugger.disable", {});
    }
    return this.#scriptUrls.get(scriptId) ?? "";
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
