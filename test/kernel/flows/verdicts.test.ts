/** What the next run would do, told by pictures and plans: it follows the cells as they are run again. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { FlowSnapshot } from "../../../protocol/flow-snapshot.ts";
import { Notebook, PictureComm, flowOf } from "./notebook.ts";

let notebook: Notebook;
let flowId: string;
let comm: PictureComm;

beforeAll(async () => {
  notebook = await Notebook.open();
  await notebook.cell("factor", "const factor = 2;");
  await notebook.cell("flow", `
    const load = task(() => { ran("load"); return [1, 2]; });
    const scale = task((rows: number[]) => { ran("scale"); return rows.map((n) => n * factor); });
    const say = task((rows: number[]) => { ran("say"); console.log(rows.length); });
    const verdicts = new Flow("verdicts", () => { say(scale(load())); });`);
  flowId = flowOf(await notebook.cell("show", "verdicts")).flowId;
  comm = await PictureComm.adopt(notebook.client);
});
afterAll(async () => { await notebook?.close(); });
beforeEach(() => { notebook.ran(); });

/** Verdict and reason of each task as the picture has them now. */
async function verdicts(): Promise<Record<string, string>> {
  const snapshot = await comm.ask({ type: "snapshot", flowId });
  if (snapshot.type !== "snapshot") throw new Error(snapshot.type);
  return Object.fromEntries(Object.entries(snapshot.nodes).map(([id, { plan }]) => [id, plan === undefined ? "" : `${plan.verdict}: ${plan.reason}`]));
}
const settled = (expected: Record<string, string>) => expect.poll(verdicts, { timeout: 20_000 }).toEqual(expected);

describe("the picture of a flow says what the next run would do", () => {
  test("before the first run, after it, and after a cell that a task depends on was edited", async () => {
    await settled({ "load-1": "stale: never run", "scale-1": "stale: follows `load`, which runs (unless its result is equal)", "say-1": "stale: follows `scale`, which runs (unless its result is equal)" });
    await notebook.cell("run", "await verdicts.run();");
    await settled({ "load-1": "fresh: kept", "scale-1": "fresh: kept", "say-1": "stale: it returns nothing, so it acts: it runs every time" });
    await notebook.cell("factor", "const factor = 3;");
    await expect.poll(async () => (await verdicts())["scale-1"], { timeout: 20_000 }).toMatch(/^stale: `?factor`? changed/);
    expect((await verdicts())["load-1"]).toBe("fresh: kept");
    await notebook.cell("factor", "const factor = 2;");
    await settled({ "load-1": "fresh: kept", "scale-1": "fresh: kept", "say-1": "stale: it returns nothing, so it acts: it runs every time" });
    expect(notebook.ran()).toEqual(["load", "say", "scale"]);
  });

  test("by a delta that nobody has asked for", async () => {
    const since = notebook.client.received.length;
    await notebook.cell("factor", "const factor = 7;");
    const told = comm.next((message) => message.type === "delta" && message.flowId === flowId && message.nodes["scale-1"]?.plan?.verdict === "stale", since);
    expect((await told).type).toBe("delta");
    await notebook.cell("factor", "const factor = 2;");
  });

  test("and flow.plan() shows it as a picture with a table, in text and HTML too", async () => {
    await notebook.cell("factor", "const factor = 4;");
    const { result } = await notebook.cell("plan", "verdicts.plan()");
    const { plan } = result?.["application/vnd.flowlet.flow+json"] as FlowSnapshot;
    expect(plan?.tasks.map(({ id, verdict }) => [id, verdict])).toEqual([["load-1", "fresh"], ["scale-1", "stale"], ["say-1", "stale"]]);
    expect(plan?.summary).toMatch(/^2 of 3 tasks run/);
    expect(result?.["text/plain"]).toMatch(/^Plan of flow "verdicts": 2 of 3 tasks run/);
    expect(result?.["text/html"]).toContain("<td>scale-1</td><td>stale</td>");
    await notebook.cell("factor", "const factor = 2;");
    expect(notebook.ran()).toEqual([]);
  });

  test("a task's name in the table is text, whatever is in it", async () => {
    const { result } = await notebook.cell("hostile", "const hostile = new Flow('h', () => { task(() => 1, { name: '<img src=x>' })(); }); hostile.plan()");
    expect(result?.["text/html"]).not.toContain("<img");
  });

  test("a flow that can not be planned shows none, and the kernel goes on", async () => {
    const shown = await notebook.cell("cyclic", `
      const one = task((x: number) => x), two = task((x: number) => x);
      const cyclic = new Flow("cyclic");
      cyclic.addEdge(one, two, { key: "x" }); cyclic.addEdge(two, one, { key: "x" });
      cyclic`).catch((error: Error) => error);
    expect(await notebook.value("1 + 1")).toBe(2);
    expect(shown).toBeDefined();
  });
});

describe("from the picture", () => {
  const act = (action: string, nodeId?: string) => comm.ask({ type: "action", action, flowId, ...(nodeId !== undefined && { nodeId }) }, (message) => message.type === "error" || (message.type === "action" && message.status === "finished"));

  test("a task runs though its result is kept, and what depends on it where that comes out different", async () => {
    await notebook.cell("run", "await verdicts.run();");
    notebook.ran();
    await act("refresh", "load-1");
    expect(notebook.ran()).toEqual(["load", "say"]);
  });

  test("everything up to a task runs", async () => {
    await notebook.cell("factor", "const factor = 9;");
    notebook.ran();
    await act("runUpTo", "scale-1");
    expect(notebook.ran()).toEqual(["scale"]);
  });

  test("what has failed runs again, with what follows it", async () => {
    const made = await notebook.cell("failing", `
      let broken = true;
      const first = task(() => { ran("first"); return 1; });
      const second = task((n: number) => { ran("second"); if (broken) throw new Error("not yet"); return n; });
      const third = task((n: number) => { ran("third"); return n; });
      const failing = new Flow("failing", () => { third(second(first())); });
      await failing.run();
      broken = false;
      failing`);
    notebook.ran();
    await comm.ask({ type: "action", action: "runFailed", flowId: flowOf(made).flowId }, (message) => message.type === "action" && message.status === "finished");
    expect(notebook.ran()).toEqual(["second", "third"]);
  });

  test("what was kept from outside is refreshed", async () => {
    const made = await notebook.cell("outside", `
      const clock = task(() => { ran("clock"); return Date.now(); });
      const steady = task(() => { ran("steady"); return 1; });
      const outside = new Flow("outside", () => { clock(); steady(); });
      await outside.run();
      outside`);
    const id = flowOf(made).flowId;
    notebook.ran();
    await expect.poll(async () => { const snapshot = await comm.ask({ type: "snapshot", flowId: id }); return snapshot.type === "snapshot" && snapshot.nodes["clock-1"]?.plan?.verdict; }, { timeout: 20_000 }).toBe("outside");
    await comm.ask({ type: "action", action: "refreshOutside", flowId: id }, (message) => message.type === "action" && message.status === "finished");
    expect(notebook.ran()).toEqual(["clock"]);
  });
});
