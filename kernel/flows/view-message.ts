/** Checks what a page says over the comm: it may be malformed, or of another version. */
import { FLOW_ACTIONS, type FlowAction, type ViewMessage } from "../../protocol/comm-messages.ts";

const ACTIONS = new Set<string>(["run", "runFailed", "refreshOutside", "runTask", "runFrom", "runUpTo", "refresh"] satisfies FlowAction[]);
const TYPES = new Set(["snapshot", "action", "register", "cancel", "details"]);

/** @returns the message, or one sentence that says what is wrong with it */
export function readViewMessage(data: unknown): ViewMessage | string {
  if (typeof data !== "object" || data === null) return `A message on the comm must be an object, got ${data === null ? "null" : typeof data}.`;
  const message = data as Partial<Record<string, unknown>>;
  const text = (key: string) => typeof message[key] === "string" && message[key] !== "";
  if (!TYPES.has(message.type as string)) return `The message type must be one of ${[...TYPES].join(", ")}, got ${JSON.stringify(message.type)}.`;
  if (!text("flowId")) return `A ${String(message.type)} message needs a flowId.`;
  if (message.type !== "snapshot" && !text("requestId")) return `A ${String(message.type)} message needs a requestId.`;
  if (message.type === "snapshot" && message.graph !== undefined && typeof message.graph !== "string") return "The graph of a snapshot message must be a text.";
  if (message.type === "action" && !ACTIONS.has(message.action as string)) return `The action must be one of ${[...ACTIONS].join(", ")}, got ${JSON.stringify(message.action)}.`;
  if (message.type === "register" && message.project !== undefined && (typeof message.project !== "string" || message.project.trim() === "" || message.project.length > 200)) return "The project of a register message must be a text of 1 to 200 characters.";
  const needsNode = message.type === "details" || (message.type === "action" && !FLOW_ACTIONS.has(message.action as string));
  if (needsNode && !text("nodeId")) return `A ${String(message.action ?? message.type)} message needs a nodeId.`;
  return data as ViewMessage;
}
