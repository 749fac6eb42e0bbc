import { describe, expect, test } from "vitest";
import { drawSvg } from "../../layout/draw-svg.ts";
import { inkOn } from "../../layout/state-counts.ts";
import type { FlowEdge, FlowNode, FlowSnapshot } from "../../protocol/flow-snapshot.ts";
import { STATES, type StateName } from "../../protocol/states.ts";

const flow = (nodes: FlowNode[], edges: FlowEdge[] = [], name = "My flow"): FlowSnapshot => ({ version: 1, flowId: "f", name, graph: "0", state: "Success", nodes, edges });
const states = Object.keys(STATES) as StateName[];
const many = (count: number) => flow(
  Array.from({ length: count }, (_, at): FlowNode => ({ id: `task-${at}`, name: `task ${at}`, state: at % 7 === 0 ? "Failed" : "Success" })),
  Array.from({ length: count - 1 }, (_, at): FlowEdge => [Math.floor(at / 2), at + 1, "x"]),
);

/** Texts of the drawing, unescaped, in order. */
const texts = (svg: string) => [...svg.matchAll(/>([^<]+)</g)].map(([, text]) => text!.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, "&"));

/** Every tag is closed in the order it was opened, and every attribute is quoted: enough of XML for what is drawn here. */
function expectWellFormed(svg: string): void {
  const open: string[] = [];
  let rest = svg;
  for (;;) {
    const match = /^([^<]*)<(\/?)([a-z]+)((?:\s+[\w:-]+='[^'<]*')*)\s*(\/?)>/i.exec(rest);
    if (match === null) break;
    const [all, text, closing, name, , single] = match;
    expect(text!.replace(/&(amp|lt|gt|quot|#39);/g, "")).not.toMatch(/[&]/);
    if (closing === "/") expect(open.pop()).toBe(name);
    else if (single !== "/") open.push(name!);
    rest = rest.slice(all.length);
  }
  expect(rest).toBe("");
  expect(open).toEqual([]);
}

describe("a small flow", () => {
  const svg = drawSvg(flow(
    [...states.map((state, at): FlowNode => ({ id: `t${at}`, name: `task of ${state}`, state })), { id: "p", name: "person", kind: "parameter" }, { id: "t0:y", name: '"Marvin"', kind: "constant" }],
    [[states.length, 0, "person"], [states.length + 1, 0, "greeting"], [0, 1, "rows", "mapped"], [1, 2]],
  ));

  test("tells the name and the state of every task as text", () => {
    const drawn = texts(svg);
    for (const state of states) {
      const at = drawn.indexOf(`task of ${state}`.length > 28 ? `${`task of ${state}`.slice(0, 27)}…` : `task of ${state}`);
      expect(at, state).toBeGreaterThan(-1);
      expect(drawn[at + 1]).toBe(state);
    }
    expect(drawn).toContain("Pending");
  });

  test("labels the edges, dashes the mapped one, and gives parameters and constants other shapes", () => {
    const drawn = texts(svg);
    for (const label of ["person", "greeting", "rows"]) expect(drawn).toContain(label);
    expect(svg.match(/class='e m'/g)?.length).toBe(1);
    expect(svg).toMatch(/class='n'[^>]*rx='21'[^]*person/);
    expect(svg.match(/class='c'/g)?.length).toBe(1);
    expect(drawn).toContain('"Marvin"');
  });

  test("is well-formed, self-contained and without scripts, and its styles cannot reach the page around it", () => {
    expectWellFormed(svg);
    expect(svg).not.toMatch(/<script|javascript:|href='http|url\(http|@import/i);
    const style = /<style>(.*?)<\/style>/.exec(svg)![1]!;
    for (const rule of style.split("}").filter(Boolean)) for (const selector of rule.split("{")[0]!.split(",")) expect(selector).toMatch(/^\.flowlet/);
  });
});

test.each(["</text><script>alert(1)</script>", "a & b < c > d \" '", "\u0000\u0008\ufffe", "\ud800 lone", "]]>", "😀 ünï"])("the name %j is text and nothing else", (name) => {
  for (const nodes of [[{ id: "a", name }], Array.from({ length: 150 }, (_, at) => ({ id: `a${at}`, name }))]) {
    const svg = drawSvg(flow(nodes, [[0, 0, name]], name));
    expectWellFormed(svg);
    expect(svg).not.toContain("<script");
    // eslint-disable-next-line no-control-regex
    expect(svg).not.toMatch(/[\u0000-\u0008\ufffe]|[\ud800-\udbff](?![\udc00-\udfff])/);
  }
});

test("a flow of 300 tasks has every name with its state's icon, and a legend that names the icons", () => {
  const svg = drawSvg(many(300));
  expectWellFormed(svg);
  const drawn = texts(svg);
  for (let at = 0; at < 300; at++) expect(drawn).toContain(`${at % 7 === 0 ? "✕" : "✓"} task ${at}`);
  expect(drawn.join(" ")).toContain("✓ Success 257");
  expect(drawn.join(" ")).toContain("✕ Failed 43");
});

test("above 500 tasks, and when the text would be too long, it is a summary of constant size", () => {
  const svg = drawSvg(many(2000));
  expectWellFormed(svg);
  expect(svg.length).toBeLessThan(3000);
  expect(texts(svg)).toContain("1,714 Success");
  expect(drawSvg(many(20_000)).length).toBeLessThan(3000);
});

test("500 tasks are drawn in less than 32 KB, constants not counted among them", () => {
  const base = many(500);
  const constants = base.nodes.map((node): FlowNode => ({ id: `${node.id}:y`, name: "1", kind: "constant" }));
  const svg = drawSvg({ ...base, nodes: [...base.nodes, ...constants], edges: [...base.edges, ...constants.map((_, at): FlowEdge => [500 + at, at, "y"])] });
  expect(texts(svg)).toContain("✓ task 499");
  expect(Buffer.byteLength(svg)).toBeLessThan(32 * 1024);
});

test("equal flows are drawn equally, and an empty flow is drawn", () => {
  expect(drawSvg(many(80))).toBe(drawSvg(many(80)));
  expectWellFormed(drawSvg(flow([])));
});

test("damaged states and children are drawn as well as they can be", () => {
  const damaged = flow([{ id: "a", name: "a", state: "Nonsense" as StateName, children: { Nonsense: 3, Success: "x" } as never }, { id: "b", name: "b", children: { Success: 2, Failed: 1 }, state: "Mapped" }], [[0, 1, 5 as never, "odd" as never], [1, 1]]);
  const svg = drawSvg(damaged);
  expectWellFormed(svg);
  expect(texts(svg)).toContain("2 Success, 1 Failed");
});

test("the icon on each state's colour has a contrast of at least 4.5", () => {
  const luminance = (color: string) => {
    const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const { color } of Object.values(STATES)) {
    const ground = luminance(color);
    const ink = inkOn(color) === "#000" ? 0 : 1;
    expect((Math.max(ground, ink) + 0.05) / (Math.min(ground, ink) + 0.05), color).toBeGreaterThanOrEqual(4.5);
  }
});

describe("a flow from top to bottom", () => {
  const nodes: FlowNode[] = ["a", "b", "c"].map((name): FlowNode => ({ id: name, name, state: "Success" }));
  const graph = flow([...nodes, { id: "c:k", name: "5", kind: "constant" }], [[0, 1, "first"], [1, 2, "second"], [0, 2, "third", "mapped"], [3, 2, "k"]]);
  const svg = drawSvg(graph, { upright: true });
  /** Top and left of each card. */
  const cards = [...svg.matchAll(/<rect class='n' x='(\d+)' y='(\d+)' width='(\d+)' height='(\d+)'/g)].map((match) => match.slice(1).map(Number));

  test("has each task below what it follows, and cards as they are else", () => {
    expectWellFormed(svg);
    const tops = cards.map(([, y]) => y!);
    expect(tops).toEqual([...tops].sort((a, b) => a - b));
    expect(new Set(tops).size).toBe(3);
    expect(cards[0]!.slice(2)).toEqual([...drawSvg(graph).matchAll(/<rect class='n'[^>]*width='(\d+)' height='(\d+)'/g)][0]!.slice(1).map(Number));
  });

  test("has edges that end on top of their tasks, with labels side by side", () => {
    expect(svg).toMatch(/m-3-5l3 5 3-5/);
    const labels = ["first", "second", "third", "k"].map((label) => new RegExp(`<text x='(\\d+)' y='(\\d+)'>${label}</text>`).exec(svg)!.slice(1).map(Number));
    const intoC = labels.slice(1);
    expect(new Set(intoC.map(([x]) => x)).size).toBe(3);
    for (const [x] of intoC) expect(x).toBeGreaterThan(cards[2]![0]!);
    for (const [x] of intoC) expect(x).toBeLessThan(cards[2]![0]! + cards[2]![2]!);
  });

  test("draws damaged graphs too: cycles, self-edges, one node, none", () => {
    for (const edges of [[[0, 1], [1, 0]], [[0, 0]], []] as FlowEdge[][]) expectWellFormed(drawSvg(flow(nodes, edges), { upright: true }));
    expectWellFormed(drawSvg(flow([]), { upright: true, filled: true }));
  });
});

test("cards have the ground of their state where that is asked for, and text on it reads", () => {
  for (const state of states) {
    const [, ground] = /style='fill:(#[0-9a-f]{6})'/.exec(drawSvg(flow([{ id: "a", name: "a", state }]), { filled: true }))!;
    expect(inkOn(ground!), state).toBe("#000");
  }
});
