/** Checks what arrives over the comm: another version's kernel, or another library's use of the target name. */
import type { KernelMessage } from "../protocol/comm-messages.ts";
import { readFlowSnapshot } from "../protocol/flow-snapshot.ts";

/** @returns the message, or null for one that this page does not understand */
export function readKernelMessage(data: unknown): KernelMessage | null {
  if (typeof data !== "object" || data === null) return null;
  const message = data as { readonly [key: string]: unknown };
  const hasFlow = typeof message.flowId === "string";
  const isRecord = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  switch (message.type) {
    case "snapshot": return hasFlow && Number.isInteger(message.seq) && isRecord(message.nodes) && isRecord(message.run) && typeof readFlowSnapshot(message.flow) === "object" ? (data as KernelMessage) : null;
    case "delta": return hasFlow && Number.isInteger(message.seq) && isRecord(message.nodes) ? (data as KernelMessage) : null;
    case "final": return hasFlow && isRecord(message.data) ? (data as KernelMessage) : null;
    case "replaced": return hasFlow && Array.isArray(message.graphs) ? (data as KernelMessage) : null;
    case "action": return hasFlow && typeof message.requestId === "string" && typeof message.message === "string" ? (data as KernelMessage) : null;
    case "details": return hasFlow && isRecord(message.details) ? (data as KernelMessage) : null;
    case "error": return typeof message.message === "string" ? (data as KernelMessage) : null;
    default: return null;
  }
}
