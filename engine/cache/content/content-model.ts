/** What a content is, and what whoever reads contents is told by its host. */
import type { FreeName } from "../function-text.ts";

/** Content of one value. */
export interface Content {
  /** Short; equal for equal content. */
  readonly id: string;
  /** Length of the full text (characters): a measure of size. */
  readonly size: number;
  /** Why it can not be judged; null when it can. */
  readonly unknown: string | null;
  /** What it brings in from outside, e.g. `Date.now`, `node:fs`. */
  readonly outside: readonly string[];
  /** Content of the code by part, for reasons in words: `the code`, `` helper `clean` ``, `` `factor` ``. */
  readonly parts: ReadonlyMap<string, string>;
  /** Where the parts are written, for the same: `cell 3`, `./lib.ts`. No part of the content. */
  readonly places: ReadonlyMap<string, string>;
  /** The user's classes that it holds instances of. */
  readonly classes: ReadonlySet<Function>;
}

/** Values that stand for something else, by identity: the run context, a task. `outside`: what it brings in; `values`: what counts of it. */
export type KnownValue = (value: object, use: FreeName | null) => { readonly id: string; readonly unknown?: string; readonly outside?: string; readonly values?: Iterable<readonly [string, unknown]> } | undefined;

/** Says where code is, in the words that the user sees. */
export interface Places {
  /** Of a script by its URL; null where it has no name. */
  ofScript(url: string): string | null;
  /** Of a name that the realm declares. */
  ofName(name: string): string | null;
  /** What the user calls such a name. */
  nameOf(name: string): string;
}

/** A module that code imports while it runs: counts by its name, or by what it exports, or can not be judged. */
export type ImportedModule = { readonly named: string; readonly source: string | null } | { readonly namespace: object } | { readonly unknown: string };

/** Finds modules. */
export interface ImportFinder {
  /** @param url of the script that imports */
  imported(specifier: string, url: string): ImportedModule;
}

/** What a reader is told by its host. All optional. */
export interface ReaderOptions {
  readonly known?: KnownValue;
  readonly places?: Places;
  readonly modules?: ImportFinder;
}
