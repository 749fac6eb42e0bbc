/** Inputs of steps as values that the engine takes. */
import { flatten, mapped, unmapped } from "../../engine/index.ts";
import type { Argument } from "./scenario.ts";
import type { Session } from "./session.ts";

/** The value that an argument stands for: a task, a constant, a structure that holds tasks, or a marked input. */
export function argumentValue(session: Session, argument: Argument): any {
  if (Array.isArray(argument)) return (argument as readonly Argument[]).map((element) => argumentValue(session, element));
  if (typeof argument !== "object" || argument === null) return argument;
  const [[kind, inner], ...more] = Object.entries(argument) as [string, any][];
  if (more.length > 0) throw new Error(`An argument that is an object has one key, got ${Object.keys(argument).join(", ")}.`);
  switch (kind) {
    case "ref": return session.referred(inner as string);
    case "const": return inner;
    case "unmapped": return unmapped(argumentValue(session, inner));
    case "mapped": return mapped(argumentValue(session, inner));
    case "flatten": return flatten(argumentValue(session, inner));
    case "tuple": return Object.freeze((inner as readonly Argument[]).map((element) => argumentValue(session, element)));
    case "dict": return argumentRecord(session, inner as Record<string, Argument>);
    default: throw new Error(`Unknown kind of argument: ${kind}.`);
  }
}

/** Inputs by name. */
export function argumentRecord(session: Session, given: { readonly [key: string]: Argument } = {}): Record<string, any> {
  return Object.fromEntries(Object.entries(given).map(([key, argument]) => [key, argumentValue(session, argument)]));
}
