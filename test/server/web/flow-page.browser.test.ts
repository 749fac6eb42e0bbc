/** The page of a flow: what it shows, and what can be done there. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Flow } from "../../../client/api-types.ts";
import { playRun, registerFlow, startAgent } from "./filled-server.ts";
import { openPages, type OpenPages } from "./open-pages.ts";
import { faultsOf } from "./readable.ts";

let pages: OpenPages;
beforeAll(async () => { pages = await openPages(); });
afterAll(async () => {
  await pages.close();
  expect(pages.errors).toEqual([]);
});

const tab = (page: Page, name: string) => page.getByRole("tab", { name, exact: true });
const pageOf = (flow: Flow, more = "") => pages.open(`/flow/${flow.flowGroupId}${more}`);
const runsOf = async (flow: Flow) => (await pages.client.listFlowRuns({ flowGroupId: flow.flowGroupId })).items;
/** The page of a run that has just been made. */
async function madeRun(page: Page) {
  await page.waitForURL(/\/flow-run\//);
  return pages.client.getFlowRun({ flowRunId: new URL(page.url()).pathname.split("/").at(-1)! });
}

/** A flow with a parameter of each kind. */
async function withParameters(name: string): Promise<Flow> {
  const parameter = (of: string, type: string | null, value?: unknown) => ({ name: of, slug: of, required: value === undefined, default: (value ?? null) as null, type });
  const { flow } = await pages.client.registerFlow({
    project: "examples", name, bundle: { format: 1, code: `export const name = ${JSON.stringify(name)};` }, labels: ["own"], coreVersion: "0.1.0", tasks: [], graph: {},
    parameters: [parameter("day", "string"), parameter("rows", "number", 100), parameter("dry", "boolean", false), parameter("regions", "string[]", ["eu"])],
  });
  return flow;
}

test("one click makes a run with the defaults, and leads to its page", async () => {
  const flow = await registerFlow(pages.client, "Quick");
  const page = await pageOf(flow);
  await page.getByText("It has not run yet").waitFor();
  await page.getByText("flowlet run Quick --watch", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const run = await madeRun(page);
  expect(run).toMatchObject({ flowId: flow.id, state: "Scheduled", parameters: {} });
  await page.getByRole("heading", { level: 1, name: run.name }).waitFor();
});

test("what has no default is asked for; what is wrong is marked, and nothing is made of it", async () => {
  const flow = await withParameters("Asks");
  const page = await pageOf(flow);
  await page.getByRole("link", { name: "Run…" }).click();
  await page.waitForURL(/tab=run/);
  expect(await page.getByRole("alert").count()).toBe(0);
  await page.getByRole("textbox", { name: /^rows/ }).fill("many");
  await page.getByRole("alert").getByText("A number, not many.").waitFor();
  await page.getByRole("textbox", { name: /^regions/ }).fill("[eu");
  await page.getByRole("textbox", { name: /^Context/ }).fill("[1]");
  await page.getByRole("tabpanel").getByRole("button", { name: "Run", exact: true }).click();
  for (const problem of ["It is required.", "A number, not many.", /^No JSON/, "A JSON object: names with values."]) await page.getByRole("alert").getByText(problem).waitFor();
  await page.getByText("Correct what is marked above.").waitFor();
  expect(await runsOf(flow)).toEqual([]);

  await page.getByRole("textbox", { name: /^day/ }).fill("Monday");
  await page.getByRole("textbox", { name: /^rows/ }).fill("5");
  await page.getByRole("combobox", { name: /^dry/ }).selectOption("true");
  await page.getByRole("textbox", { name: /^regions/ }).fill('["us", "eu"]');
  await page.getByRole("textbox", { name: /^Context/ }).fill('{"why": "test"}');
  await page.getByRole("textbox", { name: /^Labels/ }).fill("gpu, own");
  await page.getByRole("textbox", { name: /^Name/ }).fill("asked-for");
  await page.keyboard.press("Enter");
  expect(await madeRun(page)).toMatchObject({ name: "asked-for", parameters: { day: "Monday", rows: 5, dry: true, regions: ["us", "eu"] }, context: { why: "test" }, labels: ["gpu", "own"], state: "Scheduled" });
});

test("a run for later waits for its time", async () => {
  const flow = await registerFlow(pages.client, "Later");
  const page = await pages.open(`/flow/${flow.flowGroupId}?tab=run`, { timezoneId: "Asia/Tokyo" });
  await page.getByRole("button", { name: "Later" }).click();
  await page.getByLabel(/^Start/).fill("2031-05-06T07:08");
  await page.getByRole("button", { name: "Schedule", exact: true }).click();
  expect((await madeRun(page)).scheduledStartTime).toBe("2031-05-05T22:08:00.000Z");
  await page.getByRole("button", { name: "Start now" }).click();
  await page.getByRole("button", { name: "Start now" }).waitFor({ state: "detached" });
});

test("a schedule is given with its next times to see, turned off and on, changed, and taken away", async () => {
  const flow = await registerFlow(pages.client, "Nightly");
  const page = await pages.open(`/flow/${flow.flowGroupId}?tab=schedule`, { timezoneId: "Europe/Berlin" });
  await page.getByText("It runs when somebody says so").waitFor();
  await page.getByRole("textbox", { name: /^Every/ }).fill("x");
  await page.getByRole("alert").getByText("A whole number above 0.").waitFor();
  await page.getByRole("textbox", { name: /^Every/ }).fill("6");
  await page.getByRole("button", { name: "Use this schedule" }).click();
  await page.getByText("every 6 hours, Europe/Berlin").waitFor();
  await expect.poll(async () => (await runsOf(flow)).length).toBe(10);

  await page.getByRole("tabpanel").getByRole("switch", { name: "Schedule on" }).click();
  await page.getByRole("tabpanel").getByRole("switch", { name: "Schedule off" }).waitFor();
  await expect.poll(async () => (await runsOf(flow)).length).toBe(0);

  await page.getByRole("button", { name: "Cron" }).click();
  await page.getByRole("textbox", { name: /^Cron expression/ }).fill("61 * * * *");
  await page.locator(".field-error").filter({ hasText: "61" }).waitFor();
  await page.getByRole("textbox", { name: /^Cron expression/ }).fill("30 6 * * *");
  await page.getByRole("button", { name: "Use this schedule" }).click();
  await page.getByText("cron 30 6 * * *, Europe/Berlin").waitFor();
  // Who gives one wants it to count.
  await page.getByRole("tabpanel").getByRole("switch", { name: "Schedule on" }).waitFor();
  const times = (await runsOf(flow)).map(({ scheduledStartTime }) => new Date(scheduledStartTime).toLocaleTimeString("en", { timeZone: "Europe/Berlin", hourCycle: "h23" }));
  expect([...new Set(times)]).toEqual(["06:30:00"]);

  await page.getByRole("button", { name: "Back to that of the code" }).click();
  await page.getByText("It runs when somebody says so").waitFor();
  expect(await runsOf(flow)).toEqual([]);
});

test("its versions are listed, each has a page, and a new one shows by itself", async () => {
  const first = await registerFlow(pages.client, "Grows", { taskCount: 2 });
  const page = await pageOf(first, "?tab=versions");
  const rows = page.getByRole("table", { name: "Versions" }).getByRole("row");
  await expect.poll(() => rows.count()).toBe(2);
  await registerFlow(pages.client, "Grows", { taskCount: 4, code: "export const second = true;" });
  await expect.poll(() => rows.count()).toBe(3);
  await page.getByText(/^version 2/).waitFor();
  await rows.filter({ hasText: "archived" }).getByRole("link").first().click();
  await page.getByText(/^version 1/).waitFor();
  await page.getByText("archived", { exact: true }).first().waitFor();
  await page.getByRole("link", { name: "newest" }).click();
  await page.getByText(/^version 2/).waitFor();
});

test("its picture shows its tasks, and a click on one all about it", async () => {
  const flow = await registerFlow(pages.client, "Drawn", { taskCount: 3 });
  const page = await pageOf(flow, "?tab=graph");
  await page.locator(".picture").getByText("step-2").first().click();
  await page.getByText(/trigger allSuccessful/).first().waitFor();
});

test("what all versions share is saved, and counts", async () => {
  const flow = await withParameters("Shared");
  const page = await pageOf(flow, "?tab=settings");
  await page.getByRole("textbox", { name: "Default parameters" }).fill("{");
  await page.getByRole("alert").getByText(/^No JSON/).waitFor();
  await page.getByRole("textbox", { name: "Default parameters" }).fill('{"day": "Sunday"}');
  await page.getByRole("textbox", { name: "Description" }).fill("<b>of the test</b>");
  await page.getByRole("textbox", { name: "Labels" }).fill("b, a");
  await page.getByRole("switch", { name: /^Lazarus/ }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved").waitFor();
  expect(await pages.client.getFlowGroup({ flowGroupId: flow.flowGroupId })).toMatchObject({ description: "<b>of the test</b>", labels: ["b", "a"], defaultParameters: { day: "Sunday" }, settings: { lazarusEnabled: false, heartbeatEnabled: true } });
  await page.reload();
  expect(await page.getByRole("textbox", { name: "Default parameters" }).inputValue()).toContain("Sunday");
  expect(await page.getByRole("switch", { name: /^Lazarus/ }).getAttribute("aria-checked")).toBe("false");
  await tab(page, "Overview").click();
  await page.getByText("<b>of the test</b>").waitFor();
  // Nothing is missing any more.
  await page.getByRole("button", { name: "Run", exact: true }).click();
  expect((await madeRun(page)).parameters).toEqual({ day: "Sunday" });
});

test("a version is archived and taken out again; a flow is deleted only by its name", async () => {
  const flow = await registerFlow(pages.client, "Gone");
  const page = await pageOf(flow);
  const choose = async (name: string) => {
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name }).click();
  };
  await choose("Archive this version");
  await page.getByText("Version 1 is archived").waitFor();
  await choose("Take out of the archive");
  await page.getByText("Version 1 is no longer archived").waitFor();
  await choose("Delete the flow…");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Delete", exact: true }).click({ force: true });
  await dialog.getByRole("textbox").fill("gone");
  await page.keyboard.press("Enter");
  expect((await pages.client.getFlow({ flowId: flow.id })).name).toBe("Gone");
  await dialog.getByRole("textbox").fill("Gone");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/flows$/);
  await expect(pages.client.getFlow({ flowId: flow.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("tabs are gone through with the keyboard, and an address with a tab survives a reload", async () => {
  const flow = await registerFlow(pages.client, "Keys");
  const page = await pageOf(flow);
  await tab(page, "Overview").focus();
  for (const name of ["Graph", "Runs"]) {
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => tab(page, name).getAttribute("aria-selected")).toBe("true");
  }
  await page.keyboard.press("End");
  await page.getByRole("textbox", { name: "Default parameters" }).waitFor();
  await page.reload();
  await page.getByRole("textbox", { name: "Default parameters" }).waitFor();
  await page.goBack();
  await page.goForward();
  expect(new URL(page.url()).searchParams.get("tab")).toBe("settings");
});

test.each([["light", 1360], ["dark", 1360], ["dark", 420]] as const)("text stands out, what can be used has a name, and nothing is wider than its window (%s, %i pixels)", async (colorScheme, width) => {
  const flow = await registerFlow(pages.client, `Seen ${colorScheme} ${width}`, { taskCount: 4, labels: ["workstation"], description: "Takes the orders of a day." });
  const agent = await startAgent(pages.client, "workstation", ["workstation"]);
  for (const state of ["Success", "Failed", "Running"] as const) await playRun(pages.client, flow, agent, state, Date.now() - 120_000);
  await pages.client.setSchedule({ flowGroupId: flow.flowGroupId, schedule: { type: "Schedule", clocks: [{ type: "CronClock", cron: "0 6 * * *", timeZone: "UTC" }] } as never });
  const faults: string[] = [];
  for (const name of ["overview", "graph", "runs", "run", "schedule", "versions", "settings"]) {
    const page = await pages.open(`/flow/${flow.flowGroupId}?tab=${name}`, { colorScheme, viewport: { width, height: 900 } });
    await page.getByRole("tabpanel").waitFor();
    await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
    if (process.env.FLOWLET_SHOTS !== undefined) await page.screenshot({ path: `${process.env.FLOWLET_SHOTS}/flow-${name}-${colorScheme}-${width}.png`, fullPage: true });
    faults.push(...(await faultsOf(page)).map((fault) => `${name}: ${fault}`));
    await page.context().close();
  }
  expect(faults).toEqual([]);
});
