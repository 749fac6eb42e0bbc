/** Names of a flow's parameters. */
import type { FlowParameter } from "../api/schemas/flow.ts";
import { OrchestrationError } from "./orchestration-error.ts";

/**
 * @param parameters those of the flow, as JSON
 * @throws OrchestrationError UNPROCESSABLE for a name that the flow does not have
 */
export function checkParameterNames(flow: string, names: readonly string[], parameters: string): void {
  const known = (JSON.parse(parameters) as FlowParameter[]).map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const has = known.length === 0 ? "it has no parameters" : `its parameters are ${known.map((name) => JSON.stringify(name)).join(", ")}`;
  throw new OrchestrationError("UNPROCESSABLE", `Flow ${JSON.stringify(flow)} has no parameter ${unknown.map((name) => JSON.stringify(name)).join(", ")}: ${has}.`, { unknown });
}
