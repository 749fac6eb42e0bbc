/** States and their kinds, for questions to the database. */
import { STATES, isStateKind, isStateName, type StateName } from "../../protocol/states.ts";
import type { StateData } from "../api/schemas/state.ts";
import { OrchestrationError } from "./orchestration-error.ts";

/** A state and all kinds of it. */
export function kindsOf(name: StateName): StateName[] {
  return (Object.keys(STATES) as StateName[]).filter((other) => isStateKind(other, name));
}

/** States in which something is not done and not given up: all but the finished ones. */
export const UNFINISHED: readonly StateName[] = (Object.keys(STATES) as StateName[]).filter((name) => !isStateKind(name, "Finished"));

/**
 * The filter of a list: names separated by commas, with all kinds of each.
 * @returns undefined: all
 * @throws OrchestrationError BAD_REQUEST
 */
export function readStates(states: string | undefined): StateName[] | undefined {
  if (states === undefined || states.trim() === "") return undefined;
  const names = new Set<StateName>();
  for (const name of states.split(",").map((one) => one.trim())) {
    if (!isStateName(name)) throw new OrchestrationError("BAD_REQUEST", `states: there is no state ${JSON.stringify(name)}. States: ${Object.keys(STATES).join(", ")}.`);
    for (const kind of kindsOf(name)) names.add(kind);
  }
  return [...names];
}

/** A state that the server makes, as the engine writes states (engine/state-json.ts). */
export function stateData(type: StateName, message: string | null, at: number, more: { startTime?: number; state?: StateData | null } = {}): StateData {
  const scheduled = isStateKind(type, "Scheduled") || type === "Queued";
  return {
    version: 1, type, message, at,
    ...(scheduled ? { startTime: new Date(more.startTime ?? at).toISOString() } : {}),
    ...(type === "Retrying" ? { runCount: 1 } : {}),
    ...(isStateKind(type, "MetaState") ? { state: more.state ?? null } : {}),
  };
}
