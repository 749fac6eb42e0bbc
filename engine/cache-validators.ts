/**
 * Cache validators: decide whether a result that a task cached with `cacheFor` may be used by a later run
 * (prefect.engine.cache_validators). All but `neverUse` also ask whether it has expired.
 */
import { isDeepStrictEqual } from "node:util";
import type { Cached } from "./state.ts";

type Values = Readonly<Record<string, unknown>>;

/** @param state the cached state; @param inputs of the run that is about to begin, by name; @param parameters of its flow run */
export type CacheValidator = (state: Cached, inputs: Values, parameters: Values) => boolean;

function chosen(values: Values, names: ReadonlySet<string> | null): Values {
  return names === null ? values : Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
}

function inputsEqual(state: Cached, inputs: Values, names: ReadonlySet<string> | null): boolean {
  return isDeepStrictEqual(chosen(state.cachedInputs ?? {}, names), chosen(inputs, names));
}

/** Never uses the cache. The default of tasks without `cacheFor`. */
export const neverUse: CacheValidator = () => false;

/** Uses the cache until it expires. The default of tasks with `cacheFor`. */
export const durationOnly: CacheValidator = ({ cachedResultExpiration }) => cachedResultExpiration === null || cachedResultExpiration.getTime() > Date.now();

/** Uses the cache if all inputs are equal too. */
export const allInputs: CacheValidator = (state, inputs, parameters) => durationOnly(state, inputs, parameters) && inputsEqual(state, inputs, null);

/** Uses the cache if all parameters of the flow run are equal too. */
export const allParameters: CacheValidator = (state, inputs, parameters) => durationOnly(state, inputs, parameters) && isDeepStrictEqual(state.cachedParameters ?? {}, parameters);

/** Uses the cache if these inputs are equal too. @param validateOn names of inputs; null: none is looked at */
export function partialInputsOnly(validateOn: Iterable<string> | null = null): CacheValidator {
  const names = validateOn === null ? null : new Set(validateOn);
  return named("partialInputsOnly", names, (state, inputs, parameters) => durationOnly(state, inputs, parameters) && (names === null || inputsEqual(state, inputs, names)));
}

/** Uses the cache if these parameters are equal too. @param validateOn names of parameters; null: none is looked at */
export function partialParametersOnly(validateOn: Iterable<string> | null = null): CacheValidator {
  const names = validateOn === null ? null : new Set(validateOn);
  return named("partialParametersOnly", names, (state, inputs, parameters) =>
    durationOnly(state, inputs, parameters) && (names === null || isDeepStrictEqual(chosen(state.cachedParameters ?? {}, names), chosen(parameters, names))));
}

/** A serialized flow tells validators by name. */
function named(name: string, on: ReadonlySet<string> | null, validator: CacheValidator): CacheValidator {
  return Object.defineProperty(validator, "name", { value: `${name}(${on === null ? "" : [...on].sort().join(", ")})` });
}
