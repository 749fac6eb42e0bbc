/** Pages follow what happens on the server, also over a lost connection. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ReportEntry } from "../../../client/api-types.ts";
import type { StateName } from "../../../protocol/states.ts";
import { playRun, registerFlow, startAgent } from "./filled-server.ts";
import { openPages, type OpenPages } from "./open-pages.ts";

let pages: OpenPages;
beforeAll(async () => { pages = await openPages(); });
afterAll(async () => {
  await pages.close();
  expect(pages.errors).toEqual([]);
});

test("what is registered, started and run shows on open pages by itself", async () => {
  const flows = await pages.open("/flows");
  const runs = await pages.open("/flow-runs");
  const agents = await pages.open("/agents");
  await flows.getByText("No flow is registered yet").waitFor();
  await runs.getByText("No flow has run yet").waitFor();
  await agents.getByText("No agent is known").waitFor();

  const flow = await registerFlow(pages.client, "Daily ETL");
  await flows.getByRole("link", { name: "Daily ETL" }).waitFor();
  const agent = await startAgent(pages.client, "workstation", []);
  await agents.getByRole("heading", { name: "workstation" }).waitFor();
  await agents.getByText("healthy", { exact: true }).waitFor();
  const run = await pages.client.createFlowRun({ flowId: flow.id });
  const row = runs.getByRole("row").filter({ hasText: run.name });
  await row.getByText("Scheduled").waitFor();
  await pages.client.cancelFlowRun({ flowRunId: run.id });
  await row.getByText("Cancelled").waitFor();
  const going = await playRun(pages.client, flow, agent, "Running", Date.now());
  await runs.getByRole("row").filter({ hasText: going.name }).getByText("Running").waitFor();
  await agents.getByRole("link", { name: going.name }).waitFor();
});

test("the tasks of a run that goes on are counted on the dashboard and in the list while it does", async () => {
  const flow = await registerFlow(pages.client, "Counted", { taskCount: 2 });
  const agent = await startAgent(pages.client, "counting", []);
  const run = await pages.client.createFlowRun({ flowId: flow.id });
  await pages.client.submitFlowRun({ agentId: agent.id, flowRunId: run.id, version: run.version });
  const processId = randomUUID();
  await pages.client.beginFlowRun({ flowRunId: run.id, processId, agentId: agent.id });
  let sequence = 0;
  const state = (type: StateName) => ({ version: 1, type, message: null, at: Date.now() });
  const task = (slug: string, type: StateName) => ({ kind: "taskState" as const, sequence: ++sequence, slug, mapIndex: -1, taskName: slug, name: slug, state: state(type) });
  const report = (...entries: ReportEntry[]) => pages.client.reportFlowRun({ flowRunId: run.id, processId, entries });
  await report({ kind: "flowState", sequence: ++sequence, state: state("Running") }, task("step-1", "Running"));
  const list = await pages.open("/flow-runs");
  const dashboard = await pages.open("/");
  for (const page of [list, dashboard]) await page.getByRole("img", { name: /1 Running$/ }).first().waitFor();
  await report(task("step-1", "Success"), task("step-2", "Running"));
  for (const page of [list, dashboard]) await page.getByRole("img", { name: /1 Success, 1 Running$/ }).first().waitFor();
});

test("a page says that the connection is lost, keeps what it shows, and has what happened meanwhile when the server is back", async () => {
  const page = await pages.open("/projects");
  await pages.client.createProject({ name: "before", skipIfExists: true });
  await page.getByRole("link", { name: "before", exact: true }).waitFor();
  await pages.stopServer();
  await page.getByText("Connection lost, trying again.").waitFor();
  expect(await page.getByRole("link", { name: "before", exact: true }).isVisible()).toBe(true);
  await page.getByRole("button", { name: "Try now" }).click();
  expect(await page.getByText("Connection lost, trying again.").isVisible()).toBe(true);
  await pages.startAgain();
  await pages.client.createProject({ name: "meanwhile" });
  await page.getByRole("link", { name: "meanwhile" }).waitFor();
  await page.getByText("Connection lost, trying again.").waitFor({ state: "detached" });
  await pages.client.createProject({ name: "after" });
  await page.getByRole("link", { name: "after" }).waitFor();
});

test("without a touch it comes back by itself", async () => {
  await pages.client.createProject({ name: "before", skipIfExists: true });
  const page = await pages.open("/projects");
  await page.getByRole("link", { name: "before", exact: true }).waitFor();
  await pages.stopServer();
  await page.getByText("Connection lost, trying again.").waitFor();
  await pages.startAgain();
  await page.getByText("Connection lost, trying again.").waitFor({ state: "detached" });
});

test("what is asked for without a server is told, and what to do", async () => {
  await pages.client.createProject({ name: "before", skipIfExists: true });
  const page = await pages.open("/projects");
  await page.getByRole("link", { name: "before", exact: true }).waitFor();
  await pages.stopServer();
  await page.getByRole("button", { name: "New project" }).click();
  await page.getByRole("textbox", { name: /Name/ }).fill("new");
  await page.getByRole("button", { name: "Make project" }).click();
  await page.getByRole("dialog").getByRole("alert").getByText(/The server does not answer.*flowlet server start/).waitFor();
  await pages.startAgain();
  await page.getByText("Connection lost, trying again.").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Make project" }).click();
  await page.getByRole("link", { name: "new", exact: true }).waitFor();
});

test("many changes are asked for a few times, not each", async () => {
  const page = await pages.open("/flow-runs");
  await page.getByRole("table", { name: "Flow runs" }).waitFor();
  const flow = await registerFlow(pages.client, "Busy");
  let asked = 0;
  page.on("request", (request) => { if (request.url().includes("/api/flow-runs")) asked++; });
  const made = await Promise.all(Array.from({ length: 100 }, (_, index) => pages.client.createFlowRun({ flowId: flow.id, name: `busy-${index}` })));
  await page.getByRole("link", { name: "busy-99", exact: true }).or(page.getByRole("link", { name: "busy-98", exact: true })).first().waitFor();
  expect(made.length).toBe(100);
  expect(asked).toBeLessThan(50);
});

test("a page that nobody sees gives its connection back, and knows everything when it is seen again", async () => {
  const page = await pages.open("/projects");
  await page.clock.install();
  await page.reload();
  const connection = page.locator("[data-connection=live]");
  await connection.waitFor({ state: "attached" });
  const see = (state: "hidden" | "visible") => page.evaluate(`Object.defineProperty(document, "visibilityState", { value: "${state}", configurable: true }); document.dispatchEvent(new Event("visibilitychange"))`);
  await see("hidden");
  await page.clock.fastForward(10_000);
  expect(await connection.count()).toBe(1);
  await page.clock.fastForward(10_000);
  await page.locator("[data-connection=asleep]").waitFor({ state: "attached" });
  await pages.client.createProject({ name: "while it slept" });
  await see("visible");
  await page.clock.fastForward(1000);
  await page.getByRole("link", { name: "while it slept" }).waitFor();
  expect(await connection.count()).toBe(1);
});
