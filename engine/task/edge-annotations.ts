/** Marks on inputs that say how an edge is mapped: `unmapped(x)`, `mapped(x)`, `flatten(x)`; they may nest (prefect.utilities.edges). */
import { FlowletError, describeValue } from "../errors.ts";
import { isListLike } from "./list-like.ts";

/** An input and how its edge is made. */
export class EdgeAnnotation {
  readonly value: unknown;
  /** Undefined: as the call says. */
  readonly mapped: boolean | undefined;
  readonly flattened: boolean;

  constructor(value: unknown, marks: { readonly mapped?: boolean; readonly flattened?: boolean }) {
    const inner = value instanceof EdgeAnnotation ? value : undefined;
    this.value = inner === undefined ? value : inner.value;
    this.mapped = marks.mapped ?? inner?.mapped;
    this.flattened = marks.flattened ?? inner?.flattened ?? false;
  }

  /** Hands the marked input to `next`: `x.pipe(flatten).pipe((y) => f.map(y))`. @throws FlowletError BAD_OPTION */
  pipe<T>(next: (first: this, ...more: any[]) => T, ...more: unknown[]): T { return pipeTo(this, next, more); }
}

/** @throws FlowletError BAD_OPTION for what is no function */
export function pipeTo<T, Result>(first: T, next: (first: T, ...more: any[]) => Result, more: readonly unknown[]): Result {
  if (typeof next !== "function") throw new FlowletError("BAD_OPTION", { owner: "pipe", option: "next", expected: "a task, or a function of one", got: describeValue(next) });
  return next(first, ...more);
}

declare const whole: unique symbol;

/** What a task or value stands for. */
type Plain<T> = T extends { run(...inputs: any[]): infer R } ? Awaited<R> : T;

/** An input that every child gets whole. */
export interface Unmapped<T> { readonly [whole]: T }
/** In a mapped call: every child gets `value` whole. */
export function unmapped<T>(value: T): Unmapped<Plain<T>> {
  return new EdgeAnnotation(value, { mapped: false }) as unknown as Unmapped<Plain<T>>;
}

/** In an ordinary call: the task is run once for each element of `value`. */
export function mapped(value: unknown): any {
  return new EdgeAnnotation(value, { mapped: true });
}

/** The elements of `value` are flattened by one level before they are used. */
export function flatten(value: unknown): any {
  return new EdgeAnnotation(value, { flattened: true });
}

/** What a mapped call takes beside tasks: a list, or something marked. */
export function isMappable(input: unknown): boolean {
  return input instanceof EdgeAnnotation || isListLike(input);
}
