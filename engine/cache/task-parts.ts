/** What of a task is code: its function, or its class and what its instance holds. */
import { FunctionTask } from "../task/function-task.ts";
import { TASK_KEYS, Task } from "../task/task.ts";
import { usesPrivateNames } from "../task/task-class.ts";
import { sharedCapturedValues } from "./captured-values.ts";
import { functionText } from "./function-text.ts";
import { scriptOrigin } from "./script-origin.ts";

/** Settings of a task that its function may read from `this`. */
const SETTINGS = ["name", "slug", "tags", "maxRetries", "retryDelay", "timeout", "nout", "cacheFor", "cacheKey", "skipOnUpstreamSkip", "logStdout"] as const;

type Parts = readonly (readonly [label: string, value: unknown])[];

/** Parts of tasks that are no more than their function. */
const simple = new WeakMap<Function, Parts>();

/** Parts of a task's code by label; the same list as long as nothing of it has changed, where that is easily told. */
export function taskParts(task: Task): Parts {
  const { original } = task;
  const { run } = task;
  if (original.constructor !== FunctionTask || !hasOnlyRun(task) || (task !== original && !hasOnlyRun(original))) return [...allParts(task)];
  let parts = simple.get(run);
  if (parts === undefined) {
    parts = [...allParts(task)];
    if (parts.length === 1) simple.set(run, parts);
  }
  return parts;
}

function hasOnlyRun(task: Task): boolean {
  const keys = Object.keys(task);
  return keys.length === 0 || (keys.length === 1 && keys[0] === "run");
}

function* allParts(task: Task): Iterable<readonly [label: string, value: unknown]> {
  const { original } = task;
  const isFunction = original.constructor === FunctionTask;
  const code = codeOf(task);
  yield ["the code", code];
  for (const holder of task === original ? [task] : [original, task]) {
    for (const key of Reflect.ownKeys(holder)) {
      const field = Object.getOwnPropertyDescriptor(holder, key) as PropertyDescriptor;
      if (field.enumerable !== true || TASK_KEYS.has(key) || (isFunction && key === "run")) continue;
      yield [`field \`${String(key)}\``, field.get === undefined && field.set === undefined ? field.value : [field.get, field.set]];
    }
  }
  for (const name of selfRead(code).settings) yield [`field \`${name}\``, name === "tags" ? [...task.tags] : task[name]];
  if (!isFunction && usesPrivateNames(original.constructor, Task)) yield ["a private field", sharedCapturedValues().privateFields(original)];
}

/** Of a copy: does it count by more than its original's code? */
export function hasPartsOfItsOwn(copy: Task): boolean {
  const { original, run } = copy;
  if (original.constructor === FunctionTask && run !== original.run) return true;
  const { settings, reads } = selfRead(codeOf(copy));
  // A function that says nothing of `this` does not see what it is called on.
  return settings.length > 0 || ((reads || original.constructor !== FunctionTask) && Object.keys(copy).length > 0);
}

function codeOf(task: Task): Function {
  return task.original.constructor === FunctionTask ? task.run : task.original.constructor;
}

/** The engine's own tasks are what their class and fields say. */
function isOfEngine(code: Function): boolean {
  return scriptOrigin(sharedCapturedValues().originOf(code).url).kind === "engine";
}

/** What code reads from `this`. */
interface SelfRead {
  /** Settings of the task. */
  readonly settings: readonly (typeof SETTINGS)[number][];
  /** Anything at all. */
  readonly reads: boolean;
}

const read = new WeakMap<Function, SelfRead>();

function selfRead(code: Function): SelfRead {
  let found = read.get(code);
  if (found === undefined) {
    const members = new Set<string>();
    let whole = false;
    for (let at: unknown = code; typeof at === "function" && at !== Task && at !== Function.prototype; at = Object.getPrototypeOf(at)) {
      const self = functionText(Function.prototype.toString.call(at))?.self;
      if (self?.whole === true) whole = true;
      for (const member of self?.members ?? []) members.add(member);
    }
    const settings = SETTINGS.filter((name) => whole || members.has(name));
    read.set(code, (found = { settings: settings.length > 0 && isOfEngine(code) ? [] : settings, reads: whole || members.size > 0 }));
  }
  return found;
}
