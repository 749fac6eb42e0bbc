/** Operators as methods of tasks, and what each computes (prefect.tasks.core.operators). */
import { isDeepStrictEqual } from "node:util";

/** Name of the task that an operator adds, its inputs, and what it computes. */
export interface Operator {
  readonly name: string;
  readonly inputs: readonly ["x"] | readonly ["x", "y"];
  readonly run: (x: any, y: any) => unknown;
}

const XY = ["x", "y"] as const;

/** Differs: values are those of JavaScript: truth is JavaScript's, 1 / 0 is Infinity, equality is by content. `mod` is the remainder of `floorDiv`. */
export const OPERATORS = {
  add: { name: "Add", inputs: XY, run: (x, y) => x + y },
  sub: { name: "Sub", inputs: XY, run: (x, y) => x - y },
  mul: { name: "Mul", inputs: XY, run: (x, y) => x * y },
  div: { name: "Div", inputs: XY, run: (x, y) => x / y },
  floorDiv: { name: "FloorDiv", inputs: XY, run: (x, y) => Math.floor(x / y) },
  mod: { name: "Mod", inputs: XY, run: floorRemainder },
  pow: { name: "Pow", inputs: XY, run: (x, y) => x ** y },
  and: { name: "And", inputs: XY, run: (x, y) => x && y },
  or: { name: "Or", inputs: XY, run: (x, y) => x || y },
  not: { name: "Not", inputs: ["x"], run: (x) => !x },
  gt: { name: "GreaterThan", inputs: XY, run: (x, y) => x > y },
  gte: { name: "GreaterThanOrEqual", inputs: XY, run: (x, y) => x >= y },
  lt: { name: "LessThan", inputs: XY, run: (x, y) => x < y },
  lte: { name: "LessThanOrEqual", inputs: XY, run: (x, y) => x <= y },
  isEqual: { name: "Equal", inputs: XY, run: equal },
  isNotEqual: { name: "NotEqual", inputs: XY, run: (x, y) => !equal(x, y) },
} as const satisfies Record<string, Operator>;

/** By content; 0 is -0. */
function equal(x: unknown, y: unknown): boolean { return x === y || isDeepStrictEqual(x, y); }

/** Remainder of a division that rounds down: it has the sign of `y`. */
function floorRemainder(x: any, y: any): unknown {
  const remainder = x % y;
  return remainder != 0 && remainder < 0 !== y < 0 ? remainder + y : remainder;
}

/** Name of an operator: the method of a task that adds it. */
export type OperatorName = keyof typeof OPERATORS;
