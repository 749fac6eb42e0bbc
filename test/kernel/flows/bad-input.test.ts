/** Wrong use in a cell: one clear error that names the culprit, and nothing is lost. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Notebook, PictureComm, flowOf } from "./notebook.ts";

let notebook: Notebook;
beforeAll(async () => {
  notebook = await Notebook.open();
  await notebook.cell("tasks", "const step = task((x: number) => x + 1); const kept = 42;");
});
afterAll(async () => { await notebook?.close(); });

const errorOf = async (code: string) => {
  const { error, reply } = await notebook.client.execute(code);
  expect(reply.status).toBe("error");
  expect((await notebook.client.execute("kept")).result["text/plain"]).toBe("42");
  return `${error?.ename}: ${error?.evalue}`;
};

test.each([
  ["a task called outside a flow", "step(1)", /FlowletError: Could not infer an active flow while adding task step\. Call the task inside flow\.build/],
  ["a missing parameter", `await new Flow("asks", () => { step(new Parameter<number>("n")); }).run()`, /FlowletError: Flow\.run did not receive the following required parameters: n\. Flow: asks\./],
  ["an unknown parameter", `await new Flow("asks", () => { step(new Parameter<number>("n")); }).run({ n: 1, m: 2 })`, /unexpected parameters: m\. Flow asks has n\./],
  ["a cycle", `const round = new Flow("round"); const [a, b] = [step.copy(), step.copy()]; round.chain(a, b, a); await round.run()`, /Cycle found; flows must be acyclic! In flow round: step-\d → step-\d → step-\d\./],
  ["a flow without a name", `new Flow("")`, /A flow needs a name/],
  ["an option of the wrong kind", `task(() => 1, { maxRetries: -1 })`, /Task task: the option maxRetries must be a whole number, 0 or more, got number -1/],
])("%s", async (_, code, message) => {
  expect(await errorOf(code)).toMatch(message);
});

describe("types catch wrong wiring before anything runs", () => {
  test.each([
    [`new Flow("f", () => { ran("never"); step("text"); })`, /^TypeScriptError: Argument of type 'string' is not assignable to parameter of type 'Input<number>'/],
    [`new Flow("f", () => { ran("never"); step(1, 2); })`, /^TypeScriptError: Expected 1 arguments, but got 2/],
    [`ran("never"); const wrong: string = (await new Flow("f").run()).result.get(step).result;`, /^TypeScriptError: Type 'number' is not assignable to type 'string'/],
  ])("%s", async (code, message) => {
    expect(await errorOf(code)).toMatch(message);
    expect(notebook.ran()).toEqual([]);
  });
});

test("a flow with a cycle is drawn all the same, so that the cycle can be seen", async () => {
  const shown = await notebook.cell("cyclic", `const round2 = new Flow("round2"); const [c, d] = [step.copy(), step.copy()]; round2.chain(c, d, c); round2`);
  expect(flowOf(shown).edges).toHaveLength(2);
  expect(shown.result["image/svg+xml"]).toContain("step");
  const comm = await PictureComm.adopt(notebook.client);
  expect(await comm.ask({ type: "action", action: "run", flowId: flowOf(shown).flowId }, (message) => message.type === "error")).toMatchObject({ code: "CYCLE" });
});

test("names with markup are text in every output", async () => {
  const shown = await notebook.cell("markup", `const evil = task(() => 1, { name: "<script>alert(1)</script>&\\"'" }); new Flow("<b>bold</b>", () => { evil(); })`);
  expect(shown.result["image/svg+xml"]).not.toMatch(/<script|<b>/);
  expect(flowOf(shown).name).toBe("<b>bold</b>");
});

test("a task that returns what can not be inspected does no harm", async () => {
  await notebook.cell("odd", `const hostile = task(() => ({ get [Symbol.toStringTag](): string { throw new Error("no tag"); }, toString() { throw new Error("no text"); } }), { name: "hostile" }); const odd = new Flow("odd", () => { hostile(); }); await odd.run();`);
  const shown = await notebook.cell("show", "odd");
  const comm = await PictureComm.adopt(notebook.client);
  expect((await comm.ask({ type: "details", flowId: flowOf(shown).flowId, nodeId: "hostile-1" })).type).toBe("details");
});

test("the user process dies during a run: the front end is told, and the next cell works", async () => {
  const own = await Notebook.open();
  try {
    const { error, reply } = await own.client.execute(`await new Flow("dies", () => { task(() => { process.exit(3); })(); }).run()`);
    expect(reply.status).toBe("error");
    expect(error?.evalue).toMatch(/3/);
    expect((await own.client.execute("1 + 1")).result["text/plain"]).toBe("2");
  } finally {
    await own.close();
  }
});
