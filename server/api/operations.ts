/** All operations of the API by name. */
import { agentOperations } from "./operations/agent-operations.ts";
import { flowOperations } from "./operations/flow-operations.ts";
import { flowRunOperations } from "./operations/flow-run-operations.ts";
import { projectOperations } from "./operations/project-operations.ts";
import { serverOperations } from "./operations/server-operations.ts";

export const OPERATIONS = { ...projectOperations, ...flowOperations, ...flowRunOperations, ...agentOperations, ...serverOperations };

export type Operations = typeof OPERATIONS;
export type OperationId = keyof Operations;
