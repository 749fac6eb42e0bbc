/**
 * Content of code: functions and classes by their canonical text and all that their free names refer to now, one part for each
 * name, so that a reason can say which one changed. What was looked at is remembered as checks: as long as they hold, and nothing
 * mutable was met, the content is the same without being read again.
 */
import { types } from "node:util";
import type { CapturedScopes } from "../captured-scopes.ts";
import type { FreeName } from "../function-text.ts";
import { globalKind, processFacts } from "../global-names.ts";
import type { Lookup } from "../realm-names.ts";
import type { Content, ReaderOptions } from "./content-model.ts";
import { ContentText } from "./content-text.ts";
import { DataWriter } from "./data-writer.ts";
import type { CodeFacts, FunctionFacts, FunctionFactsFinder, OutsideName } from "./function-facts.ts";
import { membersOf } from "./function-members.ts";
import { isNative, nativeName } from "./native-names.ts";
import { OutsideValues } from "./outside-values.ts";
import { ReaderSurroundings } from "./reader-surroundings.ts";
import { shorten } from "./short-text.ts";

/** A content, and how to tell that it still is. */
export interface CodeReading {
  readonly content: Content;
  /** False: only reading again tells whether it still is. */
  readonly settled: boolean;
  /** Each says that one thing is as it was. */
  readonly checks: readonly (() => boolean)[];
  /** Objects that can change in place, and what they hold. */
  readonly roots: readonly object[];
}

interface PendingFunction { readonly fn: Function; readonly label: string; readonly place: string | null; readonly index: number }

/** One reading of some values and all the code that they reach. */
export class CodeReader extends ReaderSurroundings {
  readonly #text = new ContentText();
  readonly #data: DataWriter;
  readonly #pending: PendingFunction[] = [];
  readonly #outside = new Set<string>();
  readonly #names: OutsideValues;
  readonly #parts = new Map<string, string>();
  readonly #places = new Map<string, string>();
  readonly #ids: string[] = [];
  readonly #checks: (() => boolean)[] = [];
  readonly #roots: object[] = [];
  #size = 0;
  #unknown: string | null = null;
  #label = "";
  #place: string | null = null;
  #cacheable = true;
  /** Where the task itself is. */
  #home: string | null = null;

  /** @param isCode the values are code, not results */
  constructor(facts: FunctionFactsFinder, options: ReaderOptions, isCode: boolean) {
    super(facts, options, isCode);
    this.#data = new DataWriter(this.#text, this);
    this.#names = new OutsideValues(facts.captured);
  }

  run(values: Iterable<readonly [label: string, value: unknown]>): CodeReading {
    for (const [label, value] of values) {
      this.#begin(label, null);
      this.#value(value);
      this.#end();
    }
    // Functions are read one after the other, so that helpers of helpers cost no stack; V8 is asked about all that have been met at once.
    let facts: readonly FunctionFacts[] = [];
    for (let next = 0, first = 0; next < this.#pending.length; next++) {
      if (next === first + facts.length) {
        first = next;
        facts = this.#factsFrom(first);
      }
      this.#function(this.#pending[next], facts[next - first]);
    }
    if (this.#pending.length > 0) this.#check(() => this.#names.isSame());
    const id = this.#ids.length === 1 ? this.#ids[0] : shorten(this.#ids.map((part) => `${part.length}:${part}`).join(""));
    const content: Content = { id, size: this.#size, unknown: this.#unknown, outside: [...this.#outside], parts: this.#parts, places: this.#places, classes: this.#data.classes };
    return { content, settled: this.#cacheable, checks: this.#checks, roots: this.#data.mutable ? this.#roots : [] };
  }

  // What the data writer asks.

  meet(fn: Function, index: number): void {
    this.#pending.push({ fn, label: this.#label, place: this.#place, index });
  }

  unknown(why: string): void {
    this.#unknown ??= this.#label === "the value" || this.#label === "the code" ? why : `${this.#label.replace(/^(helper|class) /, "")}: ${why}`;
  }

  writeKnown(value: object): boolean { return this.#known(value, null); }

  // Parts.

  #begin(label: string, place: string | null): void {
    this.#label = label;
    this.#place = place;
  }

  #end(): void {
    const { id, size } = this.#text.end();
    const label = this.#label;
    const former = this.#parts.get(label);
    this.#ids.push(id);
    this.#size += size;
    this.#parts.set(label, former === undefined ? id : shorten(`${former}\n${id}`));
    if (this.#place !== null && !this.#places.has(label)) this.#places.set(label, this.#place);
  }

  #value(value: unknown): void {
    if (typeof value === "object" && value !== null) this.#roots.push(value);
    this.#data.value(value);
  }

  #check(holds: () => boolean): void { this.#checks.push(holds); }

  /** @returns false: it stands for nothing else */
  #known(value: object, use: FreeName | null): boolean {
    const known = this.known(value, use);
    if (known === undefined) return false;
    if (known.unknown !== undefined) this.unknown(known.unknown);
    if (known.outside !== undefined) this.#outside.add(known.outside);
    this.#text.write(`K${known.id};`);
    this.#check(() => this.known(value, use)?.id === known.id);
    if (known.values === undefined) return true;
    this.#cacheable = false;
    for (const [name, part] of known.values) {
      this.#text.writeText(name);
      this.#value(part);
    }
    return true;
  }

  /** Facts of the functions that are pending, from one on, and what their names stand for. */
  #factsFrom(first: number): readonly FunctionFacts[] {
    const fns = this.#pending.slice(first).map(({ fn }) => fn);
    const scopes = new Map<Function, CapturedScopes>();
    const facts = this.facts.ofAll(fns, scopes);
    this.#names.read(fns.flatMap((fn, index) => { const one = facts[index]; return one.kind === "code" ? [[fn, one] as const] : []; }), scopes);
    return facts;
  }

  #function({ fn, label, place, index }: PendingFunction, facts: FunctionFacts): void {
    this.#begin(label, place);
    this.#text.write(`f${index}=`);
    switch (facts.kind) {
      case "named":
        if (facts.source !== null) this.#outside.add(facts.source);
        this.#text.write(facts.id);
        return this.#end();
      case "unknown":
        this.unknown(facts.why);
        return this.#end();
      case "bound": {
        const { target, self, inputs } = facts.parts;
        this.#text.write("bound ");
        this.#value(target);
        this.#value(self);
        for (const input of inputs) this.#value(input);
        this.#text.write("/");
        return this.#end();
      }
      case "code": {
        const script = this.options.places?.ofScript(facts.url) ?? null;
        if (label === "the code") this.#home = script;
        // To name the file that the task itself is in says nothing.
        const where = script === this.#home && script?.includes(".") === true ? null : script;
        if (label !== "the code") this.#place = where;
        this.#code(fn, facts);
        this.#end();
        for (const name of facts.names) this.#name(name, this.#names.of(fn, name), where);
      }
    }
  }

  #code(fn: Function, facts: CodeFacts): void {
    const { text, textId, isClass, url } = facts;
    if (isClass && this.ownSymbols) this.facts.classUsed(fn, facts);
    if (text.unknown !== null) this.unknown(text.unknown);
    this.#text.write(isClass ? `class ${fn.name.length}:${fn.name} ${textId};` : `${textId};`);
    if (text.meta) this.#text.writeText(url.startsWith("file:") ? url.replace(/\?.*$/, "") : process.cwd());
    for (const specifier of text.imports) this.#import(specifier, url);
    const label = this.#label;
    const members = membersOf(fn, Function.prototype.toString.call(fn));
    this.#check(members.isSame);
    for (const key of members.written) this.#value(key);
    if (typeof members.base === "function") this.#label = `class \`${members.base.name}\``;
    if (members.base !== undefined) this.#member("base", members.base);
    this.#label = label;
    if (members.prototypeBase !== undefined) this.#member("prototype's base", members.prototypeBase);
    for (const [which, list] of [["own", members.own], ["prototype", members.ofPrototype]] as const) {
      for (const [key, { value, get, set }] of list) {
        this.#text.write(`${which} `);
        this.#value(key);
        for (const part of get === undefined && set === undefined ? [value] : [get, set]) this.#value(part);
      }
    }
    if (text.privates === "static" || text.privates === "both") {
      this.#cacheable = false;
      for (const [name, value] of this.privateFields(fn)) this.#member(name, value);
    }
  }

  #member(name: string, value: unknown): void {
    this.#text.write(`${name} `);
    this.#value(value);
  }

  #import(specifier: string, url: string): void {
    const module = this.options.modules?.imported(specifier, url) ?? { unknown: `it imports ${specifier} while it runs` };
    this.#text.writeText(specifier);
    if (!("named" in module)) this.#cacheable = false;
    if ("unknown" in module) return this.unknown(module.unknown);
    if ("named" in module) {
      if (module.source !== null) this.#outside.add(module.source);
      return this.#text.writeText(module.named);
    }
    this.#value(module.namespace);
  }

  #name({ name, use, place, importedFrom }: OutsideName, found: Lookup, where: string | null): void {
    const shown = this.options.places?.nameOf(name) ?? name;
    this.#text.write("^");
    if ("missing" in found) {
      this.#begin(`\`${shown}\``, null);
      this.unknown(found.missing === "unbound" ? "nothing of that name is found" : "it has no value yet");
      return this.#end();
    }
    const { value } = found;
    const isCode = typeof value === "function";
    const isClass = isCode && Function.prototype.toString.call(value).startsWith("class");
    this.#begin(`${isClass ? "class " : isCode ? "helper " : ""}\`${shown}\``, importedFrom ?? (place === "realm" ? (this.options.places?.ofName(name) ?? where) : where));
    const global = name.startsWith("globalThis.") ? name.slice("globalThis.".length) : name;
    if (place === "realm" && Object.hasOwn(globalThis, global) && this.#global(global, value, use)) return this.#end();
    if (typeof value === "object" && value !== null && !use.whole && (this.#known(value, use) || this.#members(value as Record<string, unknown>, use.members))) return this.#end();
    this.#value(value);
    this.#end();
  }

  /** @returns false: it is something that the user has put there */
  #global(name: string, value: unknown, use: FreeName): boolean {
    if (value === globalThis) return this.#globalThis(use);
    const kind = globalKind(name, use.members, use.whole);
    if (kind === null) return false;
    if (kind === "pure" && typeof value === "function" && !isNative(value) && this.facts.originOf(value).kind === "user") return false;
    if (typeof kind === "object") this.#outside.add(kind.source);
    this.#text.write(`global ${name};`);
    if (name === "process") {
      const facts = processFacts(use.members);
      this.#check(() => processFacts(use.members) === facts);
      this.#text.writeText(facts);
    }
    // What somebody has added to one of the language's own objects.
    if (kind === "pure" && value !== null && (typeof value === "function" || typeof value === "object")) {
      for (const member of use.members) {
        const added = (value as Record<string, unknown>)[member];
        if (added === undefined || (typeof added === "function" && (isNative(added) || this.facts.originOf(added).kind !== "user"))) continue;
        if (typeof added === "object" && added !== null) continue;
        this.#check(() => Object.is((value as Record<string, unknown>)[member], added));
        this.#member(member, added);
      }
    }
    return true;
  }

  #globalThis(use: FreeName): boolean {
    if (use.whole) this.unknown("it is used as a value");
    for (const name of use.members) {
      const read = () => (globalThis as Record<string, unknown>)[name];
      const value = read();
      this.#check(() => Object.is(read(), value));
      this.#text.write(`.${name}=`);
      if (!this.#global(name, value, { members: new Set(), whole: true })) this.#value(value);
    }
    return true;
  }

  /** Where only some members of an object are read, only these count. @returns false where it must be read as a whole */
  #members(value: Record<string, unknown>, names: ReadonlySet<string>): boolean {
    // A test runner may put one around a module.
    if (types.isProxy(value)) return this.#membersOfProxy(value, names);
    const isModule = types.isModuleNamespaceObject(value);
    const fields: (readonly [string, PropertyDescriptor | undefined])[] = [];
    for (const name of names) fields.push([name, fieldOf(value, name)]);
    const prototype = Object.getPrototypeOf(value) as unknown;
    const isPlain = prototype === Object.prototype || prototype === null;
    // A method sees the other members as its `this`; a package's does what its name says.
    const alone = (field: PropertyDescriptor | undefined, name: string) =>
      field === undefined ? isPlain && !(name in value) : field.get === undefined && field.set === undefined && (typeof field.value === "function" ? isForeign(this.facts, field.value) : isPlain);
    if (!isModule && !fields.every(([name, field]) => alone(field, name))) return false;
    for (const [name, field] of fields) {
      this.#text.write(`.${name}=`);
      this.#check(() => {
        const now = fieldOf(value, name);
        return now === undefined || field === undefined ? now === field : Object.is(now.value, field.value) && now.get === undefined;
      });
      if (field === undefined) this.#text.write("none;");
      else this.#value(field.value);
    }
    return true;
  }

  #membersOfProxy(value: Record<string, unknown>, names: ReadonlySet<string>): boolean {
    const members = [...names].map((name) => [name, memberOf(value, name)] as const);
    if (!members.every(([, member]) => typeof member === "function" && isForeign(this.facts, member))) return false;
    for (const [name, member] of members) {
      this.#check(() => memberOf(value, name) === member);
      this.#text.write(`.${name}=`);
      this.#value(member);
    }
    return true;
  }
}

function memberOf(value: Record<string, unknown>, name: string): unknown {
  try {
    return value[name];
  } catch {
    return undefined;
  }
}

function fieldOf(value: object, name: string): PropertyDescriptor | undefined {
  try {
    return Object.getOwnPropertyDescriptor(value, name);
  } catch {
    // An export of a module that is being loaded.
    return undefined;
  }
}

function isForeign(facts: FunctionFactsFinder, fn: Function): boolean {
  return nativeName(fn) !== undefined || (!isNative(fn) && facts.originOf(fn).kind !== "user");
}
