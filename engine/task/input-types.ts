/** Types of the functional API: what may stand for an input, and what a call returns. Checked by test/types. */
import type { Unmapped } from "./edge-annotations.ts";

declare const output: unique symbol;

/** Stands for the result of a task: usable wherever an `R` is expected as an input. */
export interface Ref<R> {
  readonly [output]: R;
}

/** Structures may hold refs at any depth; functions are taken as they are. */
type Nested<T> = T extends (...inputs: any[]) => unknown
  ? T
  : T extends readonly unknown[]
    ? { [Key in keyof T]: Input<T[Key]> }
    : T extends object
      ? { [Key in keyof T]: Input<T[Key]> }
      : T;

/** A value, a ref to it, or a structure that holds refs. */
export type Input<T> = T | Ref<T> | Nested<T>;

/** Inputs of a task with parameters `A`. */
export type Inputs<A extends readonly unknown[]> = { [Key in keyof A]: Input<A[Key]> };

/** Inputs of a mapped call: of each a list (also a typed array or a text), whose elements the children get, or an unmapped input that all get whole. */
export type MapInputs<A extends readonly unknown[]> = { [Key in keyof A]: Input<readonly A[Key][]> | ArrayLike<A[Key]> | Unmapped<A[Key]> | Ref<readonly A[Key][]> };

/** What a ref of a tuple gives when it is destructured: refs of the parts. */
export type Parts<R> = R extends readonly [unknown, ...unknown[]] ? { readonly [Key in keyof R]: Ref<R[Key]> } : unknown;

/** The result type that a ref or task stands for. */
export type ResultOf<T> = T extends Ref<infer R> ? R : never;

/** Type of the part of a result that `get(key)` takes. */
export type PartOf<R, Key> = R extends ReadonlyMap<any, infer V> ? V : Key extends keyof R ? R[Key] : R extends { readonly [Part in Key & PropertyKey]: infer V } ? V : any;
