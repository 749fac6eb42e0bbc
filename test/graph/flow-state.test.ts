import { describe, expect, test } from "vitest";
import { FlowState } from "../../graph/flow-state.ts";
import { durationText, statusLine, timeText, untranslated } from "../../graph/status-text.ts";
import { planText } from "../../graph/verdict-text.ts";
import { visibleFlow } from "../../graph/visible-flow.ts";
import type { FlowSnapshot } from "../../protocol/flow-snapshot.ts";
import type { StateName } from "../../protocol/states.ts";

const FLOW: FlowSnapshot = {
  version: 1, flowId: "f", name: "flow", graph: "g", state: "Success",
  nodes: [{ id: "a", name: "a", state: "Success" }, { id: "a:x", name: "1", kind: "constant" }, { id: "b", name: "b" }, { id: "m", name: "m", state: "Mapped", children: { Success: 2, Failed: 1 } }],
  edges: [[1, 0, "x"], [0, 2, "y"], [0, 3, "z", "mapped"]],
};

describe("FlowState", () => {
  test("has the snapshot's states until the kernel tells others", () => {
    const state = new FlowState(FLOW);
    expect(FLOW.nodes.map((node) => state.state(node))).toEqual(["Success", "Pending", "Pending", "Mapped"]);
    expect(state.update({ b: { state: "Running", at: 1 }, unknown: { state: "Failed", at: 1 } })).toEqual(["b"]);
    expect(state.state(state.node("b")!)).toBe("Running");
    state.setFlow(FLOW);
    expect(state.state(state.node("b")!)).toBe("Pending");
  });

  test("counts tasks by state, constants left out", () => {
    const state = new FlowState(FLOW);
    state.update({ b: { state: "TriggerFailed", at: 1 } }, { running: true, state: "Running" });
    expect(state.progress()).toMatchObject({ total: 3, done: 3, running: 0, failed: 1 });
    expect(state.flowState).toBe("Running");
    expect(state.isRunning).toBe(true);
  });

  test("draws unknown states as the root state and drops damaged children", () => {
    const state = new FlowState({ ...FLOW, state: "Odd" as StateName, nodes: [{ id: "a", name: "a", state: "Odd" as StateName, children: { Odd: 1, Success: -1, Failed: 2.5, Cached: 2 } as never }] });
    expect(state.state(state.flow.nodes[0]!)).toBe("State");
    expect(state.children(state.flow.nodes[0]!)).toEqual([["Cached", 2]]);
    expect(state.flowState).toBeNull();
  });
});

describe("verdicts", () => {
  const plan = (verdict: string, more: object = {}) => ({ verdict, reason: "why", ...more }) as never;

  test("are the kernel's, else those that a plan was saved with; damaged ones are none", () => {
    const state = new FlowState({ ...FLOW, plan: { summary: "", tasks: [{ id: "a", ...(plan("fresh") as object) } as never, { id: "b", ...(plan("odd") as object) } as never] } });
    expect([state.plan("a")?.verdict, state.plan("b"), state.plan("m")]).toEqual(["fresh", undefined, undefined]);
    state.update({ a: { state: "Success", at: 1, plan: plan("stale") }, b: { state: "Pending", at: 0, plan: plan("unknown") } });
    expect([state.plan("a")?.verdict, state.plan("b")?.verdict]).toEqual(["stale", "unknown"]);
    expect(state.verdicts()).toEqual({ fresh: 0, outside: 0, stale: 1, unknown: 1 });
    expect(new FlowState(FLOW).verdicts()).toBeNull();
  });

  test("are told in words with what follows from them", () => {
    const text = (verdict: string, more: object = {}) => planText(plan(verdict, more), untranslated);
    expect(text("stale", { reason: "`factor` changed", expected: 1_200 })).toBe("Will run, about 1.2 s: `factor` changed");
    expect(text("stale", { children: { fresh: 98, outside: 0, stale: 2, unknown: 0 } })).toBe("2 of 100 children will run: why");
    expect(text("fresh", { reason: "kept", saves: 8_200, keptAt: new Date(2026, 0, 1, 14, 2, 11).getTime() })).toBe("Will not run: its result is kept from 14:02:11, saves 8.2 s");
    expect(text("outside", { reason: "kept from outside: fetch, 3 min ago", keptAt: new Date(2026, 0, 1, 14, 2, 11).getTime() })).toBe("Will not run: its result came from outside at 14:02:11: kept from outside: fetch, 3 min ago");
    expect(text("unknown", { reason: "it uses `eval`" })).toBe("Will run: it uses `eval`");
  });
});

test("visibleFlow leaves out constants and renumbers the edges", () => {
  expect(visibleFlow(FLOW, true).edges).toEqual(FLOW.edges);
  const { nodes, edges, key } = visibleFlow(FLOW, false);
  expect(nodes.map(({ id }) => id)).toEqual(["a", "b", "m"]);
  expect(edges).toEqual([[0, 1, "y"], [0, 2, "z", "mapped"]]);
  expect(key).not.toBe(visibleFlow(FLOW, true).key);
});

test.each([[0, "0 ms"], [3.4, "3 ms"], [312, "0.31 s"], [1500, "1.5 s"], [9_949, "9.9 s"], [9_960, "10 s"], [59_499, "59 s"], [59_500, "1 min 0 s"], [125_000, "2 min 5 s"], [3_780_000, "1 h 3 min"], [Number.NaN, ""], [-1, ""]])("a duration of %d ms is %j", (duration, text) => {
  expect(durationText(duration)).toBe(text);
});

test("times are of the reader's day, and what is none is empty", () => {
  expect(timeText(new Date(2026, 0, 2, 3, 4, 5, 67).getTime())).toBe("03:04:05.067");
  expect(timeText(0)).toBe("");
  expect(timeText(Number.NaN)).toBe("");
});

test("the line below a name says what is worth knowing at a glance", () => {
  expect(statusLine("Success", { state: "Success", at: 1, duration: 312 }, untranslated)).toBe("Success 0.31 s");
  expect(statusLine("Cached", { state: "Cached", at: 1, duration: 312 }, untranslated)).toBe("Cached");
  expect(statusLine("Running", undefined, untranslated)).toBe("Running…");
  expect(statusLine("Retrying", { state: "Retrying", at: 1, attempts: 2 }, untranslated)).toBe("Retrying (2)");
});
