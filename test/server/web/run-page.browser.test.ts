/** The pages of a flow run and of a task's run: live, and what can be done there. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Agent, Flow, FlowRun, ReportEntry } from "../../../client/api-types.ts";
import { registerFlow, startAgent } from "./filled-server.ts";
import { openPages, type OpenPages } from "./open-pages.ts";
import { faultsOf } from "./readable.ts";

let pages: OpenPages, agent: Agent, flow: Flow;
beforeAll(async () => {
  pages = await openPages();
  flow = await registerFlow(pages.client, "Watched");
});
// It is there all the time.
beforeEach(async () => { agent = await startAgent(pages.client, "workstation", []); });
afterAll(async () => {
  await pages.close();
  expect(pages.errors).toEqual([]);
});

/** A run that a test plays step by step. */
class Played {
  readonly run: FlowRun;
  readonly #processId: string;
  #sequence = 0;

  constructor(run: FlowRun, processId: string) {
    this.run = run;
    this.#processId = processId;
  }

  get path(): string { return `/flow-run/${this.run.id}`; }

  async flowState(type: string, message: string | null = null): Promise<void> { await this.#report([{ kind: "flowState", state: state(type, message) }]); }

  async task(slug: string, type: string, more: { readonly mapIndex?: number; readonly message?: string } & Record<string, unknown> = {}): Promise<void> {
    const { mapIndex = -1, message = null, ...rest } = more;
    await this.#report([{ kind: "taskState", slug, mapIndex, taskName: slug, name: mapIndex < 0 ? slug : `${slug}[${mapIndex}]`, state: { ...state(type, message), ...rest } }]);
  }

  async logs(...records: readonly (readonly [level: string, message: string, slug?: string])[]): Promise<void> {
    await this.#report(records.map(([level, message, slug]) => ({ kind: "log", at: new Date().toISOString(), level, logger: slug === undefined ? "prefect.flow" : `prefect.${slug}`, message, ...(slug !== undefined && { slug, mapIndex: -1 }) })));
  }

  async #report(entries: readonly object[]): Promise<void> {
    await pages.client.reportFlowRun({ flowRunId: this.run.id, processId: this.#processId, entries: entries.map((entry) => ({ sequence: ++this.#sequence, ...entry })) as unknown as ReportEntry[] });
  }
}

const state = (type: string, message: string | null) => ({ version: 1, type, message, at: Date.now() });

async function begin(of: Flow | FlowRun = flow): Promise<Played> {
  const run = "flowId" in of ? await pages.client.getFlowRun({ flowRunId: of.id }) : await pages.client.createFlowRun({ flowId: of.id });
  await pages.client.submitFlowRun({ agentId: agent.id, flowRunId: run.id, version: run.version });
  const processId = randomUUID();
  await pages.client.beginFlowRun({ flowRunId: run.id, processId, agentId: agent.id });
  const played = new Played(run, processId);
  await played.flowState("Running", "Running flow.");
  return played;
}

const badge = (page: Page, name: string) => page.locator(`.page-name .state-badge[data-state="${name}"]`);
const taskRow = (page: Page, name: string) => page.getByRole("table", { name: "Task runs" }).getByRole("row").filter({ hasText: name });

test("an open page follows the run: its state, its tasks, their counts, its history", async () => {
  const run = await pages.client.createFlowRun({ flowId: flow.id });
  const page = await pages.open(`/flow-run/${run.id}`);
  await page.getByText("No task has begun").waitFor();
  const played = await begin(run);
  await badge(page, "Running").waitFor();
  await page.getByText(`on ${agent.name}`).waitFor();
  await played.task("step-1", "Running");
  await taskRow(page, "step-1").getByText("Running").waitFor();
  await played.task("step-1", "Success");
  await played.task("step-2", "Failed", { message: "no <b>space</b>" });
  await taskRow(page, "step-1").getByText("Success").waitFor();
  await taskRow(page, "step-2").getByText("no <b>space</b>").waitFor();
  await played.flowState("Failed", "Some reference tasks failed.");
  await badge(page, "Failed").waitFor();
  await page.locator(".run-message").getByText("Some reference tasks failed.").waitFor();
  expect(await page.title()).toContain("Failed");
  expect(await page.locator(".history li").allTextContents()).toMatchObject([/Failed/, /Running/, /Submitted/, /Scheduled/].map((name) => expect.stringMatching(name) as string));
  // One state alone, also after a reload.
  await page.getByRole("group", { name: "State" }).getByRole("button", { name: /Failed/ }).click();
  await expect.poll(() => page.getByRole("table", { name: "Task runs" }).getByRole("row").count()).toBe(2);
  await page.reload();
  await taskRow(page, "step-2").waitFor();
  expect(await taskRow(page, "step-1").count()).toBe(0);
});

test("the picture has the states of the tasks as they come, and all about one that is chosen", async () => {
  const played = await begin();
  const page = await pages.open(`${played.path}?tab=graph`);
  const node = page.locator('.picture [data-id="step-1"], .picture [data-node="step-1"]').first();
  await page.locator(".picture").getByText("step-1").first().waitFor();
  await played.task("step-1", "Running");
  await expect.poll(() => node.evaluate((element) => element.outerHTML)).toContain("Running");
  await played.logs(["INFO", "ten rows", "step-1"]);
  await played.task("step-1", "Success", { message: "Task run succeeded." });
  await expect.poll(() => node.evaluate((element) => element.outerHTML)).toContain("Success");
  await page.locator(".picture").getByText("step-1").first().click();
  await page.getByText("ten rows").waitFor();
  await page.locator(".picture").getByText("step-2").first().click();
  await page.getByText("It has not begun in this run.").waitFor();
});

test("the timeline has a bar for each task, that grows until the task has ended", async () => {
  const played = await begin();
  const page = await pages.open(`${played.path}?tab=timeline`);
  await page.getByText("No task has begun").waitFor();
  await played.task("step-1", "Running");
  const bar = (text: RegExp) => page.getByRole("group", { name: "Timeline of the tasks" }).getByRole("link", { name: text });
  await bar(/^step-1: Running/).waitFor();
  await played.task("step-1", "Success");
  await played.task("step-2", "Running");
  await bar(/^step-1: Success/).waitFor();
  await bar(/^step-2: Running/).waitFor();
  const plane = page.locator(".timeline-plane");
  const before = (await plane.boundingBox())!.width;
  await page.getByRole("button", { name: "Zoom in" }).click();
  await expect.poll(async () => (await plane.boundingBox())!.width).toBeGreaterThan(1.5 * before);
  await page.getByRole("button", { name: "Whole run" }).click();
  await bar(/^step-1: Success/).click();
  await page.getByRole("heading", { level: 1, name: "step-1" }).waitFor();
});

test("log records come as they are written, by level, searched, and as a file", async () => {
  const played = await begin();
  const page = await pages.open(`${played.path}?tab=logs`);
  const log = page.getByRole("log", { name: "Log records" });
  await log.getByText("Nothing was logged yet.").waitFor();
  await played.task("step-1", "Running");
  await played.logs(["INFO", "beginning"], ["WARNING", "<i>slow</i> disk", "step-1"], ["ERROR", "two\nlines", "step-1"]);
  await log.getByText("<i>slow</i> disk").waitFor();
  await played.logs(...Array.from({ length: 300 }, (_, index) => ["INFO", `line ${index}`] as const));
  // It follows the end, and has only lines in the page that are seen.
  await log.getByText("line 299", { exact: true }).waitFor();
  expect(await log.locator(".log-line").count()).toBeLessThan(150);
  await log.evaluate((element) => { element.scrollTop = 0; });
  await log.getByText("beginning").waitFor();
  await played.logs(["INFO", "the newest"]);
  await page.getByText("304 records").waitFor();
  expect(await log.getByText("the newest").count()).toBe(0);
  await page.getByRole("button", { name: "To the end" }).click();
  await log.getByText("the newest").waitFor();

  await page.getByRole("combobox", { name: "Level" }).selectOption("WARNING");
  await page.getByText("2 records").waitFor();
  await page.getByRole("searchbox", { name: "Search the records" }).fill("SLOW");
  await page.getByText("1 record", { exact: true }).waitFor();
  expect(await log.locator("mark").allTextContents()).toEqual(["slow"]);
  await page.reload();
  await page.getByText("1 record", { exact: true }).waitFor();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe(`${played.run.name}.log`);
  expect(readFileSync(await file.path(), "utf8")).toMatch(/^\S+Z WARNING {2}step-1 \| <i>slow<\/i> disk\n$/);
});

test("a run is cancelled, goes on where it failed, is marked by hand, renamed, repeated and deleted", async () => {
  const played = await begin();
  const page = await pages.open(played.path);
  await played.task("step-1", "Success");
  await played.task("step-2", "Running");
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await badge(page, "Cancelling").waitFor();
  await played.task("step-2", "Cancelled");
  await played.flowState("Cancelled", "Flow run is cancelled");
  await badge(page, "Cancelled").waitFor();

  await page.getByRole("button", { name: "Restart from failed" }).click();
  await page.getByText("The run goes on where it failed").waitFor();
  await badge(page, "Scheduled").waitFor();
  await taskRow(page, "step-1").getByText("Success").waitFor();

  const choose = async (name: string) => {
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name }).click();
  };
  await choose("Mark as…");
  await page.getByRole("dialog").getByRole("radio", { name: "Failed" }).check();
  await page.getByRole("dialog").getByRole("textbox", { name: "Message" }).fill("by hand");
  await page.getByRole("dialog").getByRole("button", { name: "Mark as Failed" }).click();
  await badge(page, "Failed").waitFor();
  await page.locator(".run-message").getByText("by hand").waitFor();

  await choose("Rename…");
  await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill("another-name");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "another-name" }).waitFor();

  await page.getByRole("button", { name: "Run again" }).click();
  await page.waitForURL((url) => url.pathname !== played.path);
  const again = await pages.client.getFlowRun({ flowRunId: new URL(page.url()).pathname.split("/").at(-1)! });
  expect(again).toMatchObject({ flowId: flow.id, state: "Scheduled", parameters: played.run.parameters });

  await page.goBack();
  await page.getByRole("heading", { level: 1, name: "another-name" }).waitFor();
  await choose("Delete…");
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await page.waitForURL(/\/flow\//);
  await expect(pages.client.getFlowRun({ flowRunId: played.run.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a run that no agent takes says why, and what to do", async () => {
  const run = await pages.client.createFlowRun({ flowId: flow.id, labels: ["gpu"] });
  const page = await pages.open(`/flow-run/${run.id}`);
  await page.getByText("No agent has taken this run.").waitFor();
  await page.getByText("flowlet agent local start --label gpu", { exact: true }).waitFor();
  await pages.client.cancelFlowRun({ flowRunId: run.id });
  await page.getByText("No agent has taken this run.").waitFor({ state: "detached" });
});

test("a task's run has its result, neighbours, children and records, and is marked by hand", async () => {
  const played = await begin();
  await played.task("step-1", "Success", { message: "done" });
  await played.logs(["INFO", "mine", "step-1"], ["INFO", "of the flow"]);
  await played.task("step-2", "Mapped", { nMapStates: 3 });
  for (const mapIndex of [0, 1, 2]) await played.task("step-2", "Running", { mapIndex });
  const parent = await pages.client.findTaskRun({ flowRunId: played.run.id, slug: "step-2", mapIndex: -1 });
  const page = await pages.open(`/task-run/${parent.id}`);
  await page.getByRole("heading", { name: "Dependencies" }).waitFor();
  await page.getByRole("link", { name: "step-1" }).waitFor();
  await page.getByText("step-3").waitFor();
  await page.getByRole("tab", { name: "Children" }).click();
  await taskRow(page, "step-2[1]").getByText("Running").waitFor();
  await played.task("step-2", "Failed", { mapIndex: 1, message: "boom" });
  await taskRow(page, "step-2[1]").getByText("boom").waitFor();
  await page.reload();
  await taskRow(page, "step-2[1]").getByRole("link").click();
  await page.getByRole("heading", { level: 1, name: "step-2[1]" }).waitFor();
  await page.locator(".run-message").getByText("boom").waitFor();

  const mark = async () => {
    await page.getByRole("button", { name: "Mark as…" }).click();
    await page.getByRole("dialog").getByRole("radio", { name: "Success" }).check();
    await page.getByRole("dialog").getByRole("button", { name: "Mark as Success" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
  };
  await mark();
  await page.getByText(/its flow run is Running\. Cancel it first/).first().waitFor();
  await badge(page, "Failed").waitFor();
  await played.flowState("Failed", "Some reference tasks failed.");
  await mark();
  await badge(page, "Success").waitFor();

  const first = await pages.client.findTaskRun({ flowRunId: played.run.id, slug: "step-1", mapIndex: -1 });
  await page.goto(`${pages.endpoint}/task-run/${first.id}?tab=logs`);
  await page.getByText("1 record", { exact: true }).waitFor();
  await page.getByRole("log").getByText("mine").waitFor();
});

test("a run and a task run that are not there are told to be missing", async () => {
  for (const path of [`/flow-run/${randomUUID()}`, `/task-run/${randomUUID()}`, "/flow-run/no-id"]) {
    const page = await pages.open(path);
    await page.getByRole("heading", { level: 1 }).getByText(/not|no /i).waitFor();
    await page.context().close();
  }
});

test.each([["light", 1360], ["dark", 1360], ["dark", 420]] as const)("text stands out, what can be used has a name, and nothing is wider than its window (%s, %i pixels)", async (colorScheme, width) => {
  const played = await begin();
  await played.task("step-1", "Success", { message: "Task run succeeded." });
  await played.task("step-2", "Mapped", { nMapStates: 2 });
  for (const mapIndex of [0, 1]) await played.task("step-2", mapIndex === 0 ? "Failed" : "Running", { mapIndex });
  await played.logs(["INFO", "beginning"], ["WARNING", "slow", "step-1"], ["ERROR", "broken ".repeat(60), "step-1"], ["DEBUG", "a detail"]);
  const waiting = await pages.client.createFlowRun({ flowId: flow.id, labels: ["gpu"] });
  const { id } = await pages.client.findTaskRun({ flowRunId: played.run.id, slug: "step-2", mapIndex: -1 });
  const faults: string[] = [];
  for (const path of [...["overview", "graph", "timeline", "logs"].map((tab) => `${played.path}?tab=${tab}`), `/task-run/${id}`, `/task-run/${id}?tab=children`, `/flow-run/${waiting.id}`]) {
    const page = await pages.open(path, { colorScheme, viewport: { width, height: 900 } });
    await page.getByRole("tabpanel").waitFor();
    await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
    if (path.includes(waiting.id)) await page.getByText("No agent has taken this run.").waitFor();
    if (process.env.FLOWLET_SHOTS !== undefined) await page.screenshot({ path: `${process.env.FLOWLET_SHOTS}/run-${path.replace(/[0-9a-f-]{36}|\W/g, "")}-${colorScheme}-${width}.png`, fullPage: true });
    faults.push(...(await faultsOf(page)).map((fault) => `${path}: ${fault}`));
    await page.context().close();
  }
  expect(faults).toEqual([]);
});
