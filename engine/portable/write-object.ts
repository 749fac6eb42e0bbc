/** Writes what is neither plain data nor a function. */
import { types } from "node:util";
import type { Task } from "../task/task.ts";
import { FunctionTask } from "../task/function-task.ts";
import { scriptOrigin } from "../cache/script-origin.ts";
import { engineName } from "./engine-names.ts";
import { readFunctionSource } from "./function-source.ts";
import { globalPath } from "./global-paths.ts";
import type { Draft, GraphBuilder } from "./graph-builder.ts";
import { isModuleLike } from "./plain-data.ts";
import type { Fields, NodeMaker } from "./portable-graph.ts";
import { sentSettings } from "./sent-settings.ts";
import { readMadeValue } from "./value-makers.ts";

/** Fills in the draft of an object. @param revivable takes the nodes of classes whose instances have private fields */
export function writeObject(builder: GraphBuilder, at: number, draft: Draft, value: object, revivable: Set<number>): void {
  if (types.isProxy(value)) throw builder.refuse(at, "a Proxy");
  const path = globalPath(value);
  if (path !== undefined) {
    draft.maker = { kind: "global", path };
    return;
  }
  builder.changeable = true;
  const prototype = Object.getPrototypeOf(value) as object | null;
  const made = readMadeValue(value);
  if (made !== undefined) {
    draft.maker = { kind: "made", ...made };
    if (value instanceof DOMException) draft.fields = builder.fields(at, { stack: value.stack });
    return;
  }
  if (prototype === Object.prototype) draft.maker = { kind: "record" };
  else if (prototype === null || isModuleLike(value)) draft.maker = { kind: "bare" };
  else {
    draft.maker = builtIn(builder, at, value);
    if (draft.maker === null) return writeInstance(builder, at, draft, value, prototype, revivable);
    if (globalPath(prototype.constructor) === undefined) builder.inherits(at, draft, prototype);
  }
  draft.fields = builder.fields(at, value, ownSlots(value));
}

/** Kinds with a content of their own, also where a class extends them. */
function builtIn(builder: GraphBuilder, at: number, value: object): NodeMaker | null {
  if (Array.isArray(value)) {
    const slots = builder.slots(Array.from(value, (element: unknown, i) => [element, `[${i}]`] as const), at);
    // Holes stay holes.
    for (let i = 0; i < value.length; i++) if (!(i in value)) delete (slots.values as unknown[])[i];
    return { kind: "list", slots };
  }
  if (types.isMap(value)) {
    const entries = [...value].flatMap(([key, entry]) => [[key, `.keys(): ${shortText(key)}`], [entry, `.get(${shortText(key)})`]] as const);
    return { kind: "map", slots: builder.slots(entries, at) };
  }
  if (types.isSet(value)) return { kind: "set", slots: builder.slots([...value].map((entry) => [entry, `.values(): ${shortText(entry)}`] as const), at) };
  const isCopied = types.isDate(value) || types.isRegExp(value) || types.isBoxedPrimitive(value) || types.isAnyArrayBuffer(value) || ArrayBuffer.isView(value);
  return isCopied ? { kind: "raw", value } : null;
}

/** Keys that say what the content says. */
function ownSlots(value: object): (key: string) => boolean {
  if (Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof String) return (key) => /^(\d+|length)$/.test(key);
  return () => false;
}

function shortText(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 20)) : typeof value === "object" || typeof value === "function" ? "…" : String(value);
}

function writeInstance(builder: GraphBuilder, at: number, draft: Draft, value: object, prototype: object, revivable: Set<number>): void {
  const what = unportableKind(builder, value);
  if (what !== null) throw builder.refuse(at, what);
  builder.inherits(at, draft, prototype);
  draft.maker = { kind: "instance", privates: privateFields(builder, at, value, revivable) };
  draft.fields = builder.fields(at, value);
}

/** Built-in classes whose instances are more than their fields. */
function unportableKind(builder: GraphBuilder, value: object): string | null {
  if (types.isGeneratorObject(value)) return "a running generator";
  if (types.isExternal(value)) return "memory of a native add-on";
  for (let at = Object.getPrototypeOf(value) as object | null; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null) {
    if (!Object.hasOwn(at, "constructor") || typeof at.constructor !== "function") continue;
    const url = builder.tools.modules.urlOf(at.constructor);
    if (scriptOrigin(url).kind === "engine" && engineName(at.constructor) === undefined) return `${withArticle(at.constructor.name)}, which stays on the main thread`;
    if ((url !== "" && scriptOrigin(url).kind !== "node") || at.constructor.name === "EventEmitter") continue;
    const { name } = value.constructor as Function | undefined ?? {};
    return name === undefined || at.constructor.name === name ? withArticle(at.constructor.name) : `${withArticle(name)}, which extends ${at.constructor.name}`;
  }
  return null;
}

function withArticle(name: string): string {
  return `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}

/** Private fields of an instance, whose classes are compiled from source there: no other way leads into them. */
function privateFields(builder: GraphBuilder, at: number, value: object, revivable: Set<number>): Fields | null {
  const names: string[] = [];
  const classes: number[] = [];
  for (let of = value.constructor as Function; typeof of === "function" && of !== Function.prototype && engineName(of) === undefined; of = Object.getPrototypeOf(of) as Function) {
    const text = Function.prototype.toString.call(of);
    const own = text.includes("#") ? (readFunctionSource(text)?.privateFields ?? []) : [];
    if (own.length > 0 && (builder.tools.functions === null || builder.tools.modules.findFunction(of) !== undefined)) {
      throw builder.refuse(at, `${withArticle(of.name)}, whose private field ${own[0]} can not be sent`);
    }
    names.push(...own);
    classes.push(builder.node(of, at, `'s class ${of.name}`));
  }
  if (names.length === 0) return null;
  if (new Set(names).size < names.length) throw builder.refuse(at, `${withArticle((value.constructor as Function).name)}, which has two private fields of one name`);
  for (const index of classes) revivable.add(index);
  return builder.privates(at, builder.tools.captured.privateFields(value).filter(([name]) => names.includes(name)));
}

/** Fills in the draft of a task: it can be run there, and read. */
export function writeTask(builder: GraphBuilder, at: number, draft: Draft, task: Task, revivable: Set<number>): void {
  const { original } = task;
  const taskClass = original.constructor;
  if (taskClass !== FunctionTask) builder.changeable = true;
  draft.maker = { kind: "task", name: task.name, settings: sentSettings(task), privates: taskClass === FunctionTask ? null : privateFields(builder, at, original, revivable) };
  draft.of = builder.node(taskClass, at, `'s class ${taskClass.name}`);
  const own = new Map<string, unknown>();
  for (const holder of task === original ? [task] : [original, task]) for (const key of Object.keys(holder)) own.set(key, (holder as unknown as Record<string, unknown>)[key]);
  if (own.size > (own.has("run") ? 1 : 0)) builder.changeable = true;
  draft.fields = builder.fields(at, Object.assign(Object.create(null) as object, Object.fromEntries(own)));
}
