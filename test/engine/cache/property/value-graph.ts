/**
 * Random values as plans: a list of nodes that refer to each other by number, so that values share parts and come back to
 * themselves. Built twice a plan gives equal values; a plan changed in one place gives another one.
 */
import fc from "fast-check";

export type NodeKind =
  | "object" | "null-prototype object" | "array" | "map" | "set" | "instance" | "subclass instance" | "private instance" | "date" | "regular expression" | "error" | "aggregate error" | "typed array" | "array buffer"
  | "data view" | "boxed" | "url" | "array subclass" | "map subclass" | "date subclass" | "accessor" | "derived object";

/** A primitive, or the number of a node. */
export type Slot = { readonly value: unknown } | { readonly node: number } | { readonly hole: true };

export interface NodePlan {
  readonly kind: NodeKind;
  readonly slots: readonly Slot[];
  /** Small numbers that say what the kind needs more. */
  readonly numbers: readonly number[];
}

export type ValuePlan = readonly NodePlan[];

class Point { x: unknown; constructor(x: unknown) { this.x = x; } sum() { return this.x; } }
class Point3 extends Point { override sum() { return [this.x, 3]; } }
class Sealed { #x: unknown; constructor(x: unknown) { this.#x = x; } get x() { return this.#x; } set(x: unknown) { this.#x = x; } }
class List extends Array<unknown> { last() { return this.at(-1); } }
class Table extends Map<unknown, unknown> { first() { return this.keys().next(); } }
class Day extends Date { next() { return this.getTime() + 1; } }

const TYPED = [Uint8Array, Int8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array] as const;
const FLAGS = ["", "g", "i", "m", "s", "u", "y", "d", "gi"];
const NAMES = ["a", "b", "10", "2", "", "long name of a field that is longer than others", "__proto", "ä"];
const keyOf = (index: number, numbers: readonly number[]): PropertyKey => (numbers[2] % 5 === 0 && index === 1 ? Symbol.for(`key ${numbers[0]}`) : `${NAMES[(index + numbers[1]) % NAMES.length]}${index}`);

/** Builds the value of a plan: that of its first node. */
export function buildValue(plan: ValuePlan): unknown {
  const values = plan.map(create);
  plan.forEach((node, index) => fill(values[index], node, values));
  return values[0];
}

function create({ kind, numbers, slots }: NodePlan): object {
  const [first, second, third] = numbers;
  switch (kind) {
    case "object": case "accessor": return {};
    case "null-prototype object": return Object.create(null) as object;
    case "derived object": return Object.create({ inherited: first }) as object;
    case "array": return [];
    case "array subclass": return new List();
    case "map": return new Map();
    case "map subclass": return new Table();
    case "set": return new Set();
    case "instance": return new Point(first);
    case "subclass instance": return new Point3(first);
    case "private instance": return new Sealed(first);
    case "date": return new Date(isNoDate(numbers) ? NaN : first * 1000 + second);
    case "date subclass": return new Day(first * 1000 + second);
    case "regular expression": return Object.assign(new RegExp(`a${first}[b${second}]`, FLAGS[third % FLAGS.length]), { lastIndex: third });
    case "error": return new [Error, TypeError, RangeError][third % 3](`message ${first}`, second % 2 === 0 ? undefined : { cause: second });
    case "aggregate error": return new AggregateError(slots.map((slot) => ("value" in slot ? slot.value : 0)), `message ${first}`);
    case "typed array": return typedArray(first, second, third);
    case "array buffer": return typedArray(0, second, third).buffer;
    case "data view": return new DataView(typedArray(0, second, third).buffer);
    case "boxed": return Object([first, `text ${first}`, first % 2 === 0, BigInt(first)][second % 4]) as object;
    case "url": return new URL(`http://host${first}/path?query=${second}#${third}`);
  }
}

function typedArray(type: number, number: number, length: number): Uint8Array {
  const Type = TYPED[type % TYPED.length];
  const list = Array.from({ length: 2 + (length % 4) }, (_, index) => number + index);
  return (Type.name.startsWith("Big") ? Reflect.construct(Type, [list.map(BigInt)]) : Reflect.construct(Type, [list])) as Uint8Array;
}

function fill(target: object, { kind, slots, numbers }: NodePlan, values: readonly object[]): void {
  const read = (slot: Slot): unknown => ("node" in slot ? values[slot.node % values.length] : "value" in slot ? slot.value : undefined);
  slots.forEach((slot, index) => {
    if (kind === "array" || kind === "array subclass") {
      if ("hole" in slot) (target as unknown[]).length = index + 1;
      else (target as unknown[])[index] = read(slot);
    } else if (kind === "map" || kind === "map subclass") (target as Map<unknown, unknown>).set(index % 2 === 0 ? `key ${index}` : index, read(slot));
    else if (kind === "set") (target as Set<unknown>).add(index % 2 === 0 ? read(slot) : `element ${index} ${String("value" in slot ? slot.value : "")}`);
    else if (kind === "private instance") (target as Sealed).set(read(slot));
    else if (kind === "accessor" && index === 0) Object.defineProperty(target, "computed", { get: numbers[0] % 2 === 0 ? () => 1 : () => 2, enumerable: true });
    else if (takesFields(kind)) (target as Record<PropertyKey, unknown>)[keyOf(index, numbers)] = read(slot);
  });
}

/** Properties of its own count beside what it is. */
const takesFields = (kind: NodeKind): boolean => ["object", "null-prototype object", "derived object", "instance", "subclass instance", "error", "accessor"].includes(kind);

/** Kinds whose numbers are their content, and which of them. */
const USED_NUMBERS: Partial<Record<NodeKind, readonly number[]>> = {
  "derived object": [0], date: [0, 1], "date subclass": [0, 1], "regular expression": [0, 1, 2], error: [0], "typed array": [0, 1, 2], url: [0, 1, 2], "array buffer": [1, 2], "data view": [1, 2], boxed: [0],
};

const ALL_KINDS: readonly NodeKind[] = [
  "object", "null-prototype object", "array", "map", "set", "instance", "subclass instance", "private instance", "date", "regular expression", "error", "aggregate error", "typed array", "array buffer", "data view", "boxed", "url",
  "array subclass", "map subclass", "date subclass", "accessor", "derived object",
];

const primitive: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(-0, 0, NaN, Infinity, -Infinity, undefined, null, true, false, "", "u", "n1", 0n, -1n, 2n ** 70n, "\ud800", "a".repeat(60)), fc.integer(), fc.double(), fc.string({ unit: "binary" }), fc.bigInt(),
);

/** Plans of values; the first node refers to others, and those to any. */
export function arbitraryPlan(kinds: readonly NodeKind[] = ALL_KINDS): fc.Arbitrary<ValuePlan> {
  const slot: fc.Arbitrary<Slot> = fc.oneof({ weight: 5, arbitrary: primitive.map((value) => ({ value })) }, { weight: 4, arbitrary: fc.nat({ max: 9 }).map((node) => ({ node })) }, { weight: 1, arbitrary: fc.constant({ hole: true as const }) });
  const number = fc.nat({ max: 9 });
  return fc.array(fc.record({ kind: fc.constantFrom(...kinds), slots: fc.array(slot, { maxLength: 4 }), numbers: fc.tuple(number, number, number) }), { minLength: 1, maxLength: 7 });
}

/** Numbers of the nodes that can be reached from the first. */
export function reachable(plan: ValuePlan): number[] {
  const found = new Set([0]);
  for (const index of found) {
    const { kind, slots } = plan[index];
    slots.forEach((slot, at) => { if ("node" in slot && holds(kind, at, slots)) found.add(slot.node % plan.length); });
  }
  return [...found];
}

function holds(kind: NodeKind, at: number, slots: readonly Slot[]): boolean {
  if (kind === "set") return at % 2 === 0;
  if (kind === "private instance") return at === slots.length - 1;
  if (kind === "accessor") return at > 0;
  return takesFields(kind) || kind === "array" || kind === "array subclass" || kind === "map" || kind === "map subclass";
}

export interface Change {
  /** What was changed, in words. */
  readonly what: string;
  readonly plan: ValuePlan;
}

/** All plans that differ from one in a single place that counts, with a value that is new to it. */
export function changes(plan: ValuePlan): Change[] {
  const found: Change[] = [];
  const put = (index: number, what: string, change: Partial<NodePlan>) => { found.push({ what: `${what} of node ${index} (${plan[index].kind})`, plan: plan.with(index, { ...plan[index], ...change }) }); };
  for (const index of reachable(plan)) {
    const { kind, slots, numbers } = plan[index];
    const fresh: Slot = { value: "a value that no plan has" };
    slots.forEach((_, at) => {
      if ((kind === "aggregate error" || holds(kind, at, slots)) && !(kind === "set" && isRepeated(slots, at))) put(index, `slot ${at}`, { slots: slots.with(at, fresh) });
      if ((kind === "array" || kind === "array subclass") && "hole" in slots[at]) put(index, `hole ${at}`, { slots: slots.with(at, { value: undefined }) });
      if (kind === "array" && "value" in slots[at] && slots[at].value === undefined) put(index, `undefined ${at}`, { slots: slots.with(at, { hole: true }) });
      if ("value" in slots[at] && Object.is(slots[at].value, -0) && holds(kind, at, slots) && kind !== "set") put(index, `-0 ${at}`, { slots: slots.with(at, { value: 0 }) });
    });
    if (takesFields(kind) || kind === "array" || kind === "map") put(index, "one more slot", { slots: [...slots, fresh] });
    for (const at of USED_NUMBERS[kind] ?? []) if (!(kind === "date" && at === 1 && isNoDate(numbers))) put(index, `number ${at}`, { numbers: numbers.with(at, changedNumber(kind, at, numbers)) });
    const [one, other] = SIBLINGS[kind] ?? [];
    for (const sibling of [one, other]) if (sibling !== undefined) put(index, `kind to ${sibling}`, { kind: sibling });
  }
  return found;
}

/** What would be taken for it by its fields alone. */
const SIBLINGS: Partial<Record<NodeKind, readonly NodeKind[]>> = {
  object: ["null-prototype object"], "null-prototype object": ["object"], instance: ["subclass instance"], array: ["array subclass"], "array subclass": ["array"], map: ["map subclass"], "map subclass": ["map"],
  date: ["date subclass"], "array buffer": ["data view"], "data view": ["array buffer"],
};

function isRepeated(slots: readonly Slot[], at: number): boolean {
  return slots.some((slot, index) => index !== at && index % 2 === 0 && same(slot, slots[at]));
}

function same(one: Slot, other: Slot): boolean {
  if ("node" in one && "node" in other) return true;
  const value = (slot: Slot) => ("value" in slot ? slot.value : undefined);
  return !("node" in one) && !("node" in other) && (Object.is(value(one), value(other)) || value(one) === value(other));
}

const isNoDate = ([first]: readonly number[]) => first % 7 === 6;

function changedNumber(kind: NodeKind, at: number, numbers: readonly number[]): number {
  if (kind === "date" && at === 0) return isNoDate(numbers) ? 0 : numbers[0] + (numbers[0] % 7 === 5 ? 2 : 1);
  return numbers[at] + 1;
}
