/** Options of a task, their defaults and their checks (prefect.core.task, Task.__init__). */
import { durationOnly, neverUse, type CacheValidator } from "../cache-validators.ts";
import { currentConfig } from "../config/config.ts";
import type { Config } from "../config/config-keys.ts";
import { FlowletError, describeValue } from "../errors.ts";
import { getLogger } from "../logging/logger.ts";
import { checkOptions, isBoolean, isFunction, isIterable, isRecordLike, isText, refuseNoRecord, refuseUnknown, type OptionCheck } from "../option-checks.ts";
import { Result, type ResultLocation } from "../results/result.ts";
import type { State } from "../state.ts";
import { CACHE_OPTIONS } from "./cache-option-checks.ts";
import { activeTags } from "./tags.ts";
import { allSuccessful, type Trigger } from "../triggers.ts";

/** What handlers see of a task; it is the Task itself. */
export interface TaskInfo {
  readonly name: string;
  readonly slug: string | null;
  readonly tags: ReadonlySet<string>;
  readonly maxRetries: number;
}

/** Called at each change of state; what it returns replaces the new state. May be async. */
export type StateHandler<Subject> = {
  // Declared as a method, so that a handler may ask for the Task where a TaskInfo is promised.
  handle(subject: Subject, oldState: State, newState: State): State | null | undefined | void | Promise<State | null | undefined | void>;
}["handle"];

/** Called with a failed state. */
export type FailureCallback<Subject> = { call(subject: Subject, state: State): unknown }["call"];

/** Class of errors, for `retryOn`. */
export type ErrorClass = abstract new (...inputs: never[]) => Error;

/** How a result is kept between runs of a flow. */
export interface CacheOptions {
  /** How long a kept result may be used (milliseconds). Default: as long as code and inputs are equal. */
  readonly for?: number;
  /** Part of the key: another text, another result. */
  readonly version?: string;
  /**
   * What counts of the inputs, instead of their content: a text, or a function that is given the inputs by name. For inputs that can not
   * be looked into, and for those that differ in what does not matter. The code, files and variables count all the same.
   */
  readonly key?: string | ((inputs: Readonly<Record<string, unknown>>) => unknown);
  /**
   * Files that the result depends on: paths and glob patterns (`data/*.csv`) from the working directory; of a folder all files in it and below.
   * They count by content; one that is not there counts too. Needed only for what is not noticed while the task runs (`cache.trace` of
   * the configuration): files that are read by native code, by another process, or in a worker thread.
   */
  readonly files?: readonly string[];
  /** Environment variables that the result depends on, by name. */
  readonly env?: readonly string[];
}

/** Name of a task's runs: a template (`load-{region}`) or a function of what a template may name. */
export type TaskRunName = string | ((values: Readonly<Record<string, unknown>>) => string);

/** All optional. */
export interface TaskOptions {
  /** Display name; need not be unique. Default: the function's name, else the const it is assigned to in a cell, else the class's name. */
  readonly name?: string;
  /** Identifier, unique in a flow. Default: made by the flow from name and tags. */
  readonly slug?: string;
  readonly tags?: Iterable<string>;
  /** Number of re-tries after a failure (count). Default: the configuration's (`tasks.defaults`), 0; above 0 it needs `retryDelay`. */
  readonly maxRetries?: number;
  /** Wait before a retry (milliseconds, ≥ 0). Default: the configuration's. */
  readonly retryDelay?: number;
  /** Retry only after errors of these classes. Default: after any. */
  readonly retryOn?: ErrorClass | Iterable<ErrorClass>;
  /** Time for one attempt (milliseconds, above 0). Default: the configuration's, none. */
  readonly timeout?: number;
  /** Default: allSuccessful. */
  readonly trigger?: Trigger;
  /** A skipped upstream task skips this one too. Default true. */
  readonly skipOnUpstreamSkip?: boolean;
  readonly stateHandlers?: readonly StateHandler<TaskInfo>[];
  /** Called whenever the task takes a Failed state, also one that is retried then. */
  readonly onFailure?: FailureCallback<TaskInfo>;
  /** Log what the task prints, one record a line; in a script it is not printed too. Default false. */
  readonly logStdout?: boolean;
  /** Number of parts that the result can be destructured into (count). Default: as many as the pattern asks for. */
  readonly nout?: number;
  /** `false`: run every time. Default: kept while code and inputs are equal, in runs that keep results. */
  readonly cache?: false | CacheOptions;
  /**
   * How long a result may be used by later runs in this session, also of other flows (milliseconds, above 0): the task ends
   * Cached. Default: not at all.
   */
  readonly cacheFor?: number;
  /** Decides whether a result cached with `cacheFor` may be used. Default: durationOnly; without `cacheFor` neverUse. */
  readonly cacheValidator?: CacheValidator;
  /** Tasks of one key share what they cache with `cacheFor`. Default: the task's name. */
  readonly cacheKey?: string;
  /** Where results are written when checkpointing is on; overrides the flow's. */
  readonly result?: Result;
  /**
   * Where the result is, as a template (`data/{today}/{x}.bin`) or a function of what a template may name. Where there is one already, the
   * task does not run: it is Cached, and what the result was made from is not checked. When checkpointing is on, the result is
   * written there. Children of a mapping name what tells them apart, e.g. `{mapIndex}`.
   *
   * Differs: the result of each iteration of a looping task is not written there, only the last.
   */
  readonly target?: ResultLocation;
  /** `false`: the result is never written. Default: it is when checkpointing is on. */
  readonly checkpoint?: boolean;
  /** `context.taskRunName` of each run: a template of inputs, context entries and parameters, or a function of them. */
  readonly taskRunName?: TaskRunName;
}

/** Options with their defaults applied; shared by all copies of a task until one changes. */
export interface TaskSettings {
  readonly slug: string | null;
  readonly tags: ReadonlySet<string>;
  readonly maxRetries: number;
  readonly retryDelay: number | null;
  readonly retryOn: readonly ErrorClass[] | null;
  readonly timeout: number | null;
  readonly trigger: Trigger;
  readonly skipOnUpstreamSkip: boolean;
  readonly stateHandlers: readonly StateHandler<TaskInfo>[];
  readonly onFailure: FailureCallback<TaskInfo> | null;
  readonly logStdout: boolean;
  readonly nout: number | null;
  readonly cache: false | CacheOptions | null;
  readonly cacheFor: number | null;
  readonly cacheValidator: CacheValidator;
  readonly cacheKey: string | null;
  readonly result: Result | null;
  readonly target: ResultLocation | null;
  readonly checkpoint: boolean | null;
  readonly taskRunName: TaskRunName | null;
}

const NO_TAGS: ReadonlySet<string> = new Set();

const DEFAULTS: TaskSettings = {
  slug: null, tags: NO_TAGS, maxRetries: 0, retryDelay: null, retryOn: null, timeout: null, trigger: allSuccessful, skipOnUpstreamSkip: true,
  stateHandlers: [], onFailure: null, logStdout: false, nout: null, cache: null, cacheFor: null, cacheValidator: neverUse, cacheKey: null, result: null, target: null, checkpoint: null, taskRunName: null,
};

/** Is it the name of an option of tasks? */
export function isTaskOption(name: string): boolean { return name === "name" || Object.hasOwn(DEFAULTS, name); }

/** Names of all options of tasks. */
export function taskOptionNames(): string[] { return ["name", ...Object.keys(DEFAULTS)]; }

const settingsByDefaults = new WeakMap<Config["tasks"]["defaults"], TaskSettings>();

/** Settings of a task without options: one object for all tasks under the same configuration. */
function defaultSettings(): TaskSettings {
  const { defaults } = currentConfig().tasks;
  let settings = settingsByDefaults.get(defaults);
  if (settings === undefined) settingsByDefaults.set(defaults, (settings = { ...DEFAULTS, ...defaults }));
  return settings;
}

/**
 * Applies options over settings (default: the defaults).
 * @param owner name of the task, for errors
 * @throws FlowletError BAD_OPTION, UNKNOWN_OPTION
 */
export function taskSettings(owner: string, options: TaskOptions, base: TaskSettings = defaultSettings()): TaskSettings {
  const more = activeTags();
  if (typeof options !== "object" || options === null) refuseNoRecord(`Task ${owner}`, options);
  let empty = more.size === 0 || more.isSubsetOf(base.tags);
  for (const key in options) {
    if (!isTaskOption(key)) refuseUnknown(`Task ${owner}`, key, taskOptionNames());
    if (key !== "name" && options[key as keyof TaskOptions] !== undefined) empty = false;
  }
  if (empty && (options.name === undefined || typeof options.name === "string")) return base;
  const refuse = (option: string, expected: string, got: unknown): never => {
    throw new FlowletError("BAD_OPTION", { owner: `Task ${owner}`, option, expected, got: describeValue(got) });
  };
  const check = <T>(option: keyof TaskOptions, expected: string, passes: (value: unknown) => boolean): T | undefined => {
    const value = options[option];
    if (value === undefined || passes(value)) return value as T | undefined;
    return refuse(option, expected, value);
  };
  const texts = "a list of texts";
  check<string>("name", "a text", (value) => typeof value === "string");
  const cacheFor = check<number>("cacheFor", "milliseconds, above 0", (value) => isMilliseconds(value) && value !== 0) ?? base.cacheFor;
  const validator = check<CacheValidator>("cacheValidator", "a function (state, inputs, parameters)", isFunction);
  const settings: TaskSettings = {
    slug: check<string>("slug", "a text", isText) ?? base.slug,
    tags: tagSet(check<Iterable<string>>("tags", texts, isIterable) ?? base.tags, more, (tag) => refuse("tags", texts, tag)),
    maxRetries: check<number>("maxRetries", "a whole number, 0 or more", (value) => Number.isInteger(value) && (value as number) >= 0) ?? base.maxRetries,
    retryDelay: check<number>("retryDelay", "milliseconds, 0 or more", isMilliseconds) ?? base.retryDelay,
    retryOn: errorClasses(options.retryOn, (value) => refuse("retryOn", "an error class or a list of them", value)) ?? base.retryOn,
    timeout: check<number>("timeout", "milliseconds, above 0", (value) => isMilliseconds(value) && value !== 0) ?? base.timeout,
    trigger: check<Trigger>("trigger", "a function from upstream states to true or false", isFunction) ?? base.trigger,
    skipOnUpstreamSkip: check<boolean>("skipOnUpstreamSkip", "true or false", isBoolean) ?? base.skipOnUpstreamSkip,
    stateHandlers: check<StateHandler<TaskInfo>[]>("stateHandlers", "a list of functions", (value) => Array.isArray(value) && value.every(isFunction)) ?? base.stateHandlers,
    onFailure: check<FailureCallback<TaskInfo>>("onFailure", "a function (task, state)", isFunction) ?? base.onFailure,
    logStdout: check<boolean>("logStdout", "true or false", isBoolean) ?? base.logStdout,
    nout: check<number>("nout", "a whole number, 0 or more", (value) => Number.isInteger(value) && (value as number) >= 0) ?? base.nout,
    cache: cacheOptions(owner, check<false | CacheOptions>("cache", `false or { ${Object.keys(CACHE_OPTIONS).join(", ")} }`, (value) => value === false || isRecordLike(value))) ?? base.cache,
    cacheFor,
    // What was only a default gives way to the other default.
    cacheValidator: validator ?? (base.cacheValidator === neverUse && base.cacheFor === null && cacheFor !== null ? durationOnly : base.cacheValidator),
    cacheKey: check<string>("cacheKey", "a text", isText) ?? base.cacheKey,
    result: check<Result>("result", "a Result", (value) => value instanceof Result) ?? base.result,
    target: check<ResultLocation>("target", "a text or a function", (value) => isText(value) || isFunction(value)) ?? base.target,
    checkpoint: check<boolean>("checkpoint", "true or false", isBoolean) ?? base.checkpoint,
    taskRunName: check<TaskRunName>("taskRunName", "a text or a function", (value) => typeof value === "string" || isFunction(value)) ?? base.taskRunName,
  };
  if (settings.target !== null && settings.result !== null && (options.target !== undefined || options.result !== undefined)) {
    if (settings.result.location !== null && settings.result.location !== base.target) getLogger().warning(`Task ${owner}: both result.location and target are set; the target is used.`);
    Object.assign(settings, { result: settings.result.at(settings.target) });
  }
  if (settings.maxRetries > 0 && settings.retryDelay === null) refuse("retryDelay", "given when maxRetries is above 0", undefined);
  if (settings.maxRetries === 0 && options.retryDelay !== undefined) refuse("maxRetries", "above 0 when retryDelay is given", options.maxRetries);
  if (settings.maxRetries === 0 && options.retryOn !== undefined) refuse("maxRetries", "above 0 when retryOn is given", options.maxRetries);
  if (validator !== undefined && validator !== neverUse && settings.cacheFor === null) {
    getLogger("Task").warning(`Task ${owner}: cacheValidator is given without cacheFor, so nothing is cached. Say how long a result may be used: { cacheFor: 60_000 }.`);
  }
  return settings;
}

function cacheOptions(owner: string, cache: false | CacheOptions | undefined): typeof cache {
  if (typeof cache === "object") checkOptions(`cache of Task ${owner}`, cache, CACHE_OPTIONS satisfies Record<keyof CacheOptions, OptionCheck>);
  return cache;
}

function isMilliseconds(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isErrorClass(value: unknown): boolean {
  return typeof value === "function" && (value === Error || value.prototype instanceof Error);
}

function errorClasses(given: TaskOptions["retryOn"], refuse: (value: unknown) => never): readonly ErrorClass[] | undefined {
  if (given === undefined) return undefined;
  const classes: readonly unknown[] = isIterable(given) ? [...given] : [given];
  for (const one of classes) if (!isErrorClass(one)) refuse(one);
  return classes as readonly ErrorClass[];
}

function tagSet(tags: Iterable<string>, more: ReadonlySet<string>, refuse: (tag: unknown) => never): ReadonlySet<string> {
  const all = new Set([...tags, ...more]);
  for (const tag of all) if (typeof tag !== "string") refuse(tag);
  return all;
}
