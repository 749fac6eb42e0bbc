/** Makes the values of a graph again, in the thread that received it. */
import type { TaskOptions } from "../task/task-options.ts";
import { Task } from "../task/task.ts";
import { enginePart } from "./engine-names.ts";
import type { FunctionParts } from "./function-parts.ts";
import { globalAt } from "./global-paths.ts";
import type { Fields, FunctionNode, NodeMaker, PortableGraph, PortableNode, PortableScript, Slots } from "./portable-graph.ts";
import { makeValue } from "./value-makers.ts";

/** Where the reader gets what the graph only refers to. */
export interface ReaderTools {
  /** Compiles a script; absent where no functions come as source. */
  readonly compile?: (script: PortableScript, parts: FunctionParts) => () => unknown;
  /** Export that a node refers to. */
  readonly imported: (maker: Extract<NodeMaker, { kind: "module" | "require" }>, index: number) => unknown;
  /** What this side has sent before. */
  readonly known?: (index: number) => unknown;
}

/** The values of a graph: its roots, and each node's. */
export interface ReadGraph {
  readonly roots: readonly unknown[];
  readonly values: readonly unknown[];
}

/** Makes all values of a graph, new ones at each call. */
export function readPortable(graph: PortableGraph, tools: ReaderTools): ReadGraph {
  return new Reading(graph, tools).read();
}

type Shaped = "instance" | "task";

class Reading {
  readonly #graph: PortableGraph;
  readonly #tools: ReaderTools;
  readonly #values: unknown[];
  readonly #parts = new Map<number, FunctionParts>();
  readonly #shared: Record<string, unknown> = {};

  constructor(graph: PortableGraph, tools: ReaderTools) {
    this.#graph = graph;
    this.#tools = tools;
    this.#values = new Array<unknown>(graph.nodes.length);
  }

  read(): ReadGraph {
    const { nodes, shared, roots } = this.#graph;
    // Containers first, then functions, whose names are linked when everything is there; classes may need both to be defined.
    const later: number[] = [], classes: number[] = [], bound: number[] = [];
    nodes.forEach(({ maker }, index) => {
      if (maker.kind === "function") (maker.isClass ? classes : later).push(index);
      else if (maker.kind === "bound") bound.push(index);
      else if (maker.kind !== "instance" && maker.kind !== "task") this.#values[index] = this.#make(maker, index);
    });
    for (const index of later) this.#values[index] = this.#compile(index);
    if (classes.length > 0) {
      this.#fill();
      for (const index of classes) this.#define(index);
    }
    nodes.forEach((node, index) => { if (node.maker.kind === "instance" || node.maker.kind === "task") this.#values[index] = this.#shape(node, node.maker.kind); });
    for (const index of bound) this.#bind(index);
    this.#fill();
    for (const { key, value } of shared) this.#shared[key] = this.#slots(value)[0];
    for (const index of [...later, ...classes]) this.#link(index);
    return { roots: this.#slots(roots), values: this.#values };
  }

  #slots({ values, refs }: Slots): unknown[] {
    const slots = values.slice();
    for (const position of refs) slots[position] = this.#values[slots[position] as number];
    return slots;
  }

  #make(maker: Exclude<NodeMaker, { kind: "function" | "bound" | "instance" | "task" }>, index: number): unknown {
    switch (maker.kind) {
      case "raw": return maker.value;
      case "list": return [];
      case "map": return new Map();
      case "set": return new Set();
      case "record": return {};
      case "bare": return Object.create(null) as object;
      case "error": return maker.type === "AggregateError" ? new AggregateError([]) : new (globalThis as unknown as Record<string, ErrorConstructor>)[maker.type]();
      case "made": return makeValue(maker.maker, maker.inputs);
      case "symbol": return Symbol(maker.description);
      case "registered": return Symbol.for(maker.key);
      case "global": return globalAt(maker.path);
      case "engine": return enginePart(maker.name);
      case "module": case "require": return this.#tools.imported(maker, index);
      case "known": return this.#tools.known?.(maker.index);
    }
  }

  // ---------------------------------------------------------------- functions

  #compile(index: number): unknown {
    const { script, isClass, base, name } = this.#graph.nodes[index].maker as FunctionNode;
    const parts: FunctionParts = { shared: this.#shared, base: base === null ? null : this.#values[base] };
    this.#parts.set(index, parts);
    const make = (this.#tools.compile as NonNullable<ReaderTools["compile"]>)(this.#graph.scripts[script], parts);
    if (isClass) this.#link(index);
    const made = make() as Function;
    if (made.name !== name && typeof made.name === "string") Object.defineProperty(made, "name", { value: name, configurable: true });
    return made;
  }

  /** Defines a class after those that it extends. */
  #define(index: number): void {
    const waiting = [index];
    for (let at = waiting.at(-1); at !== undefined; at = waiting.at(-1)) {
      const { maker } = this.#graph.nodes[at];
      const base = maker.kind === "function" ? maker.base : null;
      if (this.#values[at] === undefined && base !== null && this.#values[base] === undefined) { waiting.push(base); continue; }
      if (this.#values[at] === undefined) this.#values[at] = this.#compile(at);
      waiting.pop();
    }
  }

  #link(index: number): void {
    const maker = this.#graph.nodes[index].maker as FunctionNode;
    this.#parts.get(index)?.link?.(this.#slots(maker.bindings));
  }

  /** Binds a function; what was bound twice, from the inside out. */
  #bind(index: number): void {
    const chain: number[] = [];
    for (let at = index; this.#values[at] === undefined; at = this.#boundSlots(at).values[0] as number) chain.push(at);
    for (const at of chain.reverse()) {
      const [target, self, ...inputs] = this.#slots(this.#boundSlots(at)) as [Function, unknown, ...unknown[]];
      this.#values[at] = target.bind(self, ...inputs) as unknown;
    }
  }

  #boundSlots(index: number): Slots {
    return (this.#graph.nodes[index].maker as Extract<NodeMaker, { kind: "bound" }>).slots;
  }

  // ---------------------------------------------------------------- objects

  #shape({ maker, of, like }: PortableNode, kind: Shaped): object {
    const ofClass = of === null ? null : (this.#values[of] as Function & { prototype: object });
    const privates = (maker as { privates: Fields | null }).privates;
    const prototype = ofClass?.prototype ?? (this.#values[like as number] as object);
    const shaped = privates !== null ? this.#revive(of as number) : kind === "task" ? Object.setPrototypeOf(new Task(), prototype) as object : (Object.create(prototype) as object);
    if (maker.kind === "task") {
      if (maker.settings !== null) (shaped as Task).configure(maker.settings as TaskOptions & Readonly<Record<string, unknown>>);
      Object.defineProperty(shaped, "name", { value: maker.name, writable: true, configurable: true });
    }
    return shaped;
  }

  /** Runs the constructors for nothing but the private fields that they add. */
  #revive(index: number): object {
    const chain: FunctionParts[] = [];
    for (let at: number | null = index; at !== null; ) {
      const { maker } = this.#graph.nodes[at] as PortableNode;
      const parts = this.#parts.get(at);
      if (parts !== undefined) chain.push(parts);
      at = maker.kind === "function" ? maker.base : null;
    }
    for (const parts of chain) parts.reviving = true;
    try {
      return Reflect.construct(this.#values[index] as Function, []) as object;
    } finally {
      for (const parts of chain) parts.reviving = false;
    }
  }

  /** Puts into each object what it holds; a second time overwrites the first. */
  #fill(): void {
    this.#graph.nodes.forEach(({ maker, of, like, fields }, index) => {
      const value = this.#values[index];
      if (value === undefined) return;
      if (maker.kind === "list") this.#fillList(value as unknown[], maker.slots);
      else if (maker.kind === "map") {
        const entries = this.#slots(maker.slots);
        (value as Map<unknown, unknown>).clear();
        for (let i = 0; i < entries.length; i += 2) (value as Map<unknown, unknown>).set(entries[i], entries[i + 1]);
      } else if (maker.kind === "set") {
        (value as Set<unknown>).clear();
        for (const entry of this.#slots(maker.slots)) (value as Set<unknown>).add(entry);
      } else if (maker.kind === "function") this.#fillFunction(maker, value as Function, index);
      else if ((maker.kind === "instance" || maker.kind === "task") && maker.privates !== null) this.#fillPrivates(maker.privates, value, of as number);
      if (maker.kind !== "instance" && maker.kind !== "task" && (of !== null || like !== null)) this.#giveClass(value, of, like);
      if (fields !== null) this.#fillFields(value as object, fields);
    });
  }

  #fillList(list: unknown[], slots: Slots): void {
    const values = this.#slots(slots);
    list.length = values.length;
    for (const position in values) list[position] = values[position];
  }

  #giveClass(value: unknown, of: number | null, like: number | null): void {
    const prototype = of === null ? this.#values[like as number] : (this.#values[of] as { prototype: object } | undefined)?.prototype;
    if (prototype !== undefined) Object.setPrototypeOf(value, prototype as object);
  }

  #fillFunction({ members, isClass, privates }: FunctionNode, fn: Function, index: number): void {
    const added = members === null ? undefined : (this.#values[members] as object | undefined);
    if (added !== undefined && !isClass) fn.prototype = added;
    else if (added !== undefined) Object.defineProperties(fn.prototype, hiddenAll(Object.getOwnPropertyDescriptors(added)));
    if (privates === null) return;
    const values = this.#slots(privates.values);
    privates.keys.forEach((key, i) => this.#parts.get(index)?.privates?.statics[key](values[i]));
  }

  #fillPrivates(privates: Fields, value: unknown, of: number): void {
    const values = this.#slots(privates.values);
    for (let at: number | null = of; at !== null; ) {
      const setters = this.#parts.get(at)?.privates?.fields ?? {};
      privates.keys.forEach((key, i) => setters[key]?.(value as object, values[i]));
      const { maker } = this.#graph.nodes[at] as PortableNode;
      at = maker.kind === "function" ? maker.base : null;
    }
  }

  #fillFields(value: object, { keys, values, hidden, accessors }: Fields): void {
    const slots = this.#slots(values);
    const plain = hidden.length === 0 && typeof value !== "function" && !(value instanceof Error);
    for (let i = 0; i < keys.length; i++) {
      const key = this.#key(keys[i]);
      // Setters of a class, and `__proto__`, must not be called.
      if (plain && !(key in value)) (value as Record<PropertyKey, unknown>)[key] = slots[i];
      else Object.defineProperty(value, key, { value: slots[i], enumerable: !hidden.includes(i), configurable: true, writable: true });
    }
    for (const [key, get, set] of accessors) {
      Object.defineProperty(value, this.#key(key), {
        get: get === null ? undefined : (this.#values[get] as () => unknown), set: set === null ? undefined : (this.#values[set] as (value: unknown) => void), enumerable: true, configurable: true,
      });
    }
  }

  #key(key: string | number): PropertyKey {
    return typeof key === "number" ? (this.#values[key] as symbol) : key;
  }
}

function hiddenAll(fields: PropertyDescriptorMap): PropertyDescriptorMap {
  for (const field of Object.values(fields)) field.enumerable = false;
  return fields;
}
