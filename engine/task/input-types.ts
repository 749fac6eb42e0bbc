/** Types of the functional API: what may stand for an input, and what a call returns. Checked by test/types. */

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

/** What a ref of a tuple gives when it is destructured: refs of the parts. */
export type Parts<R> = R extends readonly [unknown, ...unknown[]] ? { readonly [Key in keyof R]: Ref<R[Key]> } : unknown;

/** The result type that a ref or task stands for. */
export type ResultOf<T> = T extends Ref<infer R> ? R : never;
