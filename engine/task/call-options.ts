/** How a task is called or bound, beside its inputs. */
import { FlowletError, listNames } from "../errors.ts";
import type { FlowBuilder } from "../graph/active-flow.ts";
import type { TaskOptions } from "./task-options.ts";

/** How a call or bind is done, beside its inputs. */
export interface BindOptions {
  /** Default: the flow being built. */
  readonly flow?: FlowBuilder;
  /** Tasks that must finish first; no data. */
  readonly upstreamTasks?: readonly unknown[];
  /** Run once for each element of the inputs. Default false. */
  readonly mapped?: boolean;
}

/** Options and fields that a copy has instead of the task's own. */
export type TaskOverrides = TaskOptions & Readonly<Record<string, unknown>>;

/** Options of a call: those of bind, and options that the copy has instead of the task's own. */
export interface CallOptions extends BindOptions {
  readonly taskArgs?: TaskOverrides;
}

/** Options of a single state or data dependency. */
export interface DependencyOptions {
  readonly flow?: FlowBuilder;
  /** The input it feeds; absent: order only. */
  readonly key?: string;
  readonly mapped?: boolean;
}

const BIND_OPTIONS = new Set(["flow", "upstreamTasks", "mapped"]);

/** Inputs by name, and how they are bound. */
export interface NamedInputs {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly options: BindOptions | undefined;
}

/**
 * Reads what `bind` was given as inputs by name: a single object whose keys all are names of inputs, maybe options.
 * @returns null where these are inputs by position
 * @throws FlowletError UNKNOWN_INPUT where options show that names are meant
 */
export function namedInputs(given: readonly unknown[], task: { readonly name: string; inputNames(): readonly string[] }): NamedInputs | null {
  const [first, second] = given;
  if (!isRecord(first) || given.length > 2 || !(second === undefined || (isRecord(second) && Object.keys(second).every((key) => BIND_OPTIONS.has(key))))) return null;
  const names = task.inputNames();
  const unknown = Object.keys(first).find((key) => !names.includes(key));
  if (unknown === undefined) return { inputs: first, options: second };
  if (second === undefined || Object.keys(second).length === 0) return null;
  throw new FlowletError("UNKNOWN_INPUT", { task: task.name, key: unknown, known: listNames(names) });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
