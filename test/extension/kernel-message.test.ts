import { expect, test } from "vitest";
import { readKernelMessage } from "../../extension/kernel-message.ts";
import type { KernelMessage } from "../../protocol/comm-messages.ts";

const flow = { version: 1, flowId: "f", name: "flow", graph: "g", nodes: [{ id: "a", name: "a" }], edges: [] };

const GOOD: KernelMessage[] = [
  { type: "snapshot", flowId: "f", seq: 1, flow, nodes: { a: { state: "Success", at: 1 } }, run: { running: false } },
  { type: "delta", flowId: "f", seq: 2, nodes: {} },
  { type: "final", flowId: "f", data: {} },
  { type: "replaced", flowId: "f", graphs: ["g"] },
  { type: "action", flowId: "f", requestId: "1", status: "queued", message: "Queued." },
  { type: "details", flowId: "f", requestId: "1", details: { nodeId: "a", name: "a", kind: "Task", signature: "a()", status: { state: "Success", at: 1 }, history: [], logs: [], inputs: [] } },
  { type: "error", code: "UNKNOWN_FLOW", message: "No such flow." },
];

test.each(GOOD.map((message) => [message.type, message] as const))("a %s message is understood", (_, message) => {
  expect(readKernelMessage(message)).toBe(message);
});

test.each<[string, unknown]>([
  ["nothing", undefined], ["null", null], ["a text", "delta"], ["a list", []], ["no type", { flowId: "f" }], ["an unknown type", { type: "hello", flowId: "f" }],
  ["a delta without a number", { type: "delta", flowId: "f", nodes: {} }], ["a delta whose number is none", { type: "delta", flowId: "f", seq: "1", nodes: {} }],
  ["a delta without nodes", { type: "delta", flowId: "f", seq: 1, nodes: [] }], ["a delta of no flow", { type: "delta", seq: 1, nodes: {} }],
  ["a snapshot of a newer format", { ...GOOD[0], flow: { ...flow, version: 99 } }], ["a snapshot without a run", { ...GOOD[0], run: null }],
  ["a final without data", { type: "final", flowId: "f", data: "x" }], ["a replaced without graphs", { type: "replaced", flowId: "f" }],
  ["details without details", { type: "details", flowId: "f", requestId: "1" }], ["an action without words", { type: "action", flowId: "f", requestId: "1", status: "started" }],
  ["an error without words", { type: "error", code: "X" }],
])("%s is not", (_, data) => {
  expect(readKernelMessage(data)).toBeNull();
});
