/** What the writer of data asks, answered by what is known of functions. */
import { functionText, type FreeName } from "../function-text.ts";
import type { KnownValue, ReaderOptions } from "./content-model.ts";
import type { DataSurroundings } from "./data-writer.ts";
import type { FunctionFactsFinder } from "./function-facts.ts";

const privateHolders = new WeakMap<Function, boolean>();

/** The base of whoever reads. */
export abstract class ReaderSurroundings implements DataSurroundings {
  readonly ownSymbols: boolean;
  protected readonly facts: FunctionFactsFinder;
  protected readonly options: ReaderOptions;

  constructor(facts: FunctionFactsFinder, options: ReaderOptions, ownSymbols: boolean) {
    this.facts = facts;
    this.options = options;
    this.ownSymbols = ownSymbols;
  }

  abstract meet(fn: Function, index: number): void;
  abstract unknown(why: string): void;
  abstract writeKnown(value: object): boolean;

  isOfNode(constructor: Function): boolean { return this.facts.originOf(constructor).kind === "node"; }

  hasPrivateFields(constructor: Function): boolean {
    let holds = privateHolders.get(constructor);
    if (holds === undefined) {
      const base = Object.getPrototypeOf(constructor) as unknown;
      const privates = functionText(Function.prototype.toString.call(constructor))?.privates;
      holds = privates === "own" || privates === "both" || (typeof base === "function" && base !== Function.prototype && this.hasPrivateFields(base));
      privateHolders.set(constructor, holds);
    }
    return holds;
  }

  privateFields(value: object): readonly (readonly [name: string, value: unknown])[] { return this.facts.captured.privateFields(value); }

  namesBesideElements(array: object): readonly string[] { return this.facts.captured.namesBesideElements(array); }

  protected known(value: object, use: FreeName | null): ReturnType<KnownValue> { return this.options.known?.(value, use); }
}
