/**
 * Keys of kept results: H(code of the task, content of its inputs, keys of state-only upstreams, what else matters). Equal
 * key: running the task again would give the same value.
 */
import { hash } from "node:crypto";
import type { Task } from "../task/task.ts";
import { FunctionTask } from "../task/function-task.ts";
import { primitiveContent, type Content } from "./content.ts";
import type { KeyParts, ResultCache } from "./result-cache.ts";

/** What a key is made from. */
export interface KeySource {
  /** Flow and slug: whose last key this one is compared with, for the reason. */
  readonly owner: string;
  readonly task: Task;
  /** Content of each input, by name. */
  readonly inputs: ReadonlyMap<string, string>;
  /** Names of the inputs in the order of the function's parameters: a renamed parameter is the same input. */
  readonly names: readonly string[];
  /** Key of each state-only upstream whose result is kept; `null`: it acted, so what follows acts too. */
  readonly upstreamKeys: readonly (string | null)[];
}

/** A key, or why there is none. */
export type TaskKey =
  | { readonly key: string; readonly reason: string; readonly outside: readonly string[]; readonly parts: KeyParts }
  | { readonly key: null; readonly reason: string };

const ENVIRONMENT = () => `node ${process.versions.node.split(".")[0]} ${process.env.TZ ?? Intl.DateTimeFormat().resolvedOptions().timeZone}`;

/** Makes the keys of one flow run; reads each task's code once, where nothing can change it meanwhile. */
export class KeyMaker {
  readonly cache: ResultCache;
  readonly #environment = ENVIRONMENT();
  readonly #codes = new Map<Task, { readonly content: Content; readonly epoch: number }>();
  #epoch = 0;

  constructor(cache: ResultCache) {
    this.cache = cache;
  }

  /** Content of a result or constant; null where it can not be judged. */
  content(value: unknown): { readonly id: string | null; readonly size: number } {
    const primitive = primitiveContent(value);
    if (primitive !== null) return { id: primitive, size: primitive.length };
    const content = this.cache.reader.read(value);
    return { id: content.unknown === null ? content.id : null, size: content.size };
  }

  /** Key of a task run before it runs, with the reason why it has to. */
  key(source: KeySource): TaskKey {
    const { task } = source;
    const code = this.#code(task);
    if (code.unknown !== null) return { key: null, reason: `unknown: ${code.unknown}` };
    if (source.upstreamKeys.includes(null)) return { key: null, reason: "what it follows has run" };
    const version = typeof task.cache === "object" && task.cache?.version !== undefined ? task.cache.version : "";
    const text = [this.#environment, code.id, version, ...source.upstreamKeys];
    for (const [name, content] of source.inputs) {
      const position = source.names.indexOf(name);
      text.push(position === -1 ? name : String(position), content);
    }
    const key = hash("sha256", text.join("\n"), "base64");
    const parts: KeyParts = { key, code: code.parts, inputs: source.inputs };
    return { key, reason: missReason(parts, this.cache.lastParts(source.owner)), outside: code.outside, parts };
  }

  /** User code has run: what functions capture may have changed and is read again before the next key. */
  userCodeRan(): void { this.#epoch++; }

  /** Is the task's code still what it was before it ran? */
  stillSame(task: Task, before: KeyParts): boolean {
    const now = this.#code(task);
    return now.unknown === null && changed(now.parts, before.code) === null;
  }

  #code(task: Task): Content {
    // Copies share their original's code; only fields of their own make a difference.
    const isPlainCopy = task !== task.original && Object.keys(task).length === 0;
    const subject = isPlainCopy ? task.original : task;
    const known = this.#codes.get(subject);
    if (known !== undefined && (known.epoch === this.#epoch || !known.content.captures)) return known.content;
    const content = this.cache.reader.readParts(taskParts(task));
    this.#codes.set(subject, { content, epoch: this.#epoch });
    return content;
  }
}

/** What of a task is code: its function, or its class and the fields its constructor set. */
function* taskParts(task: Task): Iterable<readonly [string, unknown]> {
  if (task.original.constructor === FunctionTask) {
    yield ["the code", task.run];
    return;
  }
  yield ["the code", task.original.constructor];
  for (const holder of task === task.original ? [task] : [task.original, task]) {
    for (const key of Object.keys(holder)) yield [`field ${key}`, (holder as unknown as Record<string, unknown>)[key]];
  }
}

/** Why a key is not the last one, in words. */
function missReason(now: KeyParts, last: KeyParts | undefined): string {
  if (last === undefined) return "never run";
  const code = changed(now.code, last.code);
  if (code !== null) return code === "the code" ? "its code changed" : `${code} changed`;
  const input = changed(now.inputs, last.inputs);
  if (input !== null) return `input ${input} differs`;
  return last.key === now.key ? "its result is not kept" : "what it follows has changed";
}

function changed(now: ReadonlyMap<string, string>, last: ReadonlyMap<string, string>): string | null {
  for (const [name, content] of now) if (last.get(name) !== content) return name;
  for (const name of last.keys()) if (!now.has(name)) return name;
  return null;
}
