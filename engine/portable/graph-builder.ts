/** Collects the nodes of a graph: each object once, with the way that led to it, for errors. */
import type { CapturedValues } from "../cache/captured-values.ts";
import type { FunctionReader } from "./function-reader.ts";
import type { ModuleFinder } from "./module-finder.ts";
import { NotPortable } from "./not-portable.ts";
import { PlainParts } from "./plain-data.ts";
import type { Fields, NodeMaker, Slots } from "./portable-graph.ts";

/** What a graph is written with. */
export interface WriterTools {
  readonly captured: CapturedValues;
  readonly modules: ModuleFinder;
  /** Null: functions of this thread are not sent, only referred to. */
  readonly functions: FunctionReader | null;
  /** Number of what the other thread has sent here. */
  readonly known?: (value: object | symbol) => number | undefined;
}

/** A node that is being written. */
export interface Draft {
  readonly value: unknown;
  /** The node that led to it, and by what: `.key`, `[0]`, a free name of a function. */
  readonly from: number;
  readonly step: string;
  maker: NodeMaker | null;
  of: number | null;
  like: number | null;
  fields: Fields | null;
}

const EMPTY: Slots = { values: [], refs: [] };
const ROOT = -1;

/** Builds one graph. */
export class GraphBuilder {
  readonly tools: WriterTools;
  readonly drafts: Draft[] = [];
  /** Data that code could change, or names that code assigns to: each use needs values of its own. */
  changeable = false;
  /** Another reading gives the same, as long as the realm's names keep their values. */
  settled = true;
  readonly #plain = new PlainParts();
  #commonJsNoted = false;
  readonly #indices = new Map<unknown, number>();

  constructor(tools: WriterTools) {
    this.tools = tools;
  }

  roots(roots: readonly (readonly [place: string, value: unknown])[]): Slots {
    return this.slots(roots.map(([place, value]) => [value, place] as const), ROOT);
  }

  /** Plain data as they are, everything else by the number of its node. */
  slots(values: readonly (readonly [value: unknown, step: string])[], from: number): Slots {
    if (values.length === 0) return EMPTY;
    const refs: number[] = [];
    const slots = values.map(([value, step], position) => {
      if (value === null || (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol")) return value;
      if (typeof value === "object" && this.tools.modules.find(value) === undefined && this.#plain.isPlain(value)) {
        this.changeable = true;
        return value;
      }
      refs.push(position);
      return this.node(value, from, step);
    });
    return { values: slots, refs };
  }

  /** Number of the node of an object, function or symbol. */
  node(value: unknown, from: number, step: string): number {
    let index = this.#indices.get(value);
    if (index === undefined) {
      index = this.drafts.push({ value, from, step, maker: null, of: null, like: null, fields: null }) - 1;
      this.#indices.set(value, index);
    }
    return index;
  }

  /** Where a value was imported from; undefined where it was not. */
  findModule(value: object): NodeMaker | undefined {
    const found = this.tools.modules.find(value);
    if (found !== undefined || typeof value === "function" || this.#commonJsNoted) return found;
    this.#commonJsNoted = true;
    this.tools.modules.noteCommonJs();
    return this.tools.modules.find(value);
  }

  /** Own properties. @param skipped keys that are not sent */
  fields(at: number, value: object, skipped: (key: string) => boolean = () => false): Fields | null {
    const all = Reflect.ownKeys(value).filter((key) => typeof key !== "string" || !skipped(key));
    if (all.length === 0) return null;
    const keys: (string | number)[] = [], values: [unknown, string][] = [], hidden: number[] = [], accessors: Fields["accessors"][number][] = [];
    for (const key of all) {
      const field = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
      const step = propertyStep(key);
      const sent = typeof key === "symbol" ? this.node(key, at, step) : key;
      if (field.get !== undefined || field.set !== undefined) {
        accessors.push([sent, field.get === undefined ? null : this.node(field.get, at, step), field.set === undefined ? null : this.node(field.set, at, step)]);
        continue;
      }
      if (!field.enumerable) hidden.push(keys.length);
      keys.push(sent);
      values.push([field.value, step]);
    }
    return { keys, values: this.slots(values, at), hidden, accessors };
  }

  /** Private fields as {@link fields}. */
  privates(at: number, fields: readonly (readonly [name: string, value: unknown])[]): Fields {
    return { keys: fields.map(([name]) => name), values: this.slots(fields.map(([name, value]) => [value, `.${name}`] as const), at), hidden: [], accessors: [] };
  }

  /** The object's class, or where it belongs to none, its prototype. */
  inherits(at: number, draft: Draft, prototype: object): void {
    const { constructor } = prototype;
    if (typeof constructor === "function" && constructor.prototype === prototype) draft.of = this.node(constructor, at, `'s class ${constructor.name}`);
    else draft.like = this.node(prototype, at, "'s prototype");
  }

  /** An error that names the node. @param name a free name of the function that the node is: that is meant */
  refuse(at: number, what: string, name?: string): NotPortable {
    if (name === undefined) return new NotPortable(this.#place(at), what);
    const { value, step } = this.drafts[at];
    return new NotPortable(usedBy(name, step, value as Function), what);
  }

  #place(at: number): string {
    let path = "";
    for (let index = at; index !== ROOT; index = this.drafts[index].from) {
      const { step, from } = this.drafts[index];
      path = step + path;
      const user = from === ROOT ? undefined : this.drafts[from];
      // The name by which a function knows the culprit says more than the way to that function.
      if (typeof user?.value === "function" && /^[\p{ID_Start}$_]/u.test(step)) return usedBy(path, user.step, user.value);
    }
    return path;
  }
}

/** A task's own function need not be named. */
function usedBy(path: string, step: string, user: Function): string {
  return step === ".run" ? path : `${path} (used by ${user.name || "a function"})`;
}

function propertyStep(key: string | symbol): string {
  if (typeof key === "symbol") return `[${String(key)}]`;
  return /^[\w$]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
