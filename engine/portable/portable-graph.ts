/**
 * Values on their way to another thread: what structured clone can copy as it is, everything else as nodes of a graph. Plain
 * data, so that it can be sent, and written to bytes. PortableWriter makes it, PortableReader makes the values again.
 */

import type { SentSettings } from "./sent-settings.ts";

/** Where a module is found in every thread, and which of its exports is meant. */
export interface ModuleReference {
  /** URL or path of the file that imports it. */
  readonly parent: string;
  readonly specifier: string;
  /** Export, with members of it behind dots; `*`: the whole module. */
  readonly name: string;
  /** Import attributes. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** It is loaded with `require`. */
  readonly required?: boolean;
}

/** Values: those at the positions in `refs` are numbers of nodes, all others stand for themselves. */
export interface Slots {
  readonly values: readonly unknown[];
  readonly refs: readonly number[];
}

/** Properties; a key that is a symbol is the number of its node. */
export interface Fields {
  readonly keys: readonly (string | number)[];
  readonly values: Slots;
  /** Positions of those that are not enumerable. */
  readonly hidden: readonly number[];
  /** Getters and setters: key, node of `get`, node of `set`. */
  readonly accessors: readonly (readonly [key: string | number, get: number | null, set: number | null])[];
}

/** A function's source, ready to be compiled. Those of several closures of one function are one. */
export interface PortableScript {
  readonly text: string;
  /** URL and line (from 0) of the first line of the function itself, which is the second of the text. */
  readonly url: string;
  readonly line: number;
}

/** A function or class. */
export interface FunctionNode {
  readonly kind: "function";
  /** Number of its script. */
  readonly script: number;
  readonly isClass: boolean;
  readonly name: string;
  /** Names it takes from outside, in the order of the script's variables. */
  readonly bindings: Slots;
  /** Node of the class that a class extends. */
  readonly base: number | null;
  /** Node of a function's `prototype`, where that is not as it was made; of a class, of what was added to its own. */
  readonly members: number | null;
  /** A class's static private fields. */
  readonly privates: Fields | null;
  /** Its instances are made without running the constructor. */
  readonly revivable: boolean;
}

/** What makes an object, before its fields are set. */
export type NodeMaker =
  | FunctionNode
  /** As structured clone copies it. */
  | { readonly kind: "raw"; readonly value: unknown }
  | { readonly kind: "list" | "map" | "set"; readonly slots: Slots }
  /** A plain object; `bare`: without a prototype. */
  | { readonly kind: "record" | "bare" }
  /** An instance of a class, made without its constructor. */
  | { readonly kind: "instance"; readonly privates: Fields | null }
  | { readonly kind: "error"; readonly type: string }
  | { readonly kind: "task"; readonly name: string; readonly settings: SentSettings | null; readonly privates: Fields | null }
  /** Made by a function of value-makers.ts. */
  | { readonly kind: "made"; readonly maker: string; readonly inputs: readonly unknown[] }
  | { readonly kind: "bound"; readonly slots: Slots }
  | { readonly kind: "symbol"; readonly description: string | undefined }
  | { readonly kind: "registered"; readonly key: string }
  /** What every thread has of its own. */
  | { readonly kind: "global"; readonly path: string }
  | { readonly kind: "engine"; readonly name: string }
  | { readonly kind: "module"; readonly reference: ModuleReference }
  /** `require` of a CommonJS file. */
  | { readonly kind: "require"; readonly from: string }
  /** What the reader's side has sent before: the number there. */
  | { readonly kind: "known"; readonly index: number };

/** One object. */
export interface PortableNode {
  readonly maker: NodeMaker;
  /** Node of its class, where that is not the one its kind has. */
  readonly of: number | null;
  /** Node of its prototype, where that belongs to no class. */
  readonly like: number | null;
  readonly fields: Fields | null;
}

/** A value assigned to by several functions, and by which key they know it. */
export interface SharedBinding {
  readonly key: string;
  readonly value: Slots;
}

/** All of it. */
export interface PortableGraph {
  readonly nodes: readonly PortableNode[];
  readonly scripts: readonly PortableScript[];
  readonly shared: readonly SharedBinding[];
  readonly roots: Slots;
}
