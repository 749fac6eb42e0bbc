/** What the kernel and a picture say to each other, over a real comm. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readFlowSnapshot } from "../../../protocol/flow-snapshot.ts";
import { Notebook, PictureComm, flowOf } from "./notebook.ts";

let notebook: Notebook;
let comm: PictureComm;
let flowId: string;

beforeAll(async () => {
  notebook = await Notebook.open();
  const shown = await notebook.cell("flow", `
    const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const load = task(async (n: number) => { ran("load"); console.log("loading", n); context.logger.info("logged"); console.error("to stderr"); await sleep(30); return [n]; });
    const total = task((rows: number[]) => { ran("total"); return rows.length; });
    const broken = task(() => { ran("broken"); throw new TypeError("no way"); });
    const last = task((n: number) => { ran("last"); return n; });
    const flow = new Flow("pictured");
    const nodes = flow.build(() => { const rows = load(7); const n = total(rows); broken(); return { n, end: last(n) }; });
    flow`);
  flowId = flowOf(shown).flowId;
  comm = await PictureComm.adopt(notebook.client);
});
afterAll(async () => { await notebook?.close(); });
beforeEach(() => { notebook.ran(); });

test("a flow as a cell's last expression is a MIME bundle: data, SVG and text", async () => {
  const { result } = await notebook.cell("show", "flow");
  expect(Object.keys(result).sort()).toEqual(["application/vnd.flowlet.flow+json", "image/svg+xml", "text/plain"]);
  expect(typeof readFlowSnapshot(flowOf(await notebook.cell("show", "flow")))).toBe("object");
  expect(result["text/plain"]).toMatch(/^Flow "pictured", 4 tasks\n {2}load-1: Pending/);
  for (const name of ["load", "total", "broken", "last"]) expect(result["image/svg+xml"]).toContain(name);
});

test("a snapshot has the whole flow", async () => {
  const message = await comm.ask({ type: "snapshot", flowId });
  expect(message).toMatchObject({ type: "snapshot", flowId, run: { running: false }, flow: { name: "pictured", nodes: expect.arrayContaining([expect.objectContaining({ id: "load-1" })]) } });
});

test("a run tells every state as it happens, in order and without gaps", async () => {
  const since = notebook.client.received.length;
  await notebook.cell("run", "await flow.run();");
  await comm.next((message) => message.type === "final" && message.flowId === flowId, since);
  const deltas = comm.messages().filter((message) => (message.type === "delta" || message.type === "snapshot") && message.flowId === flowId && !("requestId" in message));
  const seqs = deltas.map((message) => (message as { seq: number }).seq);
  expect(seqs).toEqual(seqs.map((_, index) => seqs[0] + index));
  const states = deltas.flatMap((message) => ("nodes" in message && message.nodes["load-1"] ? [message.nodes["load-1"].state] : []));
  expect(states[0]).toBe("Pending");
  expect(states.at(-1)).toBe("Success");
  expect(deltas.at(-1)).toMatchObject({ run: { running: false, state: "Failed", note: expect.stringMatching(/^4 tasks: 3 run \(.*\), 1 failed$/) } });
});

test("at the end of a run the outputs get the last states: by display id, and for the page", async () => {
  const since = notebook.client.received.length;
  const shown = await notebook.cell("show", "flow");
  const { transient } = shown.outputs.find(({ header }) => header.msg_type === "execute_result")!.content;
  await notebook.cell("run", "await flow.run();");
  const update = await notebook.client.waitFor(({ header }) => header.msg_type === "update_display_data", since);
  expect(update.content.transient.display_id).toBe(transient.display_id);
  const final = await comm.next((message) => message.type === "final", since);
  expect(final).toMatchObject({ data: update.content.data });
  const saved = update.content.data["application/vnd.flowlet.flow+json"];
  expect(saved.nodes.find((node: { id: string }) => node.id === "broken-1").state).toBe("Failed");
  expect(JSON.stringify(saved)).not.toMatch(/\d{13}/);
});

test("what is saved is the same after the same run: no times, nothing random", async () => {
  const run = async () => flowOf(await notebook.cell("show", "await flow.run(); flow"));
  await run();
  expect(JSON.stringify(await run())).toBe(JSON.stringify(await run()));
});

describe("details of a task", () => {
  const details = async (nodeId: string) => {
    const message = await comm.ask({ type: "details", flowId, nodeId });
    if (message.type !== "details") throw new Error(JSON.stringify(message));
    return message.details;
  };

  test("hold what it printed and logged, its history with times, result and inputs", async () => {
    await notebook.cell("fresh", "await flow.run({}, { from: [...flow.rootTasks()] });");
    const load = await details("load-1");
    expect(load.history.map(({ state }) => state)).toEqual(["Pending", "Running", "Success"]);
    expect(load.history.every(({ at }, index, all) => index === 0 || at >= all[index - 1].at)).toBe(true);
    expect(load.logs.map(({ source, text }) => [source, text.trim()])).toEqual([["stdout", "loading 7"], ["log", "logged"], ["stderr", "to stderr"]]);
    expect(load).toMatchObject({ name: "load", signature: "load(n)", result: "[ 7 ]", inputs: [{ key: "n", from: "7" }], status: { state: "Success", attempts: 1, reason: "asked for" } });
    expect((await details("total-1")).inputs).toEqual([{ key: "rows", from: "load-1" }]);
  });

  test("hold the error with its stack", async () => {
    const broken = await details("broken-1");
    expect(broken.error).toMatchObject({ name: "TypeError", message: "no way" });
    expect(broken.error?.stack).toMatch(/^TypeError: no way\n {4}at broken.*\(Cell \[2\], line 5\)$/);
    expect(broken.result).toBeUndefined();
  });

  test("of a kept task show what it printed when it ran", async () => {
    await notebook.cell("run", "await flow.run();");
    const load = await details("load-1");
    expect(load.status).toMatchObject({ state: "Cached", reason: expect.stringMatching(/^kept/) });
    expect(load.logs.map(({ text, kept }) => [text.trim(), kept])).toContainEqual(["loading 7", true]);
  });
});

describe("actions", () => {
  const finished = (action: string, nodeId?: string) => comm.ask({ type: "action", action, flowId, nodeId }, (message) => message.type === "action" && message.status === "finished");

  test("Run flow runs what has to", async () => {
    expect(await finished("run")).toMatchObject({ status: "finished", message: expect.stringMatching(/^4 tasks: 3 kept \(saved .*\), 1 failed$/) });
    expect(notebook.ran()).toEqual(["broken"]);
  });

  test("Run this task runs it alone, with its upstream results kept", async () => {
    await finished("runTask", "total-1");
    expect(notebook.ran()).toEqual(["total"]);
  });

  test("Run from here runs it and what follows", async () => {
    await finished("runFrom", "total-1");
    expect(notebook.ran()).toEqual(["last", "total"]);
  });

  test("while a cell executes they queue, say so, and run after it", async () => {
    const busy = await notebook.client.begin("await sleep(400); ran('cell');", { metadata: { cellId: "busy" } });
    await busy.first("execute_input");
    const since = notebook.client.received.length;
    const queued = await comm.ask({ type: "action", action: "runTask", flowId, nodeId: "total-1", requestId: "queue-1" }, (message) => message.type === "action");
    expect(queued).toMatchObject({ status: "queued", message: expect.stringMatching(/runs when the running cell is done/) });
    await comm.next((message) => message.type === "action" && message.requestId === "queue-1" && message.status === "finished", since);
    await busy.done;
    expect(notebook.ran()).toEqual(["cell", "total"]);
  });

  test("a cell that is executed during a run from the picture waits for it", async () => {
    const since = notebook.client.received.length;
    await comm.send({ type: "action", action: "runFrom", flowId, nodeId: "load-1", requestId: "slow" });
    await comm.next((message) => message.type === "action" && message.requestId === "slow" && message.status === "started", since);
    await notebook.cell("later", "ran('cell after');");
    const order = notebook.client.received.slice(since);
    const at = (matches: (content: any) => boolean) => order.findIndex(({ content }) => matches(content));
    expect(at((content) => content.data?.status === "finished" && content.data?.requestId === "slow")).toBeLessThan(at((content) => content.code === "ran('cell after');"));
  });

  test("of a task without upstream results say what is missing", async () => {
    const fresh = flowOf(await notebook.cell("fresh flow", `const fresh = new Flow("fresh", () => { last(total(load(1))); }); fresh`));
    const answer = await comm.ask({ type: "action", action: "runTask", flowId: fresh.flowId, nodeId: "last-1" }, (message) => message.type === "error");
    expect(answer).toMatchObject({ code: "UNKNOWN_TASKS_TO_RUN", message: expect.stringContaining("there is no result of total-1 yet") });
  });

  test("a flow with a required Parameter asks for it, and takes the last run's value", async () => {
    const shown = flowOf(await notebook.cell("param", `const asks = new Flow("asks", () => { last(new Parameter<number>("n")); }); asks`));
    const act = () => comm.ask({ type: "action", action: "run", flowId: shown.flowId }, (message) => message.type === "error" || (message.type === "action" && message.status === "finished"));
    expect(await act()).toMatchObject({ type: "error", code: "MISSING_PARAMETERS" });
    await notebook.cell("given", "await asks.run({ n: 5 });");
    expect(await act()).toMatchObject({ type: "action", status: "finished" });
  });

  test("Cancel ends the run", async () => {
    const slow = flowOf(await notebook.cell("slow flow", `const slow = new Flow("slow", () => { task(async () => { await sleep(20_000); return 1; }, { name: "sleeps" })(); }); slow`));
    const since = notebook.client.received.length;
    await comm.send({ type: "action", action: "run", flowId: slow.flowId, requestId: "to cancel" });
    await comm.next((message) => message.type === "delta" && message.flowId === slow.flowId && message.nodes["sleeps-1"]?.state === "Running", since);
    await comm.ask({ type: "cancel", flowId: slow.flowId });
    await comm.next((message) => message.type === "action" && message.requestId === "to cancel" && message.status === "finished", since);
    const { nodes, run } = (await comm.ask({ type: "snapshot", flowId: slow.flowId })) as any;
    expect([nodes["sleeps-1"].state, run.state]).toEqual(["Cancelled", "Cancelled"]);
  });
});

describe("a bad message is answered, names what is wrong and changes nothing", () => {
  test.each([
    [{ type: "dance", flowId: "x", requestId: "1" }, "BAD_MESSAGE", /type must be one of .* got "dance"/],
    [{ type: "snapshot", requestId: "2" }, "BAD_MESSAGE", /needs a flowId/],
    [{ type: "action", flowId: "x", action: "explode", requestId: "3" }, "BAD_MESSAGE", /action must be one of .* got "explode"/],
    [{ type: "action", flowId: "x", action: "runTask", requestId: "4" }, "BAD_MESSAGE", /needs a nodeId/],
    [{ type: "snapshot", flowId: "nope", requestId: "5" }, "UNKNOWN_FLOW", /Run that cell/],
    [{ type: "details", flowId: "", requestId: "6" }, "BAD_MESSAGE", /needs a flowId/],
  ])("%j", async (message, code, text) => {
    expect(await comm.ask(message)).toMatchObject({ type: "error", code, message: expect.stringMatching(text) });
  });

  test("an unknown task is named", async () => {
    expect(await comm.ask({ type: "details", flowId, nodeId: "nope-1" })).toMatchObject({ type: "error", code: "UNKNOWN_TASK", message: 'The flow "pictured" has no task nope-1.' });
  });

  test.each([[null], ["text"], [[1]], [42]])("%j, which is no object", async (data) => {
    const since = notebook.client.received.length;
    await comm.send(data);
    expect(await comm.next((message) => message.type === "error", since)).toMatchObject({ code: "BAD_MESSAGE" });
    expect((await notebook.client.execute("1 + 1")).result["text/plain"]).toBe("2");
  });
});

test("a front end may open a comm of its own", async () => {
  await notebook.client.send("shell", "comm_open", { comm_id: "mine", target_name: "flowlet", data: {} });
  const mine = new PictureComm(notebook.client, "mine");
  expect((await mine.ask({ type: "snapshot", flowId })).type).toBe("snapshot");
  await notebook.client.send("shell", "comm_close", { comm_id: "mine", data: {} });
});

test("a front end without the extension closes the comm; the next display opens it again", async () => {
  const info = async () => Object.keys((await notebook.client.request("comm_info_request", { target_name: "flowlet" })).comms);
  for (const commId of await info()) await notebook.client.send("shell", "comm_close", { comm_id: commId, data: {} });
  await notebook.cell("show", "flow");
  expect(await info()).toHaveLength(1);
});

describe("a mapped task", () => {
  test("is running until its children are finished, tells how many are where, and shows some of them one by one", async () => {
    const flow = flowOf(await notebook.cell("mapped flow", `
      const elements = task(() => [0, 1, 2, 3]);
      const half = task(async (x: number) => { await sleep(120); console.log("halving", x); if (x === 3) throw new Error("three is odd"); return x / 2; });
      const halves = new Flow("halves", () => { half.map(elements()); });
      halves
    `));
    const since = notebook.client.received.length;
    await notebook.cell("mapped run", "const halved = await halves.run(); halved.type");
    const statuses = notebook.client.received.slice(since)
      .filter(({ header, content }) => header.msg_type === "comm_msg" && content.data?.type === "delta" && content.data.nodes["half-1"] !== undefined)
      .map(({ content }) => content.data.nodes["half-1"]);
    expect(statuses.some(({ state, children }) => state === "Running" && children.Running > 0)).toBe(true);
    expect(statuses.at(-1)).toMatchObject({ state: "Mapped", children: { Success: 3, Failed: 1 }, message: "4 children: 3 Success, 1 Failed" });
    const { details } = await (await PictureComm.adopt(notebook.client)).ask({ type: "details", flowId: flow.flowId, nodeId: "half-1" }, (message) => message.type === "details") as any;
    expect(details.children.map(({ index, status }: any) => [index, status.state])).toEqual([[3, "Failed"], [0, "Success"], [1, "Success"], [2, "Success"]]);
    expect(details.children[0].error).toMatchObject({ message: "three is odd" });
    expect(details.children[2]).toMatchObject({ result: "0.5" });
    expect(details.children[2].logs.map(({ text }: any) => text.trim())).toContain("halving 1");
    const [saved] = notebook.client.received.slice(since).filter(({ header }) => header.msg_type === "update_display_data").slice(-1);
    expect(saved.content.data["application/vnd.flowlet.flow+json"].nodes[1]).toMatchObject({ id: "half-1", state: "Mapped", children: { Success: 3, Failed: 1 } });
    expect(saved.content.data["image/svg+xml"]).toContain("3 Success, 1 Failed");
  });
});
