/** Writes functions: as what the other thread has too, as an export of a module, or as source with what its names stand for. */
import { types } from "node:util";
import { scriptOrigin } from "../cache/script-origin.ts";
import { ABSENT, type CapturedName, type ReadFunction } from "./function-reader.ts";
import { PARTS } from "./function-parts.ts";
import { globalPath } from "./global-paths.ts";
import type { Draft, GraphBuilder } from "./graph-builder.ts";
import { isModuleLike } from "./plain-data.ts";
import type { FunctionNode, PortableScript, SharedBinding, Slots } from "./portable-graph.ts";

/** The functions of one graph that go as source. */
export class FunctionWriter {
  readonly #builder: GraphBuilder;
  readonly #functions: { readonly at: number; readonly read: ReadFunction; readonly slots: Slots; readonly made: Omit<FunctionNode, "script" | "bindings" | "revivable"> }[] = [];
  /** Values of the realm's names that were read. */
  readonly realm = new Map<string, unknown>();

  constructor(builder: GraphBuilder) {
    this.#builder = builder;
  }

  /** Fills in the draft of a function that is no task; of one that goes as source, {@link finish} does the rest. */
  write(at: number, draft: Draft, fn: Function): void {
    const builder = this.#builder;
    const { modules, functions, captured } = builder.tools;
    if (types.isProxy(fn)) throw builder.refuse(at, "a Proxy");
    const text = Function.prototype.toString.call(fn);
    const url = modules.urlOf(fn);
    const { kind } = scriptOrigin(url);
    const path = url === "" || kind === "node" ? globalPath(fn) : undefined;
    if (path !== undefined) {
      draft.maker = { kind: "global", path };
      return;
    }
    const bound = text.endsWith("{ [native code] }") ? captured.boundParts(fn) : null;
    if (bound !== null) {
      draft.maker = { kind: "bound", slots: builder.slots([[bound.target, "'s function"], [bound.self, "'s this"], ...bound.inputs.map((input, i) => [input, `'s input ${i + 1}`] as const)], at) };
      return;
    }
    const found = modules.findFunction(fn, functions === null);
    if (found !== undefined) {
      draft.maker = found;
      return;
    }
    if (kind === "engine") throw builder.refuse(at, "a part of flowlet that stays on the main thread");
    const isClass = text.startsWith("class");
    if (functions === null) throw builder.refuse(at, isClass ? `the class ${fn.name}, which the main thread does not know; declare it outside of the task, or import it there` : "a function made in the thread");
    const read = kind === "node" ? null : functions.read(fn);
    if (read === null) throw builder.refuse(at, "a built-in function that no module exports");
    if (read.source.refusal !== null) throw builder.refuse(at, read.source.refusal);
    this.#writeSource(at, draft, fn, read, isClass);
  }

  #writeSource(at: number, draft: Draft, fn: Function, read: ReadFunction, isClass: boolean): void {
    const builder = this.#builder;
    if (!read.settled) builder.settled = false;
    for (const { scope, name, value, use } of read.names) {
      if (scope === null) this.realm.set(name, value);
      if (use.assigned) builder.changeable = true;
    }
    for (const name of read.missing) this.realm.set(name, ABSENT);
    const slots = builder.slots(read.names.map((captured) => [usedPart(captured, builder), captured.name] as const), at);
    // What extends null has no base to run.
    const base = isClass && read.source.hasBase && Object.getPrototypeOf(fn.prototype) !== null ? (Object.getPrototypeOf(fn) as Function | null) : null;
    const privates = read.source.privateStatics.length === 0 ? [] : builder.tools.captured.privateFields(fn).filter(([name]) => read.source.privateStatics.includes(name));
    this.#functions.push({
      at, read, slots,
      made: {
        kind: "function", isClass, name: fn.name,
        base: typeof base === "function" ? builder.node(base, at, "'s base class") : null,
        members: isClass ? changedMembers(builder, at, fn) : ownPrototype(builder, at, fn),
        privates: privates.length === 0 ? null : builder.privates(at, privates),
      },
    });
    const text = Function.prototype.toString.call(fn);
    draft.fields = builder.fields(at, fn, (key) => NOT_FIELDS.has(key) || (isClass && isWrittenIn(text, fn, key)));
    if (draft.fields !== null || privates.length > 0) builder.changeable = true;
  }

  /** Makes the scripts, now that it is known which functions mean the same variable. @param revivable nodes of classes */
  finish(revivable: ReadonlySet<number>): { scripts: PortableScript[]; shared: SharedBinding[] } {
    const { shared, keys } = this.#sharedVariables();
    const scripts: PortableScript[] = [];
    const numbers = new Map<string, number>();
    for (const { at, read, slots, made } of this.#functions) {
      const own = new Map(read.names.filter(({ variable }) => keys.has(variable)).map(({ name, variable }) => [name, variable as string]));
      const script = scriptOf(read, own, revivable.has(at));
      const id = `${script.line} ${script.url}\n${script.text}`;
      let number = numbers.get(id);
      if (number === undefined) numbers.set(id, (number = scripts.push(script) - 1));
      this.#builder.drafts[at].maker = { ...made, script: number, bindings: slots, revivable: revivable.has(at) };
    }
    return { scripts, shared };
  }

  /** Variables that one function assigns to and another uses. */
  #sharedVariables(): { shared: SharedBinding[]; keys: Set<string | null> } {
    const users = new Map<string, { count: number; assigned: boolean; readonly captured: CapturedName; readonly slots: Slots; readonly position: number; readonly at: number }>();
    const scopes = new ScopeNames();
    for (const { at, read, slots } of this.#functions) {
      read.names.forEach((captured, position) => {
        const key = captured.variable ?? `${read.scriptId}?${captured.name} ${scopes.nameOf(captured.scope as object)}`;
        const known = users.get(key);
        if (known === undefined) return users.set(key, { count: 1, assigned: captured.use.assigned, captured, slots, position, at });
        known.count++;
        known.assigned ||= captured.use.assigned;
      });
    }
    const shared: SharedBinding[] = [];
    for (const [key, { count, assigned, captured, slots, position, at }] of users) {
      if (count < 2 || !assigned) continue;
      if (captured.variable === null) throw this.#builder.refuse(at, "several functions share this variable and one of them assigns to it; make it a property of an object", captured.name);
      shared.push({ key, value: { values: [slots.values[position]], refs: slots.refs.includes(position) ? [0] : [] } });
    }
    return { shared, keys: new Set(shared.map(({ key }) => key)) };
  }
}

/** Keys of functions that are no fields. */
const NOT_FIELDS = new Set(["length", "name", "prototype", "arguments", "caller"]);

/** Of a module without a reference only what is used is sent. */
function usedPart({ value, use }: CapturedName, { tools }: GraphBuilder): unknown {
  if (use.whole || !isModuleLike(value) || tools.modules.find(value) !== undefined) return value;
  const part = Object.create(null) as Record<string, unknown>;
  for (const member of use.members) part[member] = value[member];
  return part;
}

/** Names for scopes: two that hold the same have one name, since they may be one. The scopes themselves can not be compared. */
class ScopeNames {
  readonly #values = new Map<unknown, number>();

  nameOf(scope: object): string {
    return Object.entries(scope).map(([name, value]) => `${name}=${this.#numberOf(value)}`).sort().join();
  }

  #numberOf(value: unknown): number {
    let number = this.#values.get(value);
    if (number === undefined) this.#values.set(value, (number = this.#values.size));
    return number;
  }
}

/** Does the class's own text make this static method? */
function isWrittenIn(text: string, fn: object, key: string): boolean {
  const { value, get, set } = Object.getOwnPropertyDescriptor(fn, key) as PropertyDescriptor;
  return [value, get, set].every((part) => part === undefined || (typeof part === "function" && text.includes(Function.prototype.toString.call(part)))) && (get ?? set ?? value) !== undefined;
}

/** What was put onto a class's prototype after the class was written, e.g. by decorators. */
function changedMembers(builder: GraphBuilder, at: number, fn: Function): number | null {
  const text = Function.prototype.toString.call(fn);
  const added = Object.create(null) as object;
  for (const [key, field] of Object.entries(Object.getOwnPropertyDescriptors(fn.prototype as object))) {
    if (key !== "constructor" && !isWrittenIn(text, fn.prototype as object, key)) Object.defineProperty(added, key, field);
  }
  return Object.keys(Object.getOwnPropertyDescriptors(added)).length === 0 ? null : builder.node(added, at, ".prototype");
}

/** Methods of a constructor function. */
function ownPrototype(builder: GraphBuilder, at: number, fn: Function): number | null {
  const prototype = fn.prototype as object | undefined;
  if (typeof prototype !== "object" || prototype === null || types.isGeneratorFunction(fn)) return null;
  return Reflect.ownKeys(prototype).length <= 1 && Object.getPrototypeOf(prototype) === Object.prototype ? null : builder.node(prototype, at, ".prototype");
}

/** The text that is compiled: a function of `PARTS`, which gives a function that makes the function. */
function scriptOf({ source, url, line, column, strict, names }: ReadFunction, shared: ReadonlyMap<string, string>, revivable: boolean): PortableScript {
  const own = names.map(({ name }, position) => ({ name, position })).filter(({ name }) => !shared.has(name));
  const declared = own.length === 0 ? "" : `let ${own.map(({ name }) => name).join(", ")}; `;
  const assigned = own.map(({ name, position }) => `${name} = ${PARTS}Values[${position}];`).join(" ");
  const head = `${strict ? '"use strict"; ' : ""}(function (${PARTS}) { ${declared}${PARTS}.link = (${PARTS}Values) => { ${assigned} }; return () =>`;
  // The function stands where it stands in its own script, so that stacks name the right places.
  return { text: `${head}\n${" ".repeat(Math.max(0, column - 1))}${source.text(shared, revivable)}; })`, url, line };
}
