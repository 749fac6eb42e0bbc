/** What functions and classes carry beside their text: static fields, methods that were replaced, what they inherit from. */

/** Names that every function has, and none says anything that its text does not. */
const STANDARD = new Set<PropertyKey>(["length", "name", "arguments", "caller", "prototype"]);

const FUNCTION_BASES = new Set<unknown>([
  Function.prototype, Object.getPrototypeOf(async () => {}), Object.getPrototypeOf(function* () {}), Object.getPrototypeOf(async function* () {}),
]);

const PROTOTYPE_BASES = new Set<unknown>([
  Object.prototype, Object.getPrototypeOf((function* () {}).prototype), Object.getPrototypeOf((async function* () {}).prototype), null,
]);

/** Members of a function that its text does not tell. */
export interface FunctionMembers {
  /** Static fields; functions given to it. */
  readonly own: readonly (readonly [key: PropertyKey, field: PropertyDescriptor])[];
  /** The same of its prototype: what was added to, or replaced in, what the class body says. */
  readonly ofPrototype: readonly (readonly [key: PropertyKey, field: PropertyDescriptor])[];
  /** Keys of what its text says and still holds: a method may have been taken away. */
  readonly written: readonly PropertyKey[];
  /** What it inherits from; undefined where that is the language's. */
  readonly base: unknown;
  readonly prototypeBase: unknown;
  /** Says that all of it is as it was. */
  isSame(): boolean;
}

/** @param source the function's */
export function membersOf(fn: Function, source: string): FunctionMembers {
  const prototype = prototypeOf(fn);
  const own = read(fn, (key) => !STANDARD.has(key));
  const ofPrototype = prototype === null ? [] : read(prototype, (key) => key !== "constructor");
  const base = Object.getPrototypeOf(fn) as unknown;
  const prototypeBase = prototype === null ? null : (Object.getPrototypeOf(prototype) as unknown);
  const counts = FUNCTION_BASES.has(base) ? undefined : base;
  const baseHasPrototype = typeof base === "function" && prototypeOf(base) === prototypeBase;
  const writtenIn = ([, field]: readonly [PropertyKey, PropertyDescriptor]) => isWritten(field, source);
  return {
    own: own.filter((member) => !writtenIn(member)),
    ofPrototype: ofPrototype.filter((member) => !writtenIn(member)),
    written: [...own, ...ofPrototype].filter(writtenIn).map(([key]) => key),
    base: counts,
    prototypeBase: PROTOTYPE_BASES.has(prototypeBase) || baseHasPrototype ? undefined : prototypeBase,
    isSame: own.length === 0 && ofPrototype.length === 0 ? isStillBare(fn, base, prototype, prototypeBase) : () => Object.getPrototypeOf(fn) === base && prototypeOf(fn) === prototype && isAsRead(fn, own, (key) => !STANDARD.has(key)) &&
      (prototype === null || (Object.getPrototypeOf(prototype) === prototypeBase && isAsRead(prototype, ofPrototype, (key) => key !== "constructor"))),
  };
}

/** The same for a function without members, which most are. */
function isStillBare(fn: Function, base: unknown, prototype: object | null, prototypeBase: unknown): () => boolean {
  const keys = Reflect.ownKeys(fn).length;
  const ofPrototype = prototype === null ? 0 : Reflect.ownKeys(prototype).length;
  return () => Object.getPrototypeOf(fn) === base && Reflect.ownKeys(fn).length === keys &&
    (prototype === null || (fn.prototype === prototype && Object.getPrototypeOf(prototype) === prototypeBase && Reflect.ownKeys(prototype).length === ofPrototype));
}

function prototypeOf(fn: Function): object | null {
  const prototype = Object.getOwnPropertyDescriptor(fn, "prototype")?.value as unknown;
  return typeof prototype === "object" ? prototype : null;
}

function read(holder: object, wanted: (key: PropertyKey) => boolean): [PropertyKey, PropertyDescriptor][] {
  const found: [PropertyKey, PropertyDescriptor][] = [];
  for (const key of Reflect.ownKeys(holder)) if (wanted(key)) found.push([key, Object.getOwnPropertyDescriptor(holder, key) as PropertyDescriptor]);
  return found;
}

function isAsRead(holder: object, members: readonly (readonly [PropertyKey, PropertyDescriptor])[], wanted: (key: PropertyKey) => boolean): boolean {
  let index = 0;
  for (const key of Reflect.ownKeys(holder)) {
    if (!wanted(key)) continue;
    const member = members[index++];
    if (member === undefined || member[0] !== key) return false;
    const field = Object.getOwnPropertyDescriptor(holder, key);
    if (field === undefined || !Object.is(field.value, member[1].value) || field.get !== member[1].get || field.set !== member[1].set) return false;
  }
  return index === members.length;
}

/** A method, getter or setter that the class body itself says. A field's function is none: any factory may have made it. */
function isWritten({ value, get, set }: PropertyDescriptor, source: string): boolean {
  const functions: unknown[] = [value, get, set].filter((one) => one !== undefined);
  return functions.length > 0 && functions.every((one) => {
    if (typeof one !== "function") return false;
    const text = Function.prototype.toString.call(one);
    return METHOD.test(text) && source.includes(text);
  });
}

/** `name(`, `async *name(`, `get name(`, `["a" + b](`, `"a b"(`; no function, class or arrow. */
const METHOD = /^(?!function\b|class\b|async\s*\()(async\b\s*)?(\*\s*)?((get|set)\s+)?([\w$\u0080-\uffff]+|\[[^]*?\]|"[^"]*"|'[^']*')\s*\(/;
