/** Which values structured clone copies faithfully: no functions, instances of classes, symbols, accessors. */
import { types } from "node:util";

/** A module's namespace: Node's, or of a loader that makes its own. */
export function isModuleLike(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  return types.isModuleNamespaceObject(value) || (Object.getPrototypeOf(value) === null && (value as Record<symbol, unknown>)[Symbol.toStringTag] === "Module");
}

const VIEWS = new Set<unknown>([
  Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array, DataView,
].map((one) => one.prototype));
/** Newer than the types that the engine is compiled with. */
const FLOAT_16 = (globalThis as { Float16Array?: { prototype: object } }).Float16Array?.prototype;

/** Copied as a whole, with nothing inside that could not be: the value is a leaf. */
function isLeaf(value: object, prototype: object | null): boolean {
  if (prototype === Date.prototype) return types.isDate(value);
  if (prototype === RegExp.prototype) return types.isRegExp(value) && value.lastIndex === 0;
  if (ArrayBuffer.isView(value)) return VIEWS.has(prototype) || (FLOAT_16 !== undefined && prototype === FLOAT_16);
  if (prototype === ArrayBuffer.prototype) return types.isArrayBuffer(value);
  if (prototype === SharedArrayBuffer.prototype) return types.isSharedArrayBuffer(value);
  return types.isBoxedPrimitive(value) && !types.isSymbolObject(value) && (prototype === Number.prototype || prototype === String.prototype || prototype === Boolean.prototype || prototype === BigInt.prototype);
}

/** Elements (count). */
const LONG = 100;

/** What {@link inside} says of a value: copied as a whole, to be judged by what it holds, not plain. */
type Inside = "leaf" | "container" | "other";

/** Puts what a container holds into `found`. */
function inside(value: object, found: unknown[], exact: boolean): Inside {
  if (types.isProxy(value)) return "other";
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (Array.isArray(value)) {
    if (prototype !== Array.prototype) return "other";
    for (let i = 0; i < value.length; i++) found.push(value[i]);
    // Of long arrays only the elements are looked at: to list the keys would take longer than to copy them.
    return exact && value.length < LONG ? extraKeys(value, found, exact) : "container";
  }
  if (prototype === Object.prototype) return types.isModuleNamespaceObject(value) ? "other" : extraKeys(value, found, exact);
  if (prototype === Map.prototype && types.isMap(value)) {
    for (const [key, entry] of value) found.push(key, entry);
    return extraKeys(value, found, exact);
  }
  if (prototype === Set.prototype && types.isSet(value)) {
    for (const entry of value) found.push(entry);
    return extraKeys(value, found, exact);
  }
  return prototype !== null && isLeaf(value, prototype) ? "leaf" : "other";
}

function extraKeys(value: object, found: unknown[], exact: boolean): Inside {
  if (exact) {
    // Accessors are seen by their descriptors only.
    for (const key of Reflect.ownKeys(value)) {
      if (key === "length" && Array.isArray(value)) continue;
      const field = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
      if (typeof key === "symbol" || field.get !== undefined || field.set !== undefined || field.enumerable !== true) return "other";
      found.push(field.value);
    }
    return "container";
  }
  if (Object.getOwnPropertySymbols(value).length > 0) return "other";
  for (const key of Object.keys(value)) found.push((value as Record<string, unknown>)[key]);
  return "container";
}

function isAtom(value: unknown): boolean {
  return value === null || (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol");
}

/**
 * Is it plain through and through? Linear, without recursion. A getter counts as the value that it gives.
 * @param buffers takes the buffers that were met
 */
export function isPlainData(root: unknown, buffers?: Set<ArrayBufferLike>): boolean {
  if (isAtom(root)) return true;
  if (typeof root !== "object") return false;
  const seen = new Set<unknown>([root]);
  const rest: unknown[] = [root];
  const found: unknown[] = [];
  for (let at = rest.pop(); at !== undefined; at = rest.pop()) {
    const kind = inside(at as object, found, false);
    if (kind === "other") return false;
    if (buffers !== undefined && kind === "leaf") addBuffer(at as object, buffers);
    for (const value of found) {
      if (isAtom(value) || seen.has(value)) continue;
      if (typeof value !== "object") return false;
      seen.add(value);
      rest.push(value);
    }
    found.length = 0;
  }
  return true;
}

function addBuffer(value: object, buffers: Set<ArrayBufferLike>): void {
  if (ArrayBuffer.isView(value)) buffers.add(value.buffer);
  else if (types.isAnyArrayBuffer(value)) buffers.add(value);
}

/** Tells plain values from others where both are mixed: looks at each object once, however many are asked for. */
export class PlainParts {
  readonly #plain = new Map<object, boolean>();

  /** Plain through and through, accessors and all? */
  isPlain(root: object): boolean {
    const known = this.#plain.get(root);
    if (known !== undefined) return known;
    const objects: object[] = [root];
    const holders = new Map<object, object[]>([[root, []]]);
    const others: object[] = [];
    const found: unknown[] = [];
    // `objects` grows while it is walked.
    for (const at of objects) {
      found.length = 0;
      if (typeof at === "function" || inside(at, found, true) === "other") { others.push(at); continue; }
      for (const value of found) {
        if (isAtom(value)) continue;
        const part = value as object;
        if (typeof value === "symbol" || this.#plain.get(part) === false) { others.push(at); continue; }
        if (this.#plain.has(part)) continue;
        const known = holders.get(part);
        if (known !== undefined) known.push(at);
        else {
          holders.set(part, [at]);
          objects.push(part);
        }
      }
    }
    // Whatever holds what is not plain is not plain.
    const tainted = new Set(others);
    for (const at of tainted) for (const holder of holders.get(at) ?? []) tainted.add(holder);
    for (const at of objects) this.#plain.set(at, !tainted.has(at));
    return !tainted.has(root);
  }
}
