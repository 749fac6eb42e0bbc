/**
 * Writes values of this thread as a graph that another thread can make them from again. Identity is kept: what is one object
 * here is one object there. Functions go as source with what their names stand for, or as what the other thread has already.
 */
import { types } from "node:util";
import { isTask } from "../task/task.ts";
import { engineName } from "./engine-names.ts";
import { GraphBuilder, type Draft, type WriterTools } from "./graph-builder.ts";
import { NotPortable } from "./not-portable.ts";
import type { NodeMaker, PortableGraph } from "./portable-graph.ts";
import { writeError } from "./write-error.ts";
import { FunctionWriter } from "./write-function.ts";
import { writeObject, writeTask } from "./write-object.ts";

/** A graph and what its writer knows of it. */
export interface Written {
  readonly graph: PortableGraph;
  /** The value of each node. */
  readonly originals: readonly unknown[];
  /** It holds data that code could change, or code assigns to what it captures: each use needs values of its own. */
  readonly changeable: boolean;
  /** Another reading gives the same, as long as the realm's names keep these values. */
  readonly settled: boolean;
  readonly realm: ReadonlyMap<string, unknown>;
}

/** @param roots what to write, and what to call each in an error @throws NotPortable */
export function writePortable(tools: WriterTools, roots: readonly (readonly [place: string, value: unknown])[]): Written {
  const builder = new GraphBuilder(tools);
  const functions = new FunctionWriter(builder);
  const revivable = new Set<number>();
  const canGo = (value: unknown): boolean => isWritable(tools, value);
  const slots = builder.roots(roots);
  const { drafts } = builder;
  // Grows while it is walked.
  for (let at = 0; at < drafts.length; at++) describe(builder, functions, at, drafts[at], revivable, canGo);
  const { scripts, shared } = functions.finish(revivable);
  const nodes = drafts.map(({ maker, of, like, fields }) => ({ maker: maker as NodeMaker, of, like, fields }));
  return {
    graph: { nodes, scripts, shared, roots: slots }, originals: drafts.map((draft) => draft.value),
    changeable: builder.changeable, settled: builder.settled && !builder.changeable, realm: functions.realm,
  };
}

function describe(builder: GraphBuilder, functions: FunctionWriter, at: number, draft: Draft, revivable: Set<number>, canGo: (value: unknown) => boolean): void {
  const { tools } = builder;
  const value = draft.value as object | symbol;
  const known = tools.known?.(value);
  const name = known === undefined ? engineName(value) : undefined;
  if (known !== undefined) draft.maker = { kind: "known", index: known };
  else if (typeof value === "symbol") draft.maker = symbolMaker(builder, at, value);
  else if (name !== undefined) draft.maker = { kind: "engine", name };
  else {
    const found = builder.findModule(value);
    if (found !== undefined) draft.maker = found;
    else if (isTask(value)) writeTask(builder, at, draft, value, revivable);
    else if (typeof value === "function") functions.write(at, draft, value);
    else if ((types.isNativeError(value) || value instanceof Error) && !types.isProxy(value) && !(value instanceof DOMException)) writeError(builder, at, draft, value, canGo);
    else writeObject(builder, at, draft, value, revivable);
  }
}

function symbolMaker(builder: GraphBuilder, at: number, value: symbol): NodeMaker {
  const key = Symbol.keyFor(value);
  if (key !== undefined) return { kind: "registered", key };
  const { description } = value;
  const name = description?.startsWith("Symbol.") ? description.slice("Symbol.".length) : "";
  if ((Symbol as unknown as Record<string, unknown>)[name] === value) return { kind: "global", path: description as string };
  if (builder.tools.functions === null) throw builder.refuse(at, "a symbol made in the thread");
  return { kind: "symbol", description };
}

function isWritable(tools: WriterTools, value: unknown): boolean {
  try {
    writePortable(tools, [["", value]]);
    return true;
  } catch (error) {
    if (error instanceof NotPortable) return false;
    throw error;
  }
}
