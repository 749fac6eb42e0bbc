/** Comms in both directions, and turns that a picture takes among the cells. */
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KernelClient, type Message } from "./kernel-client.ts";

let kernel: KernelClient;
let flow: { flowId: string; nodes: { id: string }[] };
beforeAll(async () => {
  kernel = await KernelClient.start();
  const { result } = await kernel.execute(`
    import { Flow, task } from "flowlet";
    let runs = 0;
    const act = task(async () => { runs++; await new Promise((r) => setTimeout(r, 50)); console.log("acted"); });
    const flow = new Flow("acts", () => { act(); });
    flow`, { metadata: { cellId: "cell-of-the-flow" } });
  flow = result["application/vnd.flowlet.flow+json"];
});
afterAll(() => kernel?.stop());

const commMessages = (commId: string, since = 0) => kernel.received.slice(since).filter(({ header, content }) => header.msg_type === "comm_msg" && content.comm_id === commId).map(({ content }) => content.data);
const said = (commId: string, matches: (data: any) => boolean) => (message: Message) => message.header.msg_type === "comm_msg" && message.content.comm_id === commId && matches(message.content.data);

async function openComm(): Promise<string> {
  const commId = randomUUID();
  await kernel.send("shell", "comm_open", { comm_id: commId, target_name: "flowlet", data: {} });
  return commId;
}

test("the kernel opens one comm when it first shows a flow, and comm_info names it", async () => {
  const opened = kernel.received.filter(({ header }) => header.msg_type === "comm_open");
  expect(opened.map(({ content }) => content.target_name)).toEqual(["flowlet"]);
  const { comms } = await kernel.request("comm_info_request", { target_name: "flowlet" });
  expect(comms).toEqual({ [opened[0]!.content.comm_id]: { target_name: "flowlet" } });
  expect((await kernel.request("comm_info_request", { target_name: "other" })).comms).toEqual({});
});

test("a comm of the front end is answered, also while a cell executes", async () => {
  const commId = await openComm();
  const cell = await kernel.begin("console.log('go'); await new Promise(() => {})");
  await cell.first("stream");
  await kernel.send("shell", "comm_msg", { comm_id: commId, data: { type: "snapshot", flowId: flow.flowId, requestId: "r1" } });
  const { content } = await kernel.waitFor(said(commId, (data) => data.requestId === "r1"));
  expect(content.data).toMatchObject({ type: "snapshot", flowId: flow.flowId, flow: { name: "acts" } });
  await kernel.interrupt();
  await cell.done;
  await kernel.send("shell", "comm_close", { comm_id: commId, data: {} });
  expect(Object.keys((await kernel.request("comm_info_request")).comms)).not.toContain(commId);
});

test("a target that nobody listens to is closed again with a reason", async () => {
  for (const target_name of ["unknown", 5, undefined, "toString"]) {
    const commId = randomUUID();
    await kernel.send("shell", "comm_open", { comm_id: commId, target_name, data: {} });
    const { content } = await kernel.waitFor(({ header, content }) => header.msg_type === "comm_close" && content.comm_id === commId);
    expect(content.data.reason).toMatch(/no comm target/);
  }
});

test("malformed data on a comm are answered with an error, and lose nothing", async () => {
  const commId = await openComm();
  for (const data of [null, 5, "text", [], {}, { type: "unknown" }, { type: "action", action: "run" }, { type: "details", flowId: flow.flowId, nodeId: "nowhere", requestId: "x" }]) {
    const since = kernel.received.length;
    await kernel.send("shell", "comm_msg", { comm_id: commId, data });
    await kernel.waitFor(said(commId, (answer) => answer.type === "error"), since);
  }
  expect((await kernel.execute("runs")).result["text/plain"]).toBe("0");
});

test("an action from the picture runs when no cell executes, and the kernel is busy meanwhile", async () => {
  const commId = await openComm();
  const since = kernel.received.length;
  await kernel.send("shell", "comm_msg", { comm_id: commId, data: { type: "action", action: "run", flowId: flow.flowId, requestId: "run-1" } });
  await kernel.waitFor(said(commId, (data) => data.requestId === "run-1" && data.status === "finished"));
  expect((await kernel.execute("runs")).result["text/plain"]).toBe("1");
  const states = kernel.received.slice(since).filter(({ header, parent_header }) => header.msg_type === "status" && parent_header.msg_id === undefined);
  expect(states.map(({ content }) => content.execution_state)).toEqual(["busy", "idle"]);
});

test("an action that comes while a cell executes waits, and cells that come later wait for it", async () => {
  const commId = await openComm();
  const first = await kernel.begin("console.log('go'); await new Promise((r) => setTimeout(r, 300)); runs");
  await first.first("stream");
  await kernel.send("shell", "comm_msg", { comm_id: commId, data: { type: "action", action: "run", flowId: flow.flowId, requestId: "run-2" } });
  await kernel.waitFor(said(commId, (data) => data.requestId === "run-2" && data.status === "queued"));
  const second = await kernel.begin("runs");
  expect((await first.done).result["text/plain"]).toBe("1");
  expect((await second.done).result["text/plain"]).toBe("2");
  expect(commMessages(commId).filter(({ requestId }) => requestId === "run-2").map(({ status }) => status)).toEqual(["queued", "started", "finished"]);
});

test.each([
  ["awaits for ever", "await new Promise(() => {})"],
  ["loops for ever", "for (;;) {}"],
])("an action whose task %s can be interrupted, and the cells that wait for it run", async (_name, code) => {
  const { result } = await kernel.execute(`const stuck = new Flow("stuck", () => { task(async function block() { console.log("blocked"); ${code}; })(); }); stuck`);
  const { flowId } = result["application/vnd.flowlet.flow+json"];
  const commId = await openComm();
  const since = kernel.received.length;
  await kernel.send("shell", "comm_msg", { comm_id: commId, data: { type: "action", action: "run", flowId, requestId: "stuck" } });
  await kernel.waitFor(({ content }) => content.text?.includes("blocked"), since);
  const waiting = await kernel.begin("'ran'");
  await kernel.interrupt();
  expect((await waiting.done).result["text/plain"]).toBe("'ran'");
});

test("an action runs the files of the folder as they are now", async () => {
  const file = path.join(kernel.directory, "factor.ts");
  writeFileSync(file, "export const factor: number = 2;\n");
  const { result } = await kernel.execute(`
    import { factor } from "./factor.ts";
    const multiply = task(() => { console.log("times", factor); });
    const edited = new Flow("edited", () => { multiply(); });
    edited`);
  const { flowId } = result["application/vnd.flowlet.flow+json"];
  const commId = await openComm();
  for (const factor of [3, 4]) {
    writeFileSync(file, `export const factor: number = ${factor}; // edited\n`);
    const since = kernel.received.length;
    await kernel.send("shell", "comm_msg", { comm_id: commId, data: { type: "action", action: "run", flowId, requestId: `edit-${factor}` } });
    await kernel.waitFor(({ content }) => content.text?.includes(`times ${factor}`), since);
    await kernel.waitFor(said(commId, (data) => data.requestId === `edit-${factor}` && data.status === "finished"), since);
  }
});

test("an action does not run the old code of a file that no longer loads, and says so", async () => {
  const file = path.join(kernel.directory, "broken.ts");
  writeFileSync(file, "export const factor: number = 2;\n");
  const { result } = await kernel.execute(`
    import { factor as multiplier } from "./broken.ts";
    const stale = new Flow("stale", () => { task(function show() { console.log("ran with", multiplier); })(); });
    stale`);
  const { flowId } = result["application/vnd.flowlet.flow+json"];
  const commId = await openComm();
  writeFileSync(file, "export const factor = (;\n");
  const since = kernel.received.length;
  await kernel.send("shell", "comm_msg", { comm_id: commId, data: { type: "action", action: "run", flowId, requestId: "broken" } });
  await kernel.waitFor(({ header, content }) => (header.msg_type === "error" || content.data?.type === "error") && /SyntaxError|Unexpected/.test(JSON.stringify(content)), since);
  writeFileSync(file, "export const factor: number = 5;\n");
  expect((await kernel.execute("multiplier")).result["text/plain"]).toBe("5");
  expect(kernel.received.some(({ content }) => content.text?.includes("ran with"))).toBe(false);
});

test("the death of the process during an action leaves nothing waiting", async () => {
  await kernel.execute("const end = new Flow('ends', () => { task(function leave() { process.exit(3); })(); }); end");
  const shown = kernel.received.filter(({ content }) => content.data?.["application/vnd.flowlet.flow+json"]).at(-1)!;
  const commId = await openComm();
  await kernel.send("shell", "comm_msg", { comm_id: commId, data: { type: "action", action: "run", flowId: shown.content.data["application/vnd.flowlet.flow+json"].flowId, requestId: "end" } });
  await kernel.waitFor(({ header, content }) => header.msg_type === "comm_close" && content.comm_id === commId);
  expect((await kernel.execute("1 + 1")).result["text/plain"]).toBe("2");
});
