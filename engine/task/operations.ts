/** Operators with both sides as inputs: for a value on the left, `operators.sub(10, x)` (reflected forms of prefect.core.task). */
import { FlowletError } from "../errors.ts";
import { activeFlow, type FlowBuilder } from "../graph/active-flow.ts";
import type { Input } from "./input-types.ts";
import { OPERATORS, type OperatorName } from "./operators.ts";
import type { Task } from "./task.ts";

type Operation<Side, Result> = (left: Input<Side>, right: Input<Side>, options?: { readonly flow?: FlowBuilder }) => Task<any[], Result>;

function operation<Side, Result>(operator: OperatorName): Operation<Side, Result> {
  return (left, right, options) => {
    const flow = options?.flow ?? activeFlow();
    if (flow === null) throw new FlowletError("NO_ACTIVE_FLOW", { task: OPERATORS[operator].name });
    return flow.operate(operator, left, right) as Task<any[], Result>;
  };
}

/**
 * The operators of tasks as functions of both sides; either may be a task or a value: `operators.div(100, total)`. Each adds a
 * task to the flow that is being built. What a task has as a method, `x.add(1)`, is the same.
 *
 * Differs: JavaScript has no operators for objects, so they have names.
 */
export const operators = {
  add: operation<any, any>("add"),
  sub: operation<number, number>("sub"),
  mul: operation<number, number>("mul"),
  div: operation<number, number>("div"),
  floorDiv: operation<number, number>("floorDiv"),
  mod: operation<number, number>("mod"),
  pow: operation<number, number>("pow"),
  and: operation<any, any>("and"),
  or: operation<any, any>("or"),
  gt: operation<any, boolean>("gt"),
  gte: operation<any, boolean>("gte"),
  lt: operation<any, boolean>("lt"),
  lte: operation<any, boolean>("lte"),
  isEqual: operation<unknown, boolean>("isEqual"),
  isNotEqual: operation<unknown, boolean>("isNotEqual"),
  /** Is the value falsy? */
  not: (value: unknown, options?: { readonly flow?: FlowBuilder }): Task<any[], boolean> => operation<unknown, boolean>("not")(value, undefined, options),
};
