import { describe, expect, test } from "vitest";
import { Flow, Parameter, Task, applyMap, caseOf, ifElse, merge, operators, task } from "../../../engine/index.ts";
import { capturedLogs } from "../captured-logs.ts";

const add = task((x: number, y: number = 1) => x + y, { name: "add" });
class Step extends Task<[x?: number], number> {
  constructor(name: string) { super({ name }); }
  override run(x?: number) { return x ?? 0; }
}
const unused = (names: string) => `Tasks were created but not added to the flow: {${names}}. Flow: f. Call them inside build, or add them: flow.addTask(task).`;

describe("tasks that are made while a flow is built and not added", () => {
  test("are warned of when the block ends", async () => {
    const logs = await capturedLogs(() => new Flow("f", () => { new Step("a"); new Parameter("p"); add.copy({ name: "b" }); task(() => 1, { name: "c" }); }));
    expect(logs).toEqual([unused("a, p, b, c")]);
  });

  test("are not those that are called, bound, added, or used as inputs, conditions and branches", async () => {
    const logs = await capturedLogs(() => {
      const flow = new Flow("f");
      flow.build(() => {
        const called = new Step("called");
        called(1);
        called(2);
        flow.addTask(new Step("added"));
        new Step("bound").bind({ x: 1 });
        add(new Parameter<number>("p"), new Step("input"));
        ifElse(new Step("condition"), new Step("then"), new Step("else"));
        caseOf(new Step("value"), 1, () => { add(1); });
        merge([new Step("left"), add(1)]);
        operators.add(1, new Step("operand"));
        applyMap((x) => new Step("mapped").bind({ x }), [1, 2]);
        add.with({ upstreamTasks: [new Step("first")] })(1);
        flow.chain(new Step("one"), new Step("two"));
      });
    });
    expect(logs).toEqual([]);
  });

  test("are warned of inside of applyMap too, and not twice where build nests", async () => {
    expect(await capturedLogs(() => new Flow("f", () => { applyMap((x) => { new Step("lost"); return add(x); }, [1]); }))).toEqual([unused("lost")]);
    expect(await capturedLogs(() => { const flow = new Flow("f"); flow.build(() => { new Step("outer"); flow.build(() => { new Step("inner"); }); }); })).toEqual([unused("outer, inner")]);
  });

  test("are not those of another flow, nor those made outside", async () => {
    const other = new Flow("other");
    const outside = new Step("outside");
    expect(await capturedLogs(() => new Flow("f", () => { new Step("elsewhere").bind({ x: 1 }, { flow: other }); outside.copy().setDependencies({ flow: other }); }))).toEqual([]);
    expect(await capturedLogs(() => { new Step("alone"); })).toEqual([]);
  });

  test("are told when an async block has ended, and not at all where the block throws", async () => {
    const flow = new Flow("f");
    expect(await capturedLogs(() => flow.build(async () => { const late = new Step("late"); await null; late(1); new Step("lost"); }))).toEqual([unused("lost")]);
    expect(await capturedLogs(() => expect(() => flow.build(() => { new Step("a"); throw new Error("no"); })).toThrow("no"))).toEqual([]);
    expect(await capturedLogs(() => flow.build(() => {}))).toEqual([]);
  });

  test("are told by number where they are many", async () => {
    expect(await capturedLogs(() => new Flow("f", () => { for (let i = 0; i < 12; i++) new Step(`t${i}`); }))).toEqual([unused("t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, … 2 more")]);
  });
});

describe("a copy of a task that has edges in the flow", () => {
  test("is warned of, once for each task", async () => {
    const logs = await capturedLogs(() => new Flow("f", () => {
      const first = add(1);
      const second = add(first);
      first.copy().bind(5);
      first.copy().bind(6);
      second.copy({ name: "other" }).bind(7);
    }));
    expect(logs).toEqual(["first", "second"].map(() => "A copy is made of task add, which has dependencies in flow f: the copy has none of them. Bind it, or set its dependencies."));
  });

  test("is fine where it is made by a call, where the task has no edges, or in another flow", async () => {
    expect(await capturedLogs(() => {
      const first = new Flow("f").build(() => { const first = add(1); first.copy().bind(2); const second = add(first); second(3); second.map([1]); return first; });
      first.copy();
      new Flow("g", () => { first.copy().bind(1); });
    })).toEqual([]);
  });
});
