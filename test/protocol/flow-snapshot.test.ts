import { describe, expect, test } from "vitest";
import { FLOW_SNAPSHOT_VERSION, packFlow, readFlowSnapshot, type FlowEdge, type FlowNode, type FlowSnapshot } from "../../protocol/flow-snapshot.ts";

/** A flow of `count` tasks in a row, each with a constant, as the engine orders nodes and edges. */
function chain(count: number, first: Partial<FlowNode> = {}): FlowSnapshot {
  const tasks: FlowNode[] = [];
  const constants: FlowNode[] = [];
  const edges: FlowEdge[] = [];
  for (let at = 0; at < count; at++) {
    tasks.push({ id: `step-${at + 1}`, name: "step", state: "Success", ...(at === 0 ? first : {}) });
    if (at > 0) edges.push([at - 1, at, "x"]);
    edges.push([count + constants.length, at, "y"]);
    constants.push({ id: `${tasks[at]!.id}:y`, name: String(at), kind: "constant" });
  }
  return { version: FLOW_SNAPSHOT_VERSION, flowId: "f", name: "chain", graph: "0", nodes: [...tasks, ...constants], edges };
}

describe("packFlow", () => {
  test("leaves a small flow as it is", () => {
    const flow = chain(20);
    expect(packFlow(flow)).toBe(flow);
  });

  test("packs a large one into a line for each task, and reading gives it back", () => {
    const flow = chain(300);
    const packed = packFlow(flow);
    expect(packed).toMatchObject({ tasks: expect.arrayContaining(["step-1 - Success y=0", "step-2 - Success x<0 y=1"]) });
    expect(readFlowSnapshot(JSON.parse(JSON.stringify(packed)))).toEqual(flow);
  });

  test.each<[string, Partial<FlowNode>]>([
    ["a name with spaces, percent signs and line ends", { name: "100 % of\n\"it\"", id: "a b%20c-1" }],
    ["a name that is the id", { id: "step", name: "step" }],
    ["an empty name", { name: "" }],
    ["no state", { state: undefined }],
    ["children of a mapped task", { state: "Mapped", children: { Success: 3, Failed: 1 } }],
  ])("keeps %s", (_, first) => {
    const flow = JSON.parse(JSON.stringify(chain(150, first))) as FlowSnapshot;
    const packed = packFlow(flow);
    expect(packed).toHaveProperty("tasks");
    expect(readFlowSnapshot(JSON.parse(JSON.stringify(packed)))).toEqual(flow);
  });

  test("keeps edges by order only, mapped ones and flattened ones", () => {
    const flow = chain(120);
    const edges: FlowEdge[] = flow.edges.filter(([from]) => from < 120).map(([from, to], at) => (at % 3 === 0 ? [from, to] : at % 3 === 1 ? [from, to, "x", "mapped"] : [from, to, null, "flattened"]));
    const changed = { ...flow, nodes: flow.nodes.slice(0, 120), edges };
    const packed = packFlow(changed);
    expect(packed).toHaveProperty("tasks");
    expect(readFlowSnapshot(packed)).toEqual(changed);
  });

  test("leaves a flow as it is when lines cannot tell it exactly", () => {
    const flow = chain(120);
    const odd = { ...flow, edges: [...flow.edges].reverse() };
    expect(packFlow(odd)).toBe(odd);
  });
});

describe("readFlowSnapshot", () => {
  const good = chain(2);
  test.each<[string, unknown, RegExp]>([
    ["nothing", undefined, /damaged \(not an object\)/],
    ["a text", "flow", /damaged \(not an object\)/],
    ["no version", { ...good, version: undefined }, /no version/],
    ["a newer version", { ...good, version: 2 }, /newer Flowlet \(format 2.*Update Flowlet/],
    ["no id", { ...good, flowId: 1 }, /flowId, name or graph/],
    ["no nodes", { ...good, nodes: null }, /nodes or edges/],
    ["a node without a name", { ...good, nodes: [{ id: "a" }] }, /no id or name/],
    ["two nodes of one id", { ...good, nodes: [good.nodes[0], good.nodes[0]] }, /two nodes have the id step-1/],
    ["an edge to nowhere", { ...good, edges: [[0, 99]] }, /edge joins nodes/],
    ["an edge that is none", { ...good, edges: ["0 1"] }, /edge joins nodes/],
    ["a packed line that is too short", { ...good, tasks: ["step-1"] }, /line of a task/],
    ["a packed line with a broken escape", { ...good, tasks: ["%E0%A4 - Success"] }, /line of a task/],
    ["a packed input that is none", { ...good, tasks: ["a - Success nonsense"] }, /line of a task/],
    ["a packed input from nowhere", { ...good, tasks: ["a - Success x<9"] }, /edge joins nodes/],
  ])("says what is wrong with %s", (_, data, sentence) => {
    expect(readFlowSnapshot(data)).toMatch(sentence);
  });

  test("gives a good one back", () => {
    expect(readFlowSnapshot(good)).toBe(good);
  });
});
