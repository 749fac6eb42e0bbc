import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { play } from "./play.ts";
import { count, describeFailure, summary } from "./report.ts";
import { readScenarios, type Scenario } from "./scenario.ts";

const FOLDER = process.env.FLOWLET_PARITY ?? resolve(import.meta.dirname, "../../../shared/parity");
const recorded = existsSync(FOLDER) ? readScenarios(FOLDER) : [];

describe.skipIf(recorded.length === 0)(`scenarios recorded from the original (skipped where there is no folder ${FOLDER}; FLOWLET_PARITY names another)`, () => {
  const topics = Map.groupBy(recorded, (scenario) => scenario.topic ?? "");
  test.each([...topics.keys()])("%s behaves as recorded", async (topic) => {
    const outcomes = await Promise.all((topics.get(topic) as Scenario[]).map(play));
    const failed = outcomes.filter((outcome) => outcome.differences.length > 0 && outcome.rule === undefined);
    expect(failed.map(describeFailure).join("\n\n")).toBe("");
  });
});

/** A scenario that is right, to be made wrong in one place at a time. */
const RIGHT: Scenario = {
  name: "own/right",
  observe: ["transitions"],
  build: [
    { op: "task", id: "xs", fn: "const", with: { value: [1, 2] } },
    { op: "task", id: "m", fn: "raise_if_odd", args: { x: { ref: "xs" } }, map: true },
    { op: "task", id: "f", fn: "fail_times", with: { times: 1, value: 7 }, options: { maxRetries: 1, retryDelayMs: 0 } },
    { op: "edge", from: { ref: "xs" }, to: "xs", try: true },
  ],
  buildErrors: [{ step: 3, throws: { messageContains: ["can not connect a task to itself"] } }],
  graph: [
    { query: "edges", expect: [{ from: "xs", to: "m", key: "x", mapped: true }] },
    { query: "slugs", expect: { f: "f-1", m: "m-1", xs: "xs-1" } },
    { query: "sorted", expect: { members: ["f", "m", "xs"], before: [["xs", "m"]] } },
  ],
  runs: [{
    orderChecks: [{ first: "f#1", then: "f#2" }],
    expect: {
      flow: { type: "Failed", message: "Some reference tasks failed." },
      tasks: {
        xs: { type: "Success", message: "Task run succeeded.", result: [1, 2], calls: 1, transitions: ["Pending->Running", "Running->Success"] },
        f: { type: "Success", result: 7, calls: 2, runCounts: [1, 2] },
        m: {
          type: "Mapped", result: [{ $error: { name: "Error", message: "odd: 1" } }, 2], transitions: ["Pending->Mapped"],
          children: [{ type: "Failed", messageContains: ["Error during execution of task", "odd: 1"], calls: 1 }, { type: "Success", result: 2, calls: 1 }],
        },
      },
      orderChecks: [{ first: "f#1", then: "f#2", holds: true }],
    },
  }],
};

/** RIGHT with another value at a path. */
function wrong(path: string, value: unknown): Scenario {
  const copy = structuredClone(RIGHT) as unknown as Record<string, any>;
  const keys = path.split(".");
  const last = keys.pop() as string;
  keys.reduce((at, key) => at[key], copy)[last] = value;
  return copy as unknown as Scenario;
}

describe("the interpreter", () => {
  test("passes a scenario that is right", async () => {
    expect((await play(RIGHT)).differences).toEqual([]);
  });

  test.each([
    ["a flow's type", "runs.0.expect.flow.type", "Success", "run 1 flow type"],
    ["a message", "runs.0.expect.flow.message", "All is well.", "run 1 flow message"],
    ["no message", "runs.0.expect.tasks.xs.message", null, "run 1 task xs message"],
    ["a result", "runs.0.expect.tasks.xs.result", [1, 3], "run 1 task xs result"],
    ["an error's text", "runs.0.expect.tasks.m.result.0", { $error: { name: "Error", message: "odd: 3" } }, "run 1 task m result"],
    ["an error of the language", "runs.0.expect.tasks.m.result.0", { $error: { native: true } }, "run 1 task m result"],
    ["a number of calls", "runs.0.expect.tasks.f.calls", 1, "run 1 task f calls"],
    ["run counts", "runs.0.expect.tasks.f.runCounts", [1, 1], "run 1 task f runCounts"],
    ["run counts that are not told", "runs.0.expect.tasks.f.runCounts", undefined, "run 1 task f runCounts"],
    ["transitions", "runs.0.expect.tasks.xs.transitions", ["Pending->Success"], "run 1 task xs transitions"],
    ["a child's type", "runs.0.expect.tasks.m.children.1.type", "Skipped", "run 1 task m[1] type"],
    ["a piece of a message", "runs.0.expect.tasks.m.children.0.messageContains", ["even"], "run 1 task m[0] message contains"],
    ["a number of children", "runs.0.expect.tasks.m.children", [], "run 1 task m number of children"],
    ["an order", "runs.0.expect.orderChecks.0.holds", false, "run 1 order f#1 then f#2"],
    ["a thrown error", "runs.0.expect.throws", { any: true }, "run 1"],
    ["an edge", "graph.0.expect.0.mapped", undefined, "graph[0] edges"],
    ["a slug", "graph.1.expect.m", "m-2", "graph[1] slugs"],
    ["a position", "graph.2.expect.before.0", ["m", "xs"], "graph[2] sorted"],
    ["an answer that throws", "graph.0.expect", { throws: { any: true } }, "graph[0] edges"],
    ["an error's message", "buildErrors.0.throws.messageContains", ["acyclic"], "build[3] edge"],
    ["an error too many", "buildErrors", [], "build[3] edge"],
    ["an error that does not come", "buildErrors.1", { step: 0, throws: { any: true } }, "build[0] task"],
  ])("notices %s that is wrong", async (_, path, value, where) => {
    const { differences, rule } = await play(wrong(path, value));
    expect(differences.map((difference) => difference.where)).toContain(where);
    expect(rule).toBeUndefined();
  });

  test.each([
    ["a step", { name: "own/unknown", build: [{ op: "dance" }] }, "Unknown step: dance."],
    ["a behaviour", { name: "own/unknown", build: [{ op: "task", id: "a", fn: "dance" }] }, "Unknown behaviour: dance."],
    ["an option", { name: "own/unknown", build: [{ op: "task", id: "a", fn: "none", options: { dance: 1 } }] }, "Unknown option: dance."],
    ["a trigger", { name: "own/unknown", build: [{ op: "task", id: "a", fn: "none", options: { trigger: "dance" } }] }, "Unknown trigger: dance."],
    ["a kind of argument", { name: "own/unknown", build: [{ op: "task", id: "a", fn: "identity", args: { x: { dance: 1 } } }] }, "Unknown kind of argument: dance."],
    ["a query", { name: "own/unknown", build: [], graph: [{ query: "dance", expect: 1 }] }, "Unknown query: dance."],
  ])("fails for %s it does not know", async (_, scenario, message) => {
    const { differences } = await play(scenario as Scenario);
    expect(String(differences[0]?.got)).toContain(message);
  });

  test("knows a difference on purpose by its rule, whatever the scenario is called", async () => {
    const build = [{ op: "task", id: "a", fn: "const", with: { value: 1 } }, { op: "operator", id: "b", operator: "equal", left: { ref: "a" }, right: true }];
    const runs = [{ expect: { tasks: { b: { type: "Success", result: true } } } }];
    expect((await play({ name: "own/any", languageSpecific: true, build, runs })).rule?.name).toBe("equality and truth are JavaScript's");
    expect((await play({ name: "own/any", build, runs })).rule).toBeUndefined();
  });

  test("keeps the cached results of one scenario from the next", async () => {
    const scenario: Scenario = {
      name: "own/cache", build: [{ op: "task", id: "a", fn: "call_number", options: { cacheForMs: 60_000 } }],
      runs: [{ expect: { tasks: { a: { type: "Cached", result: 1, calls: 1 } } } }, { expect: { tasks: { a: { type: "Cached", result: 1, calls: 0 } } } }],
    };
    expect([(await play(scenario)).differences, (await play(scenario)).differences]).toEqual([[], []]);
  });

  test("counts what passed, failed and differs on purpose", async () => {
    const outcomes = [await play(RIGHT), await play(wrong("runs.0.expect.flow.type", "Success"))];
    expect(summary(count(outcomes))).toBe("1 passed, 1 failed, 0 differ on purpose");
    expect(describeFailure(outcomes[1])).toBe("FAILED own/right\n    run 1 flow type\n      expected 'Success'\n      got      'Failed'");
  });
});
