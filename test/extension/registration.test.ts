/** Register and "Open in Flowlet UI" in JupyterLab, with a real server; and a run of the server that is followed in its cell. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FlowletClient } from "../../client/flowlet-client.ts";
import { startServer, type RunningServer } from "../../server/process/start-server.ts";
import { launchBrowser } from "./browser.ts";
import { openNotebook, readNotebook, runCell, save, shownStates, startLab, WAIT, writeNotebook, type Lab } from "./lab.ts";

const FLOW = `import { task, Flow, Parameter } from "flowlet";
const sayHello = task((person: string) => "Hello, " + person);
const flow = new Flow("Say hi!", () => { sayHello(new Parameter<string>("name", { default: "you" })); });
flow`;

let home: string;
let server: RunningServer;
let closing: Promise<void> | undefined;
let lab: Lab;
let browser: Browser;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "flowlet-home-"));
  server = await startServer({ port: 0, homeDir: home });
  const variables = { FLOWLET__SERVER__ENDPOINT: server.endpoint, FLOWLET__SERVER__UI__ENDPOINT: server.endpoint, FLOWLET__FLOWS__DEFAULTS__STORAGE__ADD_DEFAULT_LABELS: "false" };
  [lab, browser] = await Promise.all([startLab(variables), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
  await (closing ?? server?.close());
  rmSync(home, { recursive: true, force: true });
});

const notice = (page: Page, text: string | RegExp) => page.locator(".jp-Flowlet-notice", { hasText: text }).waitFor({ timeout: WAIT });

describe.each(["lab", "notebook"] as const)("the buttons (%s)", (app) => {
  test("Register asks for the project, registers, and the link leads to the flow's page; the saved notebook keeps it", async () => {
    const client = new FlowletClient({ endpoint: server.endpoint });
    const path = writeNotebook(lab, `register-${app}.ipynb`, [FLOW]);
    const page = await openNotebook(browser, lab, `register-${app}.ipynb`, { app });
    await runCell(page, 0);
    await page.locator(".jp-Flowlet-connection.jp-mod-live").waitFor({ timeout: WAIT });
    await page.locator(".jp-Flowlet-register").click();
    await page.locator(".jp-Flowlet-form input").fill(`project ${app}`);
    // Keys of the form are none of the notebook's.
    await page.locator(".jp-Flowlet-form input").press("End");
    await page.keyboard.type("abd");
    await page.keyboard.press("Enter");
    await notice(page, `Registered in project project ${app}abd: version 1.`);
    const link = page.locator("a.jp-Flowlet-button", { hasText: "Open in Flowlet UI" });
    await link.waitFor({ timeout: WAIT });
    const { items } = await client.listFlows({ name: "Say hi!" });
    const flow = items.find(({ projectName }) => projectName === `project ${app}abd`)!;
    expect(await link.getAttribute("href")).toBe(`${server.endpoint}/flow/${flow.flowGroupId}`);
    await page.locator(".jp-Flowlet-register").click();
    await notice(page, "version 1 is the same");
    const [tab] = await Promise.all([page.context().waitForEvent("page"), link.click()]);
    expect(tab.url()).toBe(`${server.endpoint}/flow/${flow.flowGroupId}`);
    expect(await page.locator(".jp-Cell").count()).toBe(1);
    await save(page);
    expect(readNotebook(path).cells[0]!.outputs[0]!.data!["application/vnd.flowlet.flow+json"]).toMatchObject({ link: { url: `${server.endpoint}/flow/${flow.flowGroupId}` } });
    await page.context().close();
  });
});

test("a run that is scheduled in a cell is followed there until it has ended, and can be cancelled", async () => {
  const path = writeNotebook(lab, "schedule.ipynb", [FLOW, `await flow.register({ project: "examples", quiet: true });\nconst run = await flow.schedule({ name: "Marvin" }, { runName: "red-fox" });`]);
  const page = await openNotebook(browser, lab, "schedule.ipynb");
  await runCell(page, 0);
  await runCell(page, 1);
  const picture = page.locator(".jp-Flowlet").nth(1);
  await picture.locator(".jp-Flowlet-connection.jp-mod-live").waitFor({ timeout: WAIT });
  expect(await picture.locator(".jp-Flowlet-runName").textContent()).toBe("red-fox");
  expect(await picture.locator("a.jp-Flowlet-button").getAttribute("href")).toMatch(/\/flow-run\/[0-9a-f-]{36}$/);
  const client = new FlowletClient({ endpoint: server.endpoint });
  const { items: [run] } = await client.listFlowRuns({ name: "red-fox" });
  await begin(client, run!.id);
  await picture.locator(".jp-Flowlet-node[data-state=Running]", { hasText: "sayHello" }).waitFor({ timeout: WAIT });
  await picture.locator(".jp-Flowlet-button", { hasText: "Cancel" }).click();
  await expect.poll(async () => (await client.getFlowRun({ flowRunId: run!.id })).state, { timeout: WAIT }).toBe("Cancelling");
  await report(client, run!.id, [{ kind: "taskState", slug: "sayHello-1", mapIndex: -1, taskName: "sayHello", name: "sayHello", state: state("Cancelled") }, { kind: "flowState", state: state("Cancelled") }]);
  await picture.locator(".jp-Flowlet-chip[data-state=Cancelled]").first().waitFor({ timeout: WAIT });
  expect(await shownStates(page, 1)).toMatchObject({ sayHello: "Cancelled" });
  await expect.poll(async () => {
    await save(page);
    return readNotebook(path).cells[1]!.outputs[0]?.data?.["application/vnd.flowlet.flow+json"];
  }, { timeout: WAIT }).toMatchObject({ state: "Cancelled", link: { run: "red-fox" } });
  await page.context().close();
});

test("where no server answers, the notice says how to start one", async () => {
  writeNotebook(lab, "alone.ipynb", [FLOW]);
  const page = await openNotebook(browser, lab, "alone.ipynb");
  await runCell(page, 0);
  await page.locator(".jp-Flowlet-connection.jp-mod-live").waitFor({ timeout: WAIT });
  // It listens no more at once; connections that the browser keeps may take longer.
  closing = server.close();
  await expect.poll(() => fetch(server.endpoint).then(() => "answers", () => "is gone"), { timeout: WAIT }).toBe("is gone");
  await page.locator(".jp-Flowlet-register").click();
  await page.keyboard.press("Enter");
  await notice(page, new RegExp(`No Flowlet server answers at ${server.endpoint}.*flowlet server start`));
  await page.locator(".jp-Flowlet-register", { hasText: /^Register$/ }).waitFor({ timeout: WAIT });
  await page.context().close();
});

const PROCESS = "01890000-0000-7000-8000-00000000abcd";
let sequence = 0;
const state = (type: string) => ({ version: 1, type, message: null, at: Date.now() });

/** What the process of a run does. */
async function begin(client: FlowletClient, flowRunId: string): Promise<void> {
  const agent = await client.registerAgent({ name: "test", type: "LocalAgent", labels: [], hostname: "here", coreVersion: "0.1.0" });
  const { version } = await client.getFlowRun({ flowRunId });
  await client.submitFlowRun({ agentId: agent.id, flowRunId, version });
  await client.beginFlowRun({ flowRunId, processId: PROCESS, agentId: agent.id });
  await report(client, flowRunId, [{ kind: "flowState", state: state("Running") }, { kind: "taskState", slug: "sayHello-1", mapIndex: -1, taskName: "sayHello", name: "sayHello", state: state("Running") }]);
}

async function report(client: FlowletClient, flowRunId: string, entries: readonly object[]): Promise<void> {
  await client.reportFlowRun({ flowRunId, processId: PROCESS, entries: entries.map((entry) => ({ ...entry, sequence: ++sequence }) as never) });
}
