/** Marks on inputs that say how an edge is mapped: `unmapped(x)`, `mapped(x)`, `flatten(x)`; they may nest (prefect.utilities.edges). */

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
