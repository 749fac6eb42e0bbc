import { describe, expect, test } from "vitest";
import { Edge, Flow, Parameter, flatten, mapped, task, unmapped } from "../../../engine/index.ts";
import { withHost } from "../../../engine/embedding.ts";

const step = task((x: number = 0) => x, { name: "step" });
const join = task((x: number, y: number) => x + y, { name: "join" });

/** a → b → d, a → c → d */
function diamond() {
  const flow = new Flow("diamond");
  const tasks = flow.build(() => {
    const a = step(1), b = step.with({ taskArgs: { name: "b" } })(a), c = step.with({ taskArgs: { name: "c", tags: ["slow", "io"] } })(a);
    return { a, b, c, d: join(b, c) };
  });
  return { flow, ...tasks };
}

describe("queries", () => {
  test("roots, terminals, neighbours and edges", () => {
    const { flow, a, b, c, d } = diamond();
    expect(flow.rootTasks()).toEqual(new Set([a]));
    expect(flow.terminalTasks()).toEqual(new Set([d]));
    expect(flow.upstreamTasks(d)).toEqual(new Set([b, c]));
    expect(flow.downstreamTasks(a)).toEqual(new Set([b, c]));
    expect([...flow.edgesTo(d)].map((edge) => edge.key)).toEqual(["x", "y"]);
    expect(flow.edges.size).toBe(4);
    expect(flow.referenceTasks()).toEqual(new Set([d]));
    expect(flow.constants.get(a)).toEqual({ x: 1 });
  });

  test("slugs come from name and sorted tags, numbered in the order of construction", () => {
    const { flow } = diamond();
    expect([...flow.slugs.values()]).toEqual(["step-1", "b-1", "c-io-slow-1", "join-1"]);
  });

  test("getTasks matches all criteria", () => {
    const { flow, c } = diamond();
    expect(flow.getTasks({ tags: ["io"] })).toEqual([c]);
    expect(flow.getTasks({ name: "b", tags: ["io"] })).toEqual([]);
    expect(flow.getTasks({ taskType: Parameter })).toEqual([]);
  });

  test("sortedTasks puts upstream first; with roots only what is downstream of them", () => {
    const { flow, a, b, c, d } = diamond();
    const order = flow.sortedTasks();
    for (const [first, second] of [[a, b], [a, c], [b, d], [c, d]]) expect(order.indexOf(first)).toBeLessThan(order.indexOf(second));
    expect(flow.sortedTasks([b])).toEqual([b, d]);
  });

  test("an unknown task is named", () => {
    const { flow } = diamond();
    expect(() => flow.upstreamTasks(step)).toThrow("Task step was not found in Flow diamond.");
    expect(() => flow.edgesTo(42 as never)).toThrow("Task number 42 was not found");
  });
});

describe("a flow as a whole", () => {
  test("is iterated upstream first", () => {
    const { flow } = diamond();
    expect([...flow]).toEqual(flow.sortedTasks());
  });

  test("equals another with the same class, name, tasks, edges and reference tasks", () => {
    const { flow, a, d } = diamond();
    const copy = flow.copy();
    expect(flow.equals(copy)).toBe(true);
    class Special extends Flow {}
    expect(flow.equals(new Special("diamond"))).toBe(false);
    copy.addEdge(a, d);
    expect(flow.equals(copy)).toBe(false);
  });

  test("knows its tasks by slug, also after a change", () => {
    const { flow, b } = diamond();
    expect(flow.taskBySlug("b-1")).toBe(b);
    const other = step.copy({ name: "other" });
    flow.replace(b, other);
    expect([flow.taskBySlug("b-1"), flow.taskBySlug("other-1")]).toEqual([undefined, other]);
  });
});

describe("edges", () => {
  const make = () => [step.copy({ name: "a" }), step.copy({ name: "b" })];

  test("take marks on either end, which win over the options", () => {
    const [a, b] = make();
    const kinds = (edge: Edge) => [edge.mapped, edge.flattened, edge.upstreamTask === a, edge.downstreamTask === b];
    expect(kinds(new Edge(mapped(a), b, { key: "x" }))).toEqual([true, false, true, true]);
    expect(kinds(new Edge(a, flatten(mapped(b)), { key: "x" }))).toEqual([true, true, true, true]);
    expect(kinds(new Edge(unmapped(a) as never, b, { key: "x", mapped: true }))).toEqual([false, false, true, true]);
    const flow = new Flow("f");
    expect(kinds(flow.addEdge(flatten(a), mapped(b), { key: "x" }))).toEqual([true, true, true, true]);
  });

  test("are equal with equal ends, key and kind", () => {
    const [a, b] = make();
    expect(new Edge(a, b, { key: "x" }).equals(new Edge(a, b, { key: "x" }))).toBe(true);
    expect(new Edge(a, b, { key: "x" }).equals(new Edge(a, b, { key: "x", mapped: true }))).toBe(false);
  });

  test.each([["two words"], ["1st"], [""], ["a-b"], [5]])("are keyed by the name of an input: %j is none", (key) => {
    const [a, b] = make();
    const flow = new Flow("f");
    expect(() => flow.addEdge(a, b, { key: key as never })).toThrow("The key of a dependency must be the name of an input, got");
    expect(() => flow.setDependencies(b, { keywordTasks: { "two words": 1 } })).toThrow('got "two words" (task b)');
  });

  test("may have any name that JavaScript allows", () => {
    const [a, b] = make();
    const flow = new Flow("f");
    for (const key of ["größe", "$x", "_1", "変数"]) expect(flow.addEdge(a, b, { key }).key).toBe(key);
  });

  test.each([[() => new Edge(step, 5 as never)], [() => new Edge(mapped(5), step)], [() => new Flow("f").addEdge(step, {} as never)]])("join tasks: %o", (join) => {
    expect(join).toThrow("Expected a task, got");
  });
});

describe("replace", () => {
  test("checks what is around the new task, not the whole flow", () => {
    const { flow, b, c } = diamond();
    const other = task((z: number) => z, { name: "other" });
    expect(() => flow.copy().replace(b, other)).toThrow('Task other has no input "x". It has z.');
    expect(() => flow.copy().replace(b, other, { validate: false })).not.toThrow();
    expect(() => flow.replace(step, other)).toThrow("Task step was not found in Flow diamond.");
    const bad = flow.copy();
    bad.addEdge(c, bad.addTask(step.copy({ name: "last" })), { key: "nope" });
    expect(() => bad.replace(b, step.copy())).not.toThrow();
    expect(() => bad.validate()).toThrow('has no input "nope"');
  });

  test("by a task that was there before may close a cycle, which is told", () => {
    const flow = new Flow("round");
    const [a, b, c] = ["a", "b", "c"].map((name) => step.copy({ name }));
    flow.chain(a, b, c);
    expect(() => flow.copy().replace(a, c)).toThrow("Cycle found; flows must be acyclic! In flow round:");
    expect(() => flow.replace(a, step.copy({ name: "d" }))).not.toThrow();
  });

  test("of each of many tasks is quick, and they keep their slugs' numbers", () => {
    const flow = new Flow("f");
    const [hub, ...tasks] = flow.build(() => { const hub = step(1); return [hub, ...Array.from({ length: 3000 }, () => step(hub))]; });
    for (const one of tasks) flow.replace(one, step.copy());
    expect(flow.edgesFrom(hub).size).toBe(3000);
    expect([...flow.slugs.values()].at(-1)).toBe("step-3001");
  });
});

describe("validation", () => {
  test("a cycle is named with its path", async () => {
    const flow = new Flow("round");
    const [a, b, c] = ["a", "b", "c"].map((name) => step.copy({ name }));
    flow.chain(a, b, c, a);
    expect(() => flow.validate()).toThrow(/Cycle found; flows must be acyclic! In flow round: (a-1 → b-1 → c-1 → a-1|b-1 → c-1 → a-1 → b-1|c-1 → a-1 → b-1 → c-1)\./);
    await expect(flow.run()).rejects.toThrow("Cycle found");
  });

  test("a task can not be upstream of itself", () => {
    const flow = new Flow("f");
    expect(() => flow.addEdge(step, step)).toThrow("Edges can not connect a task to itself. Task: step.");
  });

  test("a Parameter can not have an upstream", () => {
    const flow = new Flow("f");
    expect(() => flow.addEdge(step, new Parameter("p"))).toThrow("Parameters must be root tasks and can not have upstream dependencies. Parameter: p, upstream: step.");
  });

  test("an input is fed once", () => {
    const flow = new Flow("f");
    const [a, b, c] = [step.copy(), step.copy(), step.copy()];
    flow.addEdge(a, c, { key: "x" });
    expect(() => flow.addEdge(b, c, { key: "x", validate: true })).toThrow('Argument "x" for task step has already been assigned in flow f.');
    expect(() => flow.validate()).toThrow("has already been assigned");
  });

  test("an edge feeds an input that the task has", () => {
    const flow = new Flow("f");
    flow.addEdge(step.copy(), step.copy(), { key: "nope" });
    expect(() => flow.validate()).toThrow('Task step has no input "nope". It has x.');
  });

  test("is done for each dependency where the flow is told to", () => {
    const flow = new Flow("f", { validate: true });
    const [a, b] = [step.copy({ name: "a" }), step.copy({ name: "b" })];
    expect(() => flow.addEdge(a, b, { key: "nope" })).toThrow('Task b has no input "nope".');
    flow.addEdge(a, b);
    expect(() => flow.addEdge(b, a)).toThrow("Cycle found");
    expect(() => flow.setDependencies(b, { keywordTasks: { y: 5 } })).toThrow('Task b has no input "y". It has x.');
    expect(() => flow.addEdge(b, step.copy(), { key: "nope", validate: false })).not.toThrow();
    const built = new Flow("g", { validate: true });
    expect(() => built.build(() => join(step(1), join(2, step(3))))).not.toThrow();
  });

  test("slugs and parameter names are unique", () => {
    const flow = new Flow("f");
    flow.addTask(new Parameter("n"));
    expect(() => flow.addTask(new Parameter("n"))).toThrow('A task with the slug "n" already exists in this flow. Flow: f.');
  });

  test("reference tasks must be in the flow", () => {
    const { flow } = diamond();
    expect(() => flow.setReferenceTasks([step])).toThrow("Reference tasks must be part of the flow: step is not in flow diamond.");
  });

  test("what is not a task can not be added", () => {
    expect(() => new Flow("f").addTask((() => 1) as never)).toThrow("Expected a task, got a function (addTask of flow f).");
  });
});

describe("reference tasks", () => {
  test("decide about the flow's state", async () => {
    const flow = new Flow("f");
    const [bad, good] = flow.build(() => [task(() => { throw new Error("no"); })(), step(1)]);
    expect((await flow.run()).type).toBe("Failed");
    flow.setReferenceTasks([good]);
    expect((await flow.run()).type).toBe("Success");
    flow.setReferenceTasks([]);
    expect(flow.referenceTasks()).toEqual(new Set([bad, good]));
  });
});

describe("what an origin added", () => {
  const under = <T>(origin: string, body: () => T) => withHost({ origin }, body);

  test("leaves the flow with its edges, and comes back with the same slugs", () => {
    const flow = new Flow("grows");
    const a = under("cell 1", () => flow.build(() => step(1)));
    const extend = () => flow.build(() => step(step(a)));
    under("cell 2", extend);
    expect([...flow.slugs.values()]).toEqual(["step-1", "step-2", "step-3"]);
    flow.removeOrigin("cell 2");
    expect([...flow.tasks]).toEqual([a]);
    expect(flow.edgesFrom(a).size).toBe(0);
    under("cell 2", extend);
    expect([...flow.slugs.values()]).toEqual(["step-1", "step-2", "step-3"]);
  });

  test("is replaced when the origin adds to the same flow again", () => {
    const flow = new Flow("grows");
    under("cell 1", () => flow.build(() => step(1)));
    flow.expectRebuild("cell 1");
    under("cell 2", () => flow.build(() => step(2)));
    under("cell 1", () => flow.build(() => { step(3); step(4); }));
    expect(flow.size).toBe(3);
  });

  test("edges that it added between others' tasks go too", () => {
    const flow = new Flow("f");
    const [a, b] = under("cell 1", () => flow.build(() => [step(1), step(2)]));
    under("cell 2", () => b.setUpstream(a, { flow }));
    flow.removeOrigin("cell 2");
    expect([flow.size, flow.edges.size]).toEqual([2, 0]);
  });
});
