/** Where a result is, from the JSON of its state (engine/results/result-json.ts). */
import type { StateData } from "../api/schemas/state.ts";

export function resultLocation(state: StateData | null): string | null {
  const { type, location } = (state?.result ?? {}) as { type?: unknown; location?: unknown };
  // Such a location is the value itself.
  return typeof location === "string" && type !== "JsonResult" ? location : null;
}
