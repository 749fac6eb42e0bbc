/** The flow that control flow is added to. */
import { FlowletError } from "../errors.ts";
import { activeFlow } from "../graph/active-flow.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";

/** @param what for the error, e.g. `case(true)`. @throws FlowletError NO_ACTIVE_FLOW */
export function activeGraph(what: string, flow?: FlowGraph): FlowGraph {
  const found = flow ?? (activeFlow() as FlowGraph | null);
  if (found === null) throw new FlowletError("NO_ACTIVE_FLOW", { task: what });
  return found;
}

/** The flow that is being built; null outside `flow.build`. */
export function flowBeingBuilt(): FlowGraph | null {
  return activeFlow() as FlowGraph | null;
}
