import { describe, expect, test } from "vitest";
import type { FlowLayout } from "../../layout/flow-layout.ts";
import { layoutFlow } from "../../layout/layout-flow.ts";
import { nodeSize, shownName } from "../../layout/node-size.ts";
import type { FlowEdge, FlowNode } from "../../protocol/flow-snapshot.ts";

interface Graph {
  readonly nodes: FlowNode[];
  readonly edges: FlowEdge[];
}

const graph = (count: number, edges: FlowEdge[], change: (at: number) => Partial<FlowNode> = () => ({})): Graph => ({
  nodes: Array.from({ length: count }, (_, at) => ({ id: `task-${at}`, name: `task ${at}`, ...change(at) })), edges,
});
const chain = (count: number) => graph(count, Array.from({ length: count - 1 }, (_, at): FlowEdge => [at, at + 1, "x"]));
const fan = (count: number) => graph(count, Array.from({ length: count - 2 }, (_, at): FlowEdge[] => [[0, at + 1, "x"], [at + 1, count - 1, "y"]]).flat());
/** Every task reads the one a third of the way and the one before: long and short edges. */
const web = (count: number) => graph(count, Array.from({ length: count - 1 }, (_, at): FlowEdge[] => [[at, at + 1], [Math.floor(at / 3), at + 1, "rows"]]).flat());

/** Pairs of boxes that cover each other, found by columns. */
function overlaps({ nodes }: FlowLayout): [number, number][] {
  const found: [number, number][] = [];
  const order = nodes.map((_, index) => index).sort((a, b) => nodes[a]!.x - nodes[b]!.x);
  order.forEach((a, at) => {
    for (let next = at + 1; next < order.length && nodes[order[next]!]!.x < nodes[a]!.x + nodes[a]!.width; next++) {
      const b = order[next]!;
      if (nodes[a]!.y < nodes[b]!.y + nodes[b]!.height && nodes[b]!.y < nodes[a]!.y + nodes[a]!.height) found.push([a, b]);
    }
  });
  return found;
}

describe.each<[string, Graph]>([
  ["a single task", graph(1, [])],
  ["ten tasks without edges", graph(10, [])],
  ["a chain of 12", chain(12)],
  ["a chain of 400", chain(400)],
  ["a fan of 60", fan(60)],
  ["a fan of 900", fan(900)],
  ["a web of 80", web(80)],
  ["a web of 1,500", web(1500)],
  ["long names and every kind", graph(30, [[0, 1], [1, 2, "x"], [3, 2, "x", "mapped"], [4, 5, null, "flattened"]], (at) => ({ name: "x".repeat(at * 3), kind: (["task", "parameter", "constant"] as const)[at % 3]! }))],
])("the layout of %s", (_, flow) => {
  test("keeps nodes apart, edges from left to right, all of it inside the picture and in integers", async () => {
    const layout = await layoutFlow(flow);
    expect(layout.nodes.length).toBe(flow.nodes.length);
    expect(layout.edges.length).toBe(flow.edges.length);
    expect(overlaps(layout)).toEqual([]);
    const numbers = [layout.width, layout.height, ...layout.nodes.flatMap(({ x, y, width, height }) => [x, y, width, height]), ...layout.edges.flatMap(({ points }) => points)];
    expect(numbers.every(Number.isInteger)).toBe(true);
    for (const { x, y, width, height } of layout.nodes) {
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(layout.width);
      expect(y + height).toBeLessThanOrEqual(layout.height);
    }
    flow.edges.forEach(([from, to, key], index) => {
      const { points, label } = layout.edges[index]!;
      const source = layout.nodes[from]!;
      const target = layout.nodes[to]!;
      expect(points.slice(0, 2)).toEqual([source.x + source.width, source.y + source.height / 2].map(Math.round));
      expect(points.at(-2)).toBe(target.x);
      expect(points.at(-1)).toBeGreaterThanOrEqual(target.y);
      expect(points.at(-1)).toBeLessThanOrEqual(target.y + target.height);
      expect(points.every((value, at) => at % 2 === 1 || at === 0 || value > points[at - 2]!)).toBe(true);
      expect(label === undefined).toBe(typeof key !== "string");
    });
  });

  test("is the same each time and does not know states", async () => {
    const first = await layoutFlow(flow);
    const other = { nodes: flow.nodes.map((node) => ({ ...node, state: "Failed" as const, children: { Success: 3 } })), edges: flow.edges };
    expect(await layoutFlow(other)).toEqual(first);
  });
});

test.each<[string, Graph]>([
  ["a cycle", graph(3, [[0, 1], [1, 2], [2, 0]])],
  ["a task that reads itself", graph(2, [[0, 0, "x"], [0, 1]])],
  ["a cycle in a large graph", graph(600, [...chain(600).edges, [599, 0], [300, 10]])],
  ["parallel edges", graph(2, [[0, 1, "x"], [0, 1, "y"], [0, 1]])],
])("%s (a damaged graph) is laid out without hanging and without overlaps", async (_, flow) => {
  const layout = await layoutFlow(flow);
  expect(overlaps(layout)).toEqual([]);
  expect(layout.edges.length).toBe(flow.edges.length);
});

test("no graph at all has a size", async () => {
  expect(await layoutFlow({ nodes: [], edges: [] })).toEqual({ width: 12, height: 12, nodes: [], edges: [] });
});

test("a deep web of 6,000, whose long edges cross thousands of layers, does not cost nodes times depth", async () => {
  const layout = await layoutFlow(web(6000));
  expect(layout.edges.reduce((sum, { points }) => sum + points.length, 0)).toBeLessThan(40 * 18_000);
});

test("a chain of 20,000 and a fan of 20,000 are laid out without recursion", async () => {
  expect((await layoutFlow(chain(20_000))).nodes.length).toBe(20_000);
  expect((await layoutFlow(fan(20_000))).nodes.length).toBe(20_000);
});

test("a constant stands just before the task that it feeds, not at the far left", async () => {
  const flow = graph(5, [[0, 1, "x"], [1, 2, "x"], [2, 3, "x"], [4, 3, "y"]], (at) => (at === 4 ? { name: "100", kind: "constant" } : {}));
  const { nodes } = await layoutFlow(flow);
  expect(nodes[4]!.x).toBeGreaterThan(nodes[1]!.x + nodes[1]!.width);
});

describe("names", () => {
  test("are cut at 28 characters, on one line, without cutting a character in two", () => {
    expect(shownName("short")).toBe("short");
    expect(shownName("a\n  b\tc")).toBe("a b c");
    expect(Array.from(shownName("😀".repeat(40)))).toEqual([...Array.from("😀".repeat(27)), "…"]);
    expect(shownName("x".repeat(1_000_000))).toBe(`${"x".repeat(27)}…`);
  });

  test("decide the width, within bounds, and a mapped task is higher", () => {
    const [narrow, height] = nodeSize({ name: "a" }, false);
    const [wide] = nodeSize({ name: "W".repeat(500) }, false);
    expect(wide).toBeGreaterThan(narrow);
    expect(wide).toBeLessThan(500);
    expect(nodeSize({ name: "a" }, true)).toEqual([narrow, expect.closeTo(height + 14, 0)]);
  });
});
