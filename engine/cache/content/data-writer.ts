/**
 * Data as text that is equal exactly when they are: by structure, in the order that can be observed (of keys, of entries), shared
 * objects as shared ones. Functions and classes met on the way are handed on.
 */
import { hash } from "node:crypto";
import { types } from "node:util";
import type { ContentText } from "./content-text.ts";
import { builtInContent } from "./built-in-data.ts";
import { isNative, nativeName } from "./native-names.ts";

/** What the writer asks whoever reads. */
export interface DataSurroundings {
  /** A function or class; `index` stands for it in the text. */
  meet(fn: Function, index: number): void;
  /** Something can not be judged. */
  unknown(why: string): void;
  /** Objects that stand for something else. @returns true when it has written what counts */
  writeKnown(value: object): boolean;
  /** Is the class Node's own? Its instances can not be looked into. */
  isOfNode(constructor: Function): boolean;
  /** Does the class, or one that it extends, give its instances private fields? */
  hasPrivateFields(constructor: Function): boolean;
  privateFields(value: object): readonly (readonly [name: string, value: unknown])[];
  namesBesideElements(array: object): readonly string[];
  /** Symbols that are equal only to themselves count by the order in which they are met: true for code, whose symbols never leave it. */
  readonly ownSymbols: boolean;
}

const MAX_DEPTH = 1000;

/** Arrays of numbers are hashed as a whole from this length on. */
const MANY = 16;

/** Up to this length an array is asked for all its keys. */
const FEW_ELEMENTS = 64;

const SIZE_OF_MAP = (Object.getOwnPropertyDescriptor(Map.prototype, "size") as { get(): number }).get;
const SIZE_OF_SET = (Object.getOwnPropertyDescriptor(Set.prototype, "size") as { get(): number }).get;

/** Writes values one after the other; an object that was written before is a reference to it. */
export class DataWriter {
  /** It has written something that can change in place. */
  mutable = false;
  /** User classes whose instances it has written. */
  readonly classes = new Set<Function>();
  readonly #text: ContentText;
  readonly #around: DataSurroundings;
  readonly #seen = new Map<unknown, number>();
  readonly #shapes = new Map<string, number>();
  #lastNames: readonly string[] = [];
  #lastShape = -1;

  constructor(text: ContentText, around: DataSurroundings) {
    this.#text = text;
    this.#around = around;
  }

  /** Index of a value that is met now, or was before; undefined: it is new, and now it has one. */
  seen(value: unknown): number | undefined {
    const index = this.#seen.get(value);
    if (index === undefined) this.#seen.set(value, this.#seen.size);
    return index;
  }

  value(value: unknown, depth = 0): void {
    const text = this.#text;
    switch (typeof value) {
      case "number": return text.writeNumber(value);
      case "string": return text.writeText(value);
      case "boolean": return text.write(value ? "t;" : "f;");
      case "undefined": return text.write("u;");
      case "bigint": return text.write(`i${value};`);
      case "symbol": return this.#symbol(value);
    }
    if (value === null) return text.write("z;");
    const seen = this.#seen.get(value);
    if (seen !== undefined) return text.write(`@${seen};`);
    const index = this.#seen.size;
    this.#seen.set(value, index);
    if (depth > MAX_DEPTH) return this.#unknown(`it is nested deeper than ${MAX_DEPTH}`);
    // Even to ask what it stands for would run the traps of one.
    if (typeof value === "function" && types.isProxy(value)) return this.#unknown("a Proxy can not be looked into");
    if (this.#around.writeKnown(value as object)) return;
    if (typeof value === "function") {
      text.write("F;");
      return this.#around.meet(value, index);
    }
    this.#object(value as object, depth);
  }

  /** All own properties, in their order; getters and setters as functions. */
  fields(value: object, depth: number, wanted: ((name: string) => boolean) | null = null): void {
    const text = this.#text;
    let names: readonly string[] = Object.getOwnPropertyNames(value);
    if (wanted !== null) names = names.filter(wanted);
    this.#shape(names);
    for (let i = 0; i < names.length; i++) this.#field(Object.getOwnPropertyDescriptor(value, names[i]) as PropertyDescriptor, depth);
    const symbols = Object.getOwnPropertySymbols(value);
    if (symbols.length === 0) return;
    text.write(`y${symbols.length}:`);
    for (const symbol of symbols) {
      this.#symbol(symbol);
      this.#field(Object.getOwnPropertyDescriptor(value, symbol) as PropertyDescriptor, depth);
    }
  }

  #field(field: PropertyDescriptor, depth: number): void {
    if (field.enumerable !== true) this.#text.write("-");
    if (field.get === undefined && field.set === undefined) return this.value(field.value, depth + 1);
    this.#text.write("g");
    this.value(field.get, depth + 1);
    this.value(field.set, depth + 1);
  }

  /** Rows have the same names over and over: they are written once. */
  #shape(names: readonly string[]): void {
    const text = this.#text;
    const last = this.#lastNames;
    let same = this.#lastShape >= 0 && names.length === last.length;
    for (let i = 0; same && i < names.length; i++) same = names[i] === last[i];
    if (same) return text.write(`k${this.#lastShape};`);
    this.#lastNames = names;
    const key = names.map((name) => `${name.length}:${name}`).join("");
    const known = this.#shapes.get(key);
    if (known !== undefined) {
      this.#lastShape = known;
      return text.write(`k${known};`);
    }
    this.#lastShape = this.#shapes.size;
    this.#shapes.set(key, this.#lastShape);
    text.write(`K${names.length}:`);
    for (const name of names) text.writeText(name);
  }

  #unknown(why: string): void {
    this.#around.unknown(why);
    this.#text.write("?;");
  }

  #symbol(symbol: symbol): void {
    const key = Symbol.keyFor(symbol);
    if (key !== undefined) {
      this.#text.write("y");
      return this.#text.writeText(key);
    }
    const name = symbol.description ?? "";
    if (name.startsWith("Symbol.") && (Symbol as unknown as Record<string, unknown>)[name.slice("Symbol.".length)] === symbol) return this.#text.write(`Y${name};`);
    if (!this.#around.ownSymbols) return this.#unknown("it holds a symbol, which is equal only to itself");
    const seen = this.seen(symbol);
    if (seen !== undefined) return this.#text.write(`@${seen};`);
    this.#text.write("o");
    this.#text.writeText(name);
  }

  #object(value: object, depth: number): void {
    if (types.isProxy(value)) return this.#unknown("a Proxy can not be looked into");
    // Objects that other code may change; functions are looked at by who reads them.
    if (!this.mutable && !Object.isFrozen(value)) this.mutable = true;
    const text = this.#text;
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (Array.isArray(value)) return this.#array(value, prototype, depth);
    if (prototype === Object.prototype) {
      text.write("{");
      return this.fields(value, depth);
    }
    if (prototype === null) {
      if (!types.isModuleNamespaceObject(value)) {
        text.write("N");
        return this.fields(value, depth);
      }
      this.mutable = true;
      text.write("W");
      return this.#namespace(value as Record<string, unknown>, depth);
    }
    if (this.#builtIn(value, prototype, depth)) return;
    this.#instance(value, prototype, depth);
  }

  #array(value: readonly unknown[], prototype: object | null, depth: number): void {
    const text = this.#text;
    const { length } = value;
    const numbers = length >= MANY ? asNumbers(value) : null;
    if (numbers !== null) text.write(`A${length}:${hash("sha256", numbers, "base64")};`);
    else {
      text.write(`[${length}:`);
      for (let i = 0; i < length; i++) {
        const element = value[i];
        if (element === undefined && !Object.hasOwn(value, i)) text.write("h;");
        else this.value(element, depth + 1);
      }
    }
    this.#beside(value, depth);
    if (prototype !== Array.prototype) this.#prototype(prototype, depth);
  }

  /** Properties of an array or typed array that are no elements. */
  #beside(value: ArrayLike<unknown> & object, depth: number): void {
    const { length } = value;
    // A long list of names would cost more than the elements.
    if (length > FEW_ELEMENTS ? this.#around.namesBesideElements(value).length === 0 : isOnlyElements(value)) return;
    this.#text.write("+");
    this.fields(value, depth, (name) => !/^(\d+|length)$/.test(name));
  }

  #namespace(value: Record<string, unknown>, depth: number): void {
    const names = Object.keys(value);
    this.#shape(names);
    for (const name of names) {
      try {
        this.value(value[name], depth + 1);
      } catch (error) {
        if (!(error instanceof ReferenceError)) throw error;
        this.#unknown(`${name} has no value yet`);
      }
    }
  }

  /** @returns false for an object that is none of the language's own kinds */
  #builtIn(value: object, prototype: object, depth: number): boolean {
    const text = this.#text;
    let base: object | undefined;
    if (types.isMap(value)) {
      base = Map.prototype;
      this.mutable = true;
      text.write(`M${SIZE_OF_MAP.call(value) as number}:`);
      Map.prototype.forEach.call(value, (entry, key) => { this.value(key, depth + 1); this.value(entry, depth + 1); });
    } else if (types.isSet(value)) {
      base = Set.prototype;
      this.mutable = true;
      text.write(`S${SIZE_OF_SET.call(value) as number}:`);
      Set.prototype.forEach.call(value, (entry) => this.value(entry, depth + 1));
    } else if (types.isDate(value)) {
      base = Date.prototype;
      this.mutable = true;
      text.write(`D${Date.prototype.getTime.call(value)};`);
    } else if (types.isRegExp(value)) {
      base = RegExp.prototype;
      text.write("R");
      text.writeText(value.source);
      text.write(`${value.flags}/${value.lastIndex};`);
    } else if (types.isNativeError(value)) return this.#error(value, prototype, depth);
    else if (types.isBoxedPrimitive(value)) {
      const boxed = value as Number | String | Boolean | Symbol | BigInt;
      text.write("O");
      this.value(boxed.valueOf(), depth + 1);
      if (types.isStringObject(value)) return true;
      base = (Object.getPrototypeOf(Object(boxed.valueOf())) as object);
    } else if (ArrayBuffer.isView(value)) {
      this.mutable = true;
      const name = (types.isTypedArray(value) ? value[Symbol.toStringTag] : "DataView") as keyof typeof globalThis;
      text.write(`T${Buffer.isBuffer(value) ? "Buffer" : name}${value.byteLength}:${hash("sha256", new Uint8Array(value.buffer, value.byteOffset, value.byteLength), "base64")};`);
      if (types.isTypedArray(value)) this.#beside(value as Uint8Array, depth);
      if (prototype !== (globalThis[name] as { prototype: object }).prototype && prototype !== Buffer.prototype) this.#prototype(prototype, depth);
      return true;
    } else if (types.isAnyArrayBuffer(value)) {
      base = types.isSharedArrayBuffer(value) ? SharedArrayBuffer.prototype : ArrayBuffer.prototype;
      this.mutable = true;
      text.write(`B${types.isSharedArrayBuffer(value) ? "s" : ""}${value.byteLength}:${hash("sha256", new Uint8Array(value), "base64")};`);
    } else if (types.isPromise(value) || types.isGeneratorObject(value) || types.isWeakMap(value) || types.isWeakSet(value) || value instanceof WeakRef || types.isExternal(value)) {
      this.#unknown(`${types.isGeneratorObject(value) ? "a running generator" : `a ${value.constructor?.name ?? "value of C++"}`} can not be looked into`);
      return true;
    } else {
      const content = builtInContent(value);
      if (content === null) return false;
      this.mutable = true;
      text.write(`U${content.kind}:`);
      this.value(content.data, depth + 1);
      return true;
    }
    this.fields(value, depth, types.isRegExp(value) ? (name) => name !== "lastIndex" : null);
    if (prototype !== base) this.#prototype(prototype, depth);
    return true;
  }

  /** By class, message, cause and fields; the stack, which names lines, does not count. */
  #error(value: Error, prototype: object, depth: number): true {
    this.#text.write("E");
    this.fields(value, depth, (name) => name !== "stack");
    this.#prototype(prototype, depth);
    return true;
  }

  #instance(value: object, prototype: object, depth: number): void {
    const { constructor } = prototype;
    if (typeof constructor === "function" && constructor.prototype === prototype && (isNative(constructor) || this.#around.isOfNode(constructor))) {
      return this.#unknown(`a ${constructor.name} can not be looked into`);
    }
    this.#prototype(prototype, depth);
    this.fields(value, depth);
    if (typeof constructor !== "function" || !this.#around.hasPrivateFields(constructor)) return;
    this.mutable = true;
    const fields = this.#around.privateFields(value);
    this.#text.write(`#${fields.length}:`);
    for (const [name, field] of fields) {
      this.#text.writeText(name);
      this.value(field, depth + 1);
    }
  }

  /** What an object inherits from: a class by its content, anything else as the object that it is. */
  #prototype(prototype: object | null, depth: number): void {
    if (prototype === null) return this.#text.write("P0;");
    const constructor = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value as unknown;
    if (typeof constructor !== "function" || constructor.prototype !== prototype) {
      this.#text.write("P");
      return this.value(prototype, depth + 1);
    }
    const name = nativeName(constructor);
    if (name !== undefined) return this.#text.write(`C${name};`);
    this.classes.add(constructor);
    this.#text.write("C");
    this.value(constructor, depth + 1);
  }
}

/** By the number of keys, where no element is missing. */
function isOnlyElements(value: ArrayLike<unknown> & object): boolean {
  const keys = Reflect.ownKeys(value);
  const isFull = keys[value.length - 1] === String(value.length - 1);
  if (isFull && keys.length === value.length + (Array.isArray(value) ? 1 : 0)) return true;
  return keys.every((key) => typeof key === "string" && /^(\d+|length)$/.test(key));
}

/** The numbers of an array that holds nothing else; every NaN is the same one. */
function asNumbers(array: readonly unknown[]): Float64Array | null {
  const { length } = array;
  if (typeof array[0] !== "number" || typeof array[length - 1] !== "number" || typeof array[length >> 1] !== "number") return null;
  const numbers = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const element = array[i];
    if (typeof element !== "number") return null;
    numbers[i] = element === element ? element : NaN;
  }
  return numbers;
}
