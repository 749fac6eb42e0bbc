/** Names of the language's own functions, by identity: they count by these, wherever they are met. */
import { tracedOriginal } from "../../tracing/traced-function.ts";
import { globalKind } from "../global-names.ts";

let natives: Map<unknown, string> | null = null;

/** Is it a function that V8 or Node's C++ implements? So are bound functions. */
export function isNative(fn: Function): boolean {
  return Function.prototype.toString.call(fn).endsWith("{ [native code] }");
}

/** `Array.prototype.map`, `Math.max`; undefined for functions that are not the language's, or read the outside world. */
export function nativeName(fn: Function): string | undefined {
  return (natives ??= findNames()).get(fn);
}

function findNames(): Map<unknown, string> {
  const found = new Map<unknown, string>();
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (globalKind(name, new Set(), false) !== "pure") continue;
    const value = Object.getOwnPropertyDescriptor(globalThis, name)?.value as unknown;
    note(name, value, found);
    note(`${name}.prototype`, typeof value === "function" ? (value.prototype as unknown) : null, found);
  }
  note("Iterator.prototype", Object.getPrototypeOf(Object.getPrototypeOf([].values())), found);
  const typedArray = Object.getPrototypeOf(Uint8Array) as { prototype: object };
  note("TypedArray", typedArray, found);
  note("TypedArray.prototype", typedArray.prototype, found);
  for (const name of Object.getOwnPropertyNames(Intl)) {
    const value = (Intl as unknown as Record<string, unknown>)[name];
    note(`Intl.${name}`, value, found);
    note(`Intl.${name}.prototype`, typeof value === "function" ? (value.prototype as unknown) : null, found);
  }
  return found;
}

function note(path: string, given: unknown, found: Map<unknown, string>): void {
  const holder = typeof given === "function" ? (tracedOriginal(given) ?? given) : given;
  if ((typeof holder !== "object" && typeof holder !== "function") || holder === null || holder === globalThis) return;
  if (typeof holder === "function" && isNative(holder) && !found.has(holder)) found.set(holder, path);
  for (const [key, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
    for (const [name, member] of [[key, value], [`get ${key}`, get]] as const) {
      // A cell may have given the language functions of its own.
      if (typeof member === "function" && isNative(member) && !member.name.startsWith("bound ") && key !== "random" && key !== "now" && key !== "constructor" && !found.has(member)) found.set(member, `${path}.${name}`);
    }
  }
}
