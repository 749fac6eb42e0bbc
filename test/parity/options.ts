/** Options of tasks in scenarios as the engine's. */
import {
  FAIL, SKIP, SUCCESS, allFailed, allFinished, allInputs, allParameters, allSuccessful, alwaysRun, anyFailed, anySuccessful, durationOnly, manualOnly, neverUse, notAllSkipped, partialInputsOnly,
  partialParametersOnly, someFailed, someSuccessful, type CacheValidator, type TaskOptions, type Thresholds, type Trigger,
} from "../../engine/index.ts";
import { ScenarioError, errorClass } from "./errors.ts";
import { makeFailureCallback, makeHandler } from "./handlers.ts";
import type { HandlerLiteral } from "./scenario.ts";
import type { Session } from "./session.ts";

const TRIGGERS: Readonly<Record<string, (thresholds: Thresholds) => Trigger>> = {
  all_successful: () => allSuccessful,
  all_failed: () => allFailed,
  any_successful: () => anySuccessful,
  any_failed: () => anyFailed,
  all_finished: () => allFinished,
  always_run: () => alwaysRun,
  not_all_skipped: () => notAllSkipped,
  manual_only: () => manualOnly,
  some_failed: someFailed,
  some_successful: someSuccessful,
  always_false: () => () => false,
  raises_error: () => () => { throw new ScenarioError("trigger exploded"); },
  raises_skip: () => () => { throw new SKIP("trigger says skip"); },
  raises_fail: () => () => { throw new FAIL("trigger says fail"); },
  raises_success: () => () => { throw new SUCCESS("trigger says success", { result: "from trigger" }); },
};

const VALIDATORS: Readonly<Record<string, (validateOn: readonly string[] | null) => CacheValidator>> = {
  never_use: () => neverUse,
  duration_only: () => durationOnly,
  all_inputs: () => allInputs,
  all_parameters: () => allParameters,
  partial_inputs_only: partialInputsOnly,
  partial_parameters_only: partialParametersOnly,
};

/** A trigger's number is a count, or below 1 a fraction. */
function thresholds({ atLeast, atMost }: { readonly atLeast?: number | null; readonly atMost?: number | null } = {}): Thresholds {
  return { ...(atLeast === undefined || atLeast === null ? {} : { atLeast }), ...(atMost === undefined || atMost === null ? {} : { atMost }) };
}

function known<T>(table: Readonly<Record<string, T>>, name: string, what: string): T {
  if (!Object.hasOwn(table, name)) throw new Error(`Unknown ${what}: ${name}.`);
  return table[name];
}

const SAME = ["name", "slug", "tags", "maxRetries", "skipOnUpstreamSkip", "cacheKey", "nout", "taskRunName"] as const;
const KNOWN = new Set([...SAME, "retryDelayMs", "retryOn", "trigger", "triggerArgs", "timeoutMs", "cacheForMs", "cacheValidator", "cacheValidateOn", "stateHandlers", "onFailure"]);

/** @param name used where the options have none */
export function taskOptions(session: Session, given: Readonly<Record<string, any>> = {}, name?: string): TaskOptions {
  const unknown = Object.keys(given).find((key) => !KNOWN.has(key));
  if (unknown !== undefined) throw new Error(`Unknown option: ${unknown}.`);
  const options: Record<string, unknown> = name === undefined ? {} : { name };
  for (const key of SAME) if (given[key] !== undefined && given[key] !== null) options[key] = given[key];
  if (typeof given.retryDelayMs === "number") options.retryDelay = given.retryDelayMs;
  if (typeof given.timeoutMs === "number") options.timeout = given.timeoutMs;
  if (typeof given.cacheForMs === "number") options.cacheFor = given.cacheForMs;
  if (given.retryOn !== undefined && given.retryOn !== null) options.retryOn = [given.retryOn].flat().map((one: string) => errorClass(one));
  if (typeof given.trigger === "string") options.trigger = known(TRIGGERS, given.trigger, "trigger")(thresholds(given.triggerArgs));
  if (typeof given.cacheValidator === "string") options.cacheValidator = known(VALIDATORS, given.cacheValidator, "cache validator")(given.cacheValidateOn ?? null);
  const idOf = (task: any) => session.idOf(task) ?? String(task.name);
  if (given.stateHandlers !== undefined) options.stateHandlers = (given.stateHandlers as readonly HandlerLiteral[]).map((literal) => makeHandler(session, literal, idOf));
  if (given.onFailure === true) options.onFailure = makeFailureCallback(session, idOf);
  return options as TaskOptions;
}
