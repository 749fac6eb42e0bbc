/**
 * Content of values and code as a text that is equal exactly when they are: the ground of all keys. Data count by structure,
 * functions by their canonical text and everything their free names refer to now, class instances by class and fields.
 * What can not be judged is never guessed: it makes the content unknown, with the reason.
 */
import { hash } from "node:crypto";
import { types } from "node:util";
import { sharedCapturedValues, type CapturedValues, type FunctionOrigin } from "./captured-values.ts";
import { functionText, type FreeName } from "./function-text.ts";
import { tracedOriginal } from "../tracing/traced-function.ts";
import { globalKind, processFacts } from "./global-names.ts";
import { nodeSource, scriptOrigin } from "./script-origin.ts";

/** Content of one value. */
export interface Content {
  /** Short; equal for equal content. */
  readonly id: string;
  /** Length of the full text (characters): a measure of size. */
  readonly size: number;
  /** Why it can not be judged; null when it can. */
  readonly unknown: string | null;
  /** What it brings in from outside, e.g. `Date.now`, `node:fs`. */
  readonly outside: readonly string[];
  /** Content of the code by part, for reasons in words: `the code`, `helper clean`, `factor`. */
  readonly parts: ReadonlyMap<string, string>;
  /** It holds captured data or names that can be assigned: it must be read again after a run. */
  readonly captures: boolean;
}

/** Values that stand for something else, by identity: the run context, the global object. */
export type KnownValue = (value: object, use: FreeName | null) => { readonly id: string; readonly unknown?: string; readonly outside?: string } | undefined;

const MAX_DEPTH = 1000;
const SHORT = 48;

/** A short text as it is, a long one by its hash. */
export function shorten(text: string): string {
  return text.length <= SHORT ? text : `#${hash("sha256", text.isWellFormed() ? text : JSON.stringify(text), "base64")}`;
}

/** Content of a primitive, without the machinery; null for anything else. */
export function primitiveContent(value: unknown): string | null {
  switch (typeof value) {
    case "number": return Object.is(value, -0) ? "n-0" : `n${value}`;
    case "boolean": return value ? "t" : "f";
    case "undefined": return "u";
    case "bigint": return `i${value}`;
    case "string": return value.length <= SHORT - 4 ? `s${value.length}:${value}` : shorten(`s${value.length}:${value}`);
    default: return value === null ? "z" : null;
  }
}

/** Reads contents. */
export class ContentReader {
  readonly #captured = sharedCapturedValues();
  readonly #urls = new WeakMap<Function, string>();
  readonly #known: KnownValue;

  constructor(known: KnownValue = () => undefined) {
    this.#known = known;
  }

  /** Content of a value. Linear in its size. */
  read(value: unknown): Content {
    return this.readParts([["the value", value]]);
  }

  /** Content of several values together, each a part of its own. */
  readParts(values: Iterable<readonly [label: string, value: unknown]>): Content {
    return new Encoding(this.#captured, this.#urls, this.#known).run(values);
  }
}

interface PendingFunction { readonly fn: Function; readonly label: string; readonly index: number }

/** One reading. */
class Encoding {
  readonly #captured: CapturedValues;
  readonly #urls: WeakMap<Function, string>;
  readonly #known: KnownValue;
  readonly #seen = new Map<unknown, number>();
  readonly #pending: PendingFunction[] = [];
  readonly #outside = new Set<string>();
  #unknown: string | null = null;
  #captures = false;
  #out: string[] = [];
  #label = "";

  constructor(captured: CapturedValues, urls: WeakMap<Function, string>, known: KnownValue) {
    this.#captured = captured;
    this.#urls = urls;
    this.#known = known;
  }

  run(values: Iterable<readonly [string, unknown]>): Content {
    const parts = new Map<string, string>();
    const texts: string[] = [];
    const finish = (label: string) => {
      const text = this.#out.join("");
      this.#out = [];
      texts.push(text);
      parts.set(label, shorten(parts.has(label) ? `${parts.get(label)}${text}` : text));
    };
    for (const [label, value] of values) {
      this.#label = label;
      this.#value(value, 0);
      finish(label);
    }
    // Functions are read one after the other, so that helpers of helpers cost no stack.
    for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift()) {
      this.#label = next.label;
      this.#function(next, finish);
    }
    const text = texts.join("\n");
    return { id: shorten(text), size: text.length, unknown: this.#unknown, outside: [...this.#outside], parts, captures: this.#captures };
  }

  #write(text: string): void { this.#out.push(text); }

  #notKnown(what: string): void {
    this.#unknown ??= this.#label === "the value" || this.#label === "the code" ? what : `${this.#label}: ${what}`;
    this.#write("?");
  }

  #value(value: unknown, depth: number): void {
    const primitive = primitiveContent(value);
    if (primitive !== null) return this.#write(`${primitive};`);
    if (typeof value === "symbol") {
      const key = Symbol.keyFor(value);
      if (key !== undefined) return this.#write(`y${key.length}:${key};`);
      if (value.description?.startsWith("Symbol.")) return this.#write(`Y${value.description};`);
      return this.#notKnown("it holds a symbol, which is equal only to itself");
    }
    const seen = this.#seen.get(value);
    if (seen !== undefined) return this.#write(`@${seen};`);
    const index = this.#seen.size;
    this.#seen.set(value, index);
    if (depth > MAX_DEPTH) return this.#notKnown(`it is nested deeper than ${MAX_DEPTH}`);
    const known = this.#known(value as object, null);
    if (known !== undefined) {
      if (known.unknown !== undefined) return this.#notKnown(known.unknown);
      if (known.outside !== undefined) this.#outside.add(known.outside);
      return this.#write(`K${known.id};`);
    }
    if (typeof value === "function") {
      this.#write(`F@${index};`);
      this.#pending.push({ fn: value, label: this.#label, index });
      return;
    }
    this.#object(value as object, depth);
  }

  #object(value: object, depth: number): void {
    if (types.isProxy(value)) return this.#notKnown("a Proxy can not be looked into");
    if (Array.isArray(value)) {
      this.#write(`[${value.length}:`);
      for (let i = 0; i < value.length; i++) { if (i in value) this.#value(value[i], depth + 1); else this.#write("h;"); }
      this.#write("]");
      if (Object.keys(value).length > value.length) this.#fields(value, depth, (key) => !/^\d+$/.test(key));
      return;
    }
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (prototype === Object.prototype || prototype === null || types.isModuleNamespaceObject(value)) {
      this.#write(prototype === null ? "N{" : "{");
      this.#fields(value, depth);
      return this.#write("}");
    }
    if (types.isDate(value)) this.#write(`D${value.getTime()};`);
    else if (types.isRegExp(value)) this.#write(`R${value.source.length}:${value.source}/${value.flags}/${value.lastIndex};`);
    else if (types.isMap(value)) {
      this.#write(`M${value.size}:`);
      for (const [key, entry] of value) { this.#value(key, depth + 1); this.#value(entry, depth + 1); }
    } else if (types.isSet(value)) {
      this.#write(`S${value.size}:`);
      for (const entry of value) this.#value(entry, depth + 1);
    } else if (ArrayBuffer.isView(value)) this.#write(`T${value.constructor.name}${value.byteLength}:${bytes(value)};`);
    else if (types.isAnyArrayBuffer(value)) this.#write(`B${value.byteLength}:${bytes(new Uint8Array(value))};`);
    else if (types.isNativeError(value)) this.#error(value, depth);
    else if (types.isBoxedPrimitive(value)) this.#value((value as { valueOf(): unknown }).valueOf(), depth + 1);
    else if (value instanceof URL) this.#write(`L${value.href.length}:${value.href};`);
    else if (types.isPromise(value) || types.isGeneratorObject(value) || types.isWeakMap(value) || types.isWeakSet(value) || value instanceof WeakRef || types.isExternal(value)) {
      return this.#notKnown(`a ${value.constructor?.name ?? "running generator"} can not be looked into`);
    } else return this.#instance(value, prototype, depth);
    // Subclasses and extra properties of built-in kinds.
    if (Object.keys(value).length > 0 && !ArrayBuffer.isView(value)) this.#fields(value, depth);
  }

  #error(value: Error, depth: number): void {
    this.#write("E{");
    this.#value(value.name, depth + 1);
    this.#value(value.message, depth + 1);
    if (value.cause !== undefined) this.#value(value.cause, depth + 1);
    this.#write("}");
  }

  #instance(value: object, prototype: object, depth: number): void {
    const { constructor } = prototype;
    if (typeof constructor !== "function" || constructor.prototype !== prototype) {
      this.#write("P{");
      this.#value(prototype, depth + 1);
    } else {
      const origin = scriptOrigin(this.#urlOf(constructor));
      if (origin.kind === "node" || Function.prototype.toString.call(constructor).endsWith("{ [native code] }")) {
        return this.#notKnown(`a ${constructor.name} can not be looked into`);
      }
      this.#write("C{");
      this.#value(constructor, depth + 1);
    }
    this.#fields(value, depth);
    this.#write("}");
  }

  #fields(value: object, depth: number, wanted: (key: string) => boolean = () => true): void {
    for (const key of Reflect.ownKeys(value)) {
      if (typeof key === "string" ? !wanted(key) : false) continue;
      const field = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
      if (!field.enumerable && typeof key === "string" && !types.isModuleNamespaceObject(value)) continue;
      this.#value(key, depth + 1);
      if (field.get !== undefined) this.#value(field.get, depth + 1);
      else this.#value(field.value, depth + 1);
    }
  }

  #urlOf(fn: Function): string {
    let url = this.#urls.get(fn);
    if (url === undefined) this.#urls.set(fn, (url = this.#captured.originOf(fn).url));
    return url;
  }

  /** Code of a package, of Node or of the engine counts by name. @returns whether `fn` is such code */
  #foreign(fn: Function): boolean {
    const origin = scriptOrigin(this.#urlOf(fn));
    if (origin.kind === "user") return false;
    const source = origin.kind === "node" ? nodeSource(origin.id) : null;
    if (source !== null) this.#outside.add(tracedOriginal(fn) === undefined ? source : "files");
    this.#write(`X${origin.id}#${fn.name};`);
    return true;
  }

  #function({ fn, label, index }: PendingFunction, finish: (label: string) => void): void {
    this.#write(`f@${index}=`);
    if (this.#foreign(fn)) return finish(label);
    const text = functionText(Function.prototype.toString.call(fn));
    if (text === null) {
      const name = nativeNames().get(tracedOriginal(fn) ?? fn);
      if (name === undefined) this.#notKnown(`the built-in or bound function ${fn.name || "it captures"} can not be looked into`);
      else this.#write(`native ${name};`);
      return finish(label);
    }
    if (text.unknown !== null) this.#notKnown(text.unknown);
    this.#write(text.text);
    const base = Object.getPrototypeOf(fn) as unknown;
    if (typeof base === "function" && Object.hasOwn(base, "prototype")) this.#value(base, 0);
    const origin = this.#captured.originOf(fn);
    const own = Object.keys(fn);
    if (own.length > 0 || /^class\b/.test(Function.prototype.toString.call(fn))) this.#fields(fn, 0, (key) => key !== "prototype");
    finish(label);
    for (const [name, use] of text.free) this.#freeName(name, use, origin, finish);
  }

  #freeName(name: string, use: FreeName, origin: FunctionOrigin, finish: (label: string) => void): void {
    const scope = origin.scopes.find((candidate) => Object.hasOwn(candidate, name));
    this.#write(`^${name}=`);
    if (scope === undefined && Object.hasOwn(globalThis, name)) {
      const kind = globalKind(name, use.members, use.whole);
      if (kind !== null) {
        if (typeof kind === "object") this.#outside.add(kind.source);
        this.#write(name === "process" ? `global${processFacts(use.members)};` : "global;");
        return finish(`global ${name}`);
      }
    }
    const found = scope === undefined ? this.#captured.lookUp(name) : { value: scope[name] };
    if ("missing" in found) {
      this.#label = name;
      this.#notKnown(found.missing === "unbound" ? "nothing of that name is found" : "it has no value yet");
      return finish(name);
    }
    const { value } = found;
    const isCode = typeof value === "function";
    this.#label = isCode ? `helper ${name}` : name;
    if (typeof value === "object" && value !== null && !use.whole) {
      const known = this.#known(value, use);
      if (known !== undefined) {
        if (known.unknown !== undefined) this.#notKnown(known.unknown);
        if (known.outside !== undefined) this.#outside.add(known.outside);
        this.#write(`K${known.id};`);
        return finish(this.#label);
      }
      if (this.#members(value, use)) return finish(this.#label);
    }
    if (!isCode) this.#captures = true;
    this.#value(value, 0);
    finish(this.#label);
  }

  /** Of a module only what is used counts. @returns false where the whole object must be read */
  #members(value: object, use: FreeName): boolean {
    const isModule = types.isModuleNamespaceObject(value);
    const members = [...use.members].map((member) => [member, (value as Record<string, unknown>)[member]] as const);
    const foreign = (member: unknown) => typeof member === "function" && scriptOrigin(this.#urlOf(member)).kind !== "user";
    if (!isModule && !members.every(([, member]) => foreign(member))) return false;
    for (const [name, member] of members) {
      this.#write(`.${name}=`);
      if (foreign(member)) this.#foreign(member as Function);
      else this.#value(member, 0);
    }
    return true;
  }
}

/** Long contents are hashed, short ones written out. */
function bytes(view: ArrayBufferView): string {
  const buffer = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  return hash("sha256", buffer, "base64");
}

let natives: Map<unknown, string> | null = null;

/** Names of the language's own functions, by identity. */
function nativeNames(): Map<unknown, string> {
  if (natives !== null) return natives;
  natives = new Map();
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (globalKind(name, new Set(), false) !== "pure") continue;
    const value = (globalThis as Record<string, unknown>)[name];
    for (const [path, holder] of [[name, value], [`${name}.prototype`, (value as { prototype?: unknown } | null | undefined)?.prototype]] as const) {
      if ((typeof holder !== "object" && typeof holder !== "function") || holder === null || holder === globalThis) continue;
      if (typeof holder === "function") natives.set(tracedOriginal(holder) ?? holder, path);
      for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
        if (typeof property.value === "function" && key !== "random" && key !== "now" && key !== "constructor") natives.set(property.value, `${path}.${key}`);
      }
    }
  }
  return natives;
}
