/**
 * Keys of kept results: code of the task, content of its inputs, keys of state-only upstreams, what else matters. Equal key:
 * running the task again would give the same value.
 */
import type { GraphNode } from "../graph/graph-node.ts";
import type { CacheOptions } from "../task/task-options.ts";
import type { Task } from "../task/task.ts";
import { primitiveContent, shorten, type Content } from "./content.ts";
import { declaredDependencies } from "./declared-dependencies.ts";
import { InputGuard } from "./input-guard.ts";
import { inputReason } from "./input-reason.ts";
import type { FlowHistory } from "./flow-history.ts";
import type { KeyParts } from "./kept-result.ts";
import type { ResultCache } from "./result-cache.ts";
import { Surroundings } from "./surroundings.ts";
import { hasPartsOfItsOwn, taskParts } from "./task-parts.ts";
import { recordOf, type TaskRecord, type TaskRecords } from "./task-record.ts";

/** What a key is made from. */
export interface KeySource {
  readonly task: Task;
  /** Of the task in its flow. */
  readonly node: GraphNode;
  /** Names of the inputs that it gets, and the content of each. */
  readonly keys: readonly string[];
  readonly contents: readonly string[];
  /** Names of the inputs in the order of the function's parameters: a renamed parameter is the same input. */
  readonly names: readonly string[];
  /** Key of each state-only upstream whose result is kept; `null`: it acted, so what follows acts too. */
  readonly upstreamKeys: readonly (string | null)[];
  /** One of many runs of the task in one flow run, each with inputs of its own. */
  readonly isChild: boolean;
}

/** A key, or why there is none. */
export type TaskKey =
  | { readonly key: string; readonly node: GraphNode; readonly outside: readonly string[]; readonly parts: KeyParts; readonly last: KeyParts | undefined; readonly names: readonly string[]; readonly contents: readonly string[] }
  | { readonly key: null; readonly reason: string };

/** What tasks downstream need to know of a kept result: its key and its content. */
export interface KnownResult {
  readonly key: string;
  readonly content: string;
}

/** What is known of a task's code. */
interface TaskCode {
  readonly content: Content;
  /** What a key begins with: code and environment, short. */
  readonly prefix: string;
  /** When it was read last. */
  epoch: number;
}

let known: { readonly zone: string | undefined; readonly text: string } | null = null;

/** To ask for it takes a millisecond; only the time zone can change while the process lives. */
function environment(): string {
  const zone = process.env.TZ;
  if (known === null || known.zone !== zone) {
    const { timeZone, locale } = Intl.DateTimeFormat().resolvedOptions();
    known = { zone, text: `node ${process.versions.node.split(".")[0]} ${zone ?? timeZone} ${locale}` };
  }
  return known.text;
}

/** How fast the time of a mapped task's children follows what they take now (share). */
const FOLLOWS = 0.2;

/** A key longer than this is hashed (characters). */
const MAX_KEY = 240;

/** Makes the keys of one flow run; reads each task's code once, where nothing can change it meanwhile. */
export class KeyMaker {
  readonly cache: ResultCache;
  /** What the tasks use is noticed while they run. */
  traced = false;
  /** The tasks' results that are kept. */
  readonly kept = new Map<Task, KnownResult>();
  /** Content of the others, as far as somebody has asked for it; null where it can not be judged. */
  readonly contents = new Map<Task, string | null>();
  /** What the children of a mapped task are known by together; null: not all of them are kept. */
  readonly keptParents = new Map<Task, string | null>();
  /** What each child of a mapped task is known by. */
  readonly keptChildren = new Map<Task, (string | null)[]>();
  /** Watches the inputs of the tasks that run. */
  readonly guard = new InputGuard({
    read: (value) => this.content(value),
    changed: (task) => { this.kept.delete(task); this.contents.delete(task); },
  });
  readonly #now: Surroundings;
  #running = 0;
  readonly #environment = environment();
  readonly #codes = new Map<Task, TaskCode>();
  /** How often kept results were used. */
  readonly history: FlowHistory;
  /** Of the flow's tasks. */
  readonly records: TaskRecords;
  /** Kept results that were used, tasks for which there was none (count), and the time that this has saved (milliseconds). */
  hits = 0;
  misses = 0;
  saved = 0;
  /** Of a run, not of a plan. */
  readonly remembers: boolean;
  #epoch = 0;
  #names: readonly string[] = NO_TEXTS;

  /**
   * @param flowName whose last keys these are compared with, for the reasons
   * @param remembers what the keys are made of is remembered for the next run's reasons; false for a plan, which changes nothing
   */
  constructor(cache: ResultCache, flowName: string, remembers = true) {
    this.cache = cache;
    this.#now = new Surroundings(cache.files);
    this.history = cache.history(flowName);
    this.records = cache.records(flowName);
    this.remembers = remembers;
  }

  /** Content of a result or constant; null where it can not be judged. */
  content(value: unknown): string | null {
    return primitiveContent(value) ?? this.sizedContent(value).id;
  }

  /** The same, with the length of the whole content (characters). */
  sizedContent(value: unknown): { readonly id: string | null; readonly size: number } {
    const primitive = primitiveContent(value);
    if (primitive !== null) return { id: primitive, size: primitive.length };
    const content = this.cache.reader.read(value);
    return { id: content.unknown === null ? content.id : null, size: content.size };
  }

  /** Key of a task run before it runs; what it is made of is remembered for the next run's reasons. */
  key({ task, node, keys, contents, names, upstreamKeys, isChild }: KeySource): TaskKey {
    const code = this.#code(task);
    if (code.content.unknown !== null) return { key: null, reason: `unknown: ${code.content.unknown}` };
    const { cache } = task;
    let { prefix } = code;
    let declared: ReadonlyMap<string, string> | undefined;
    if (cache !== null && cache !== false) {
      if (cache.version !== undefined) prefix += `\nversion ${cache.version.length}:${cache.version}`;
      const read = this.#declared(cache);
      if (typeof read === "string") return { key: null, reason: `unknown: ${read}` };
      declared = read;
      if (declared !== undefined) prefix += `\ndeclared ${shorten(JSON.stringify([...declared]))}`;
    }
    const { outside, parts: codeParts } = code.content;
    const record = this.record(node);
    const last = record?.parts;
    // What is the same as the last time has the same key: nothing is put together and hashed again.
    if (last !== undefined && upstreamKeys.length === 0 && last.code === codeParts && last.prefix === prefix && sameTexts(last.contents, contents) && sameTexts(last.names, keys)) {
      return { key: last.key, node, outside, parts: last, last, names: keys, contents };
    }
    let text = prefix;
    for (const upstream of upstreamKeys) {
      if (upstream === null) return { key: null, reason: HAS_RUN };
      text += `\n^${shorten(upstream)}`;
    }
    text += inputsText(keys, contents, names);
    const key = text.length <= MAX_KEY ? text : shorten(text);
    let parts = last;
    // Children have their code in common; to remember the inputs of each would cost more than the reason is worth.
    if (last === undefined || last.code !== codeParts || (isChild ? last.prefix !== prefix : last.key !== key)) {
      const unkept = last?.key === key ? last.unkept : undefined;
      parts = { key, prefix, code: codeParts, declared, names: isChild ? NO_TEXTS : keys, contents: isChild ? NO_TEXTS : contents, unkept, places: code.content.places };
      if (this.remembers) (record ?? this.#newRecord(node)).parts = parts;
    }
    return { key, node, outside, parts: parts as KeyParts, last, names: keys, contents };
  }

  /** What is remembered of a task; undefined: nothing. */
  record(node: GraphNode): TaskRecord | undefined {
    if (node.record !== null && node.record.among === this.records) return node.record;
    // A flow that was made again has new nodes, and the same slugs.
    const found = this.records.get(node.slug);
    if (found !== undefined) node.record = found;
    return found;
  }

  #newRecord(node: GraphNode): TaskRecord { return (node.record = recordOf(this.records, node.slug)); }

  /** Tasks of one function have inputs of the same names, and are often made one after the other: they have one list of them. */
  sharedNames(names: readonly string[]): readonly string[] {
    if (!sameTexts(this.#names, names)) this.#names = names;
    return this.#names;
  }

  /** A task begins anew in the same flow run: what it gave before no longer counts. */
  forget(task: Task): void {
    this.kept.delete(task);
    this.contents.delete(task);
    this.keptParents.delete(task);
  }

  /** Files and environment variables as they are now; while nothing else runs each is looked at once. */
  get now(): Surroundings {
    if (this.#running > 0) this.#now.forget();
    return this.#now;
  }

  /** User code begins to run, and may change what others depend on. */
  userCodeRuns(): void { this.#running++; }

  /** A task, or a child of it, took so long (milliseconds). Of children a mean that follows what they take now. */
  took(node: GraphNode, duration: number, isChild: boolean): void {
    const record = this.record(node) ?? this.#newRecord(node);
    const before = isChild ? record.duration : undefined;
    record.duration = before === undefined ? duration : before + (duration - before) * FOLLOWS;
  }

  /** User code has run: what functions capture may have changed and is read again before the next key. */
  userCodeRan(): void {
    this.#epoch++;
    if (this.#running > 0) this.#running--;
    this.#now.forget();
  }

  /** Which of the files and variables that the task names has changed since its key was made, in words; null: none. */
  declaredChange({ cache }: Task, before: KeyParts): string | null {
    if (before.declared === undefined || typeof cache !== "object" || cache === null) return null;
    const now = this.#declared(cache);
    const name = typeof now === "string" ? now : changed(now ?? NOTHING, before.declared);
    return name === null || typeof now === "string" ? name : `${name} changed while it ran`;
  }

  #declared(cache: CacheOptions): ReadonlyMap<string, string> | string | undefined {
    return cache.files === undefined && cache.env === undefined ? undefined : declaredDependencies(cache, this.now);
  }

  /** Is the task's code still what it was before it ran? */
  stillSame(task: Task, before: KeyParts): boolean {
    const { content } = this.#code(task);
    return content.parts === before.code || (content.unknown === null && changed(content.parts, before.code) === null);
  }

  #code(task: Task): TaskCode {
    // Copies share their original's code, where they have nothing of their own that it sees.
    const { original } = task;
    const subject = task === original || !hasPartsOfItsOwn(task) ? original : task;
    const known = this.#codes.get(subject);
    if (known !== undefined && known.epoch === this.#epoch) return known;
    const content = this.cache.reader.readCode(subject, taskParts(subject));
    if (known !== undefined && known.content === content) {
      known.epoch = this.#epoch;
      return known;
    }
    const code: TaskCode = { content, prefix: shorten(`${this.#environment}\n${content.id}`), epoch: this.#epoch };
    this.#codes.set(subject, code);
    return code;
  }
}

const NOTHING: ReadonlyMap<string, string> = new Map();
const NO_TEXTS: readonly string[] = [];

/** In an order that does not depend on which of them are constants: one that comes from a task from now on is the same input. */
function inputsText(keys: readonly string[], contents: readonly string[], names: readonly string[]): string {
  if (keys.length === 1) return inputText(0, keys, contents, names);
  if (keys.length === 2) {
    const one = inputText(0, keys, contents, names), other = inputText(1, keys, contents, names);
    return one < other ? one + other : other + one;
  }
  return keys.map((_, index) => inputText(index, keys, contents, names)).sort().join("");
}

function inputText(index: number, keys: readonly string[], contents: readonly string[], names: readonly string[]): string {
  const position = names.indexOf(keys[index]);
  return `\n${position === -1 ? keys[index] : position}:${contents[index]}`;
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}

/** Why a task is not kept that follows one which is not. */
export const HAS_RUN = "what it follows has run";

/** Why a task that returns nothing is not kept. */
export const ACTS = "it returns nothing, so it acts: it runs every time";

/** Why a key is not the last one, in words. */
export function missReason(node: GraphNode, now: KeyParts, last: KeyParts | undefined, isChild: boolean): string {
  if (last === undefined) return "never run";
  const code = now.code === last.code ? null : changed(now.code, last.code);
  if (code !== null) return `${code === "the code" ? "its code" : code} changed${placeOf(code, now, last)}`;
  const declared = now.prefix === last.prefix ? null : changed(now.declared ?? NOTHING, last.declared ?? NOTHING);
  if (declared !== null) return `${declared} changed`;
  if (last.unkept === ACTS) return ACTS;
  if (isChild) return "no result is kept for this element";
  const input = now.names.find((name, index) => last.contents[last.names.indexOf(name)] !== now.contents[index]) ?? last.names.find((name) => !now.names.includes(name));
  if (input !== undefined) return inputReason(node, input, last.contents[last.names.indexOf(input)], now.contents[now.names.indexOf(input)]);
  return last.key === now.key ? (last.unkept ?? "its result is not kept") : "what it follows has changed";
}

/** ` (cell 3)`; a value whose cell has not run again was changed from somewhere else. */
function placeOf(part: string, now: KeyParts, last: KeyParts): string {
  const place = now.places?.get(part);
  if (place === undefined || part === "the code") return "";
  return part.startsWith("`") && !place.includes(".") && place === last.places?.get(part) ? "" : ` (${place})`;
}

function changed(now: ReadonlyMap<string, string>, last: ReadonlyMap<string, string>): string | null {
  for (const [name, content] of now) if (last.get(name) !== content) return name;
  for (const name of last.keys()) if (!now.has(name)) return name;
  return null;
}
