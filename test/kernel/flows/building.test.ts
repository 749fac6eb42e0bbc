/** Building across cells: each node belongs to the cell that added it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Notebook, PictureComm, flowOf } from "./notebook.ts";

let notebook: Notebook;
beforeAll(async () => {
  notebook = await Notebook.open();
  await notebook.cell("tasks", "const add = task((x: number, y: number = 1) => x + y); const show = task(function show(x: unknown) { return String(x); });");
});
afterAll(async () => { await notebook?.close(); });

const ids = async (cell: string, code: string) => flowOf(await notebook.cell(cell, code)).nodes.filter((node) => node.kind !== "constant").map((node) => node.id);

test("a task is named after the const it is assigned to", async () => {
  expect(await ids("named", `const named = new Flow("named", () => { add(1); show(2); }); named`)).toEqual(["add-1", "show-1"]);
});

test("flow.build from a second cell extends the flow; running that cell again replaces what it had added", async () => {
  await notebook.cell("base", `const grow = new Flow("grow"); const one = grow.build(() => add(1));`);
  expect(await ids("more", "const two = grow.build(() => add(one, 10)); grow")).toEqual(["add-1", "add-2"]);
  expect(await ids("more", "const two = grow.build(() => add(one, 20)); grow")).toEqual(["add-1", "add-2"]);
  expect(await ids("more", "const two = grow.build(() => show(add(one, 20))); grow")).toEqual(["add-1", "add-2", "show-1"]);
  await notebook.cell("run", "const grown = await grow.run();");
  expect(await notebook.value("grown.result.get(two).result")).toBe("22");
});

test("the second cell survives that the flow's own cell runs again: then its part is missing until it runs too", async () => {
  expect(await ids("base", `const grow = new Flow("grow"); const one = grow.build(() => add(5)); grow`)).toEqual(["add-1"]);
  expect(await ids("more", "const two = grow.build(() => add(one, 20)); grow")).toEqual(["add-1", "add-2"]);
});

test("a deleted cell's nodes leave the flow", async () => {
  expect(await ids("after", "grow")).toEqual(["add-1", "add-2"]);
  await notebook.cell("other", "1", { deletedCells: ["more"] });
  expect(await ids("after", "grow")).toEqual(["add-1"]);
});

test("a cell that adds to its own flow again replaces its nodes", async () => {
  const code = `globalThis.kept ??= new Flow("kept"); (globalThis.kept as Flow).build(() => { add(1); }); globalThis.kept as Flow`;
  await notebook.cell("declare", "declare global { var kept: unknown }").catch(() => {});
  expect(await ids("own", `// @ts-nocheck\n${code}`)).toEqual(["add-1"]);
  expect(await ids("own", `// @ts-nocheck\n${code}`)).toEqual(["add-1"]);
});

test("without a cellId every execution is a cell of its own", async () => {
  await notebook.client.execute(`const loose = new Flow("loose"); loose.build(() => { add(1); });`);
  await notebook.client.execute("loose.build(() => { add(2); });");
  const { result } = await notebook.client.execute("loose.build(() => { add(2); }); loose");
  expect(result["application/vnd.flowlet.flow+json"].nodes.filter((node: { kind?: string }) => node.kind === undefined)).toHaveLength(3);
});

test("a flow created again by its cell keeps its id; other flows of that name and cell have their own", async () => {
  const code = (n: number) => `const again = new Flow("again", () => { for (let i = 0; i < ${n}; i++) add(i); }); const twin = new Flow("again"); again`;
  const first = flowOf(await notebook.cell("again", code(1)));
  const second = flowOf(await notebook.cell("again", code(2)));
  const twin = flowOf(await notebook.cell("twin", "twin"));
  const elsewhere = flowOf(await notebook.cell("elsewhere", `new Flow("again")`));
  expect(second.flowId).toBe(first.flowId);
  expect(new Set([first.flowId, twin.flowId, elsewhere.flowId]).size).toBe(3);
  expect(second.graph).not.toBe(first.graph);
});

test("an older picture of a flow that was created again and differs is told that it is replaced", async () => {
  const first = flowOf(await notebook.cell("r", `const rep = new Flow("rep", () => { add(1); }); rep`));
  const comm = await PictureComm.adopt(notebook.client);
  const since = notebook.client.received.length;
  await notebook.cell("r", `const rep = new Flow("rep", () => { add(1); add(2); }); rep`);
  expect(await comm.next((message) => message.type === "replaced" && message.flowId === first.flowId, since)).toEqual({ type: "replaced", flowId: first.flowId, graphs: [first.graph] });
  expect((await comm.ask({ type: "snapshot", flowId: first.flowId, graph: first.graph })).type).toBe("replaced");
  expect((await comm.ask({ type: "snapshot", flowId: first.flowId })).type).toBe("snapshot");
});

test("pictures grow with the flow", async () => {
  const { flowId } = flowOf(await notebook.cell("g1", `const growing = new Flow("growing", () => { add(1); }); growing`));
  const comm = await PictureComm.adopt(notebook.client);
  const since = notebook.client.received.length;
  await notebook.cell("g2", "growing.build(() => { add(2); });");
  const message = await comm.next((one) => one.type === "snapshot" && one.flowId === flowId && one.flow.nodes.filter((node) => node.kind === undefined).length === 2, since);
  expect(message.type).toBe("snapshot");
});
