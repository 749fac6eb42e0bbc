/** What the dashboard shows, and what a search finds. */
import type { Core } from "./core.ts";
import { OrchestrationError } from "./orchestration-error.ts";
import type { OrchestrationMethods } from "./orchestration.ts";

export function overviewMethods(_core: Core): Pick<OrchestrationMethods, "getOverview" | "search"> {
  const notYet = async () => { throw new OrchestrationError("UNPROCESSABLE", "This is not there yet."); };
  return { getOverview: notYet, search: notYet };
}
