import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";
import { openNotebook, runCell, save, shownStates, startLab, WAIT, writeNotebook, type Lab, type LabWindow } from "./lab.ts";

/** What is kept beside the notebooks is kept for all of them, so each has a task of its own. */
const flowFor = (notebook: string) => `import { task, Flow } from "flowlet";
const slow = task(async (x: number) => { await new Promise((resolve) => setTimeout(resolve, 1500)); "${notebook}"; return x + 1; }, { name: "slow" });
const flow = new Flow("Shared");
flow.build(() => { slow(1); });
flow`;

let lab: Lab;
let browser: Browser;

beforeAll(async () => {
  [lab, browser] = await Promise.all([startLab(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

const picture = (page: Page, at: number) => page.locator(".jp-Flowlet:visible").nth(at);
const node = (page: Page, at: number, state: string) => picture(page, at).locator(`.jp-Flowlet-node[data-state=${state}]`);

/** Runs the flow from a picture and waits until that picture and the other show it running and successful. */
async function runAndSee(page: Page, from: number): Promise<void> {
  await picture(page, from).locator(".jp-Flowlet-node[data-state]").click();
  const running = Promise.all([0, 1].map((at) => node(page, at, "Running").waitFor({ timeout: WAIT })));
  await picture(page, from).locator(".jp-Flowlet-button", { hasText: "Run this task" }).click();
  await running;
  for (const at of [0, 1]) await node(page, at, "Success").waitFor({ timeout: WAIT });
}

test("two views of an output are both live, whichever one is clicked", async () => {
  writeNotebook(lab, "views.ipynb", [flowFor("views")]);
  const page = await openNotebook(browser, lab, "views.ipynb");
  await runCell(page, 0);
  await picture(page, 0).locator(".jp-mod-live").waitFor({ timeout: WAIT });
  await page.evaluate(() => (window as unknown as LabWindow).jupyterapp.commands.execute("notebook:create-output-view"));
  await picture(page, 1).locator(".jp-mod-live").waitFor({ timeout: WAIT });
  await runAndSee(page, 0);
  await runAndSee(page, 1);
  await page.context().close();
});

test("two notebooks on one kernel are both live, also after the first is closed and after a reload", async () => {
  writeNotebook(lab, "first.ipynb", [flowFor("first")]);
  let page = await openNotebook(browser, lab, "first.ipynb");
  await runCell(page, 0);
  await picture(page, 0).locator(".jp-mod-live").waitFor({ timeout: WAIT });
  await save(page);
  const kernel = await page.evaluate(() => (window as unknown as LabWindow).jupyterapp.shell.currentWidget!.sessionContext.session!.kernel!.id);
  const { content } = (await (await fetch(`${lab.url}/api/contents/first.ipynb`)).json()) as { content: unknown };
  await fetch(`${lab.url}/api/contents/second.ipynb`, { method: "PUT", body: JSON.stringify({ type: "notebook", format: "json", content }) });
  // The session of the second notebook is on the first one's kernel.
  await fetch(`${lab.url}/api/sessions`, { method: "POST", body: JSON.stringify({ path: "second.ipynb", name: "second.ipynb", type: "notebook", kernel: { id: kernel } }) });
  const openBeside = () => page.evaluate(() => (window as unknown as LabWindow).jupyterapp.commands.execute("docmanager:open", { path: "second.ipynb", options: { mode: "split-right" } }));
  await openBeside();
  await picture(page, 1).locator(".jp-mod-live").waitFor({ timeout: WAIT });
  await runAndSee(page, 0);
  await runAndSee(page, 1);

  // Both pages of a reload find the kernel's comm.
  await page.evaluate(() => (window as unknown as LabWindow).jupyterapp.commands.execute("docmanager:save-all"));
  page = await openNotebook(browser, lab, "first.ipynb", { page });
  await picture(page, 0).locator(".jp-mod-live").waitFor({ timeout: WAIT });
  await openBeside();
  await picture(page, 1).locator(".jp-mod-live").waitFor({ timeout: WAIT });
  await runAndSee(page, 1);

  // The first one's connection held the comms; the second takes over.
  await page.locator(".lm-TabBar-tab", { hasText: "first.ipynb" }).locator(".lm-TabBar-tabCloseIcon").click();
  const discard = page.locator(".jp-Dialog button", { hasText: "Discard" });
  await expect.poll(async () => {
    if (await discard.isVisible()) await discard.click();
    return page.locator(".jp-Flowlet:visible").count();
  }, { timeout: WAIT }).toBe(1);
  await picture(page, 0).locator(".jp-mod-live").waitFor({ timeout: WAIT });
  await picture(page, 0).locator(".jp-Flowlet-node[data-state]").click();
  await picture(page, 0).locator(".jp-Flowlet-button", { hasText: "Run this task" }).click();
  await node(page, 0, "Running").waitFor({ timeout: WAIT });
  await node(page, 0, "Success").waitFor({ timeout: WAIT });
  expect(await shownStates(page)).toEqual({ slow: "Success" });
  await page.context().close();
});

test("two browsers on one notebook both follow the run", async () => {
  writeNotebook(lab, "browsers.ipynb", [flowFor("browsers")]);
  const one = await openNotebook(browser, lab, "browsers.ipynb");
  await runCell(one, 0);
  await picture(one, 0).locator(".jp-mod-live").waitFor({ timeout: WAIT });
  await save(one);
  const two = await openNotebook(browser, lab, "browsers.ipynb", { app: "notebook" });
  await picture(two, 0).locator(".jp-mod-live").waitFor({ timeout: WAIT });
  const running = Promise.all([one, two].map((page) => node(page, 0, "Running").waitFor({ timeout: WAIT })));
  await picture(two, 0).locator(".jp-Flowlet-button", { hasText: "Run flow" }).click();
  await running;
  for (const page of [one, two]) await node(page, 0, "Success").waitFor({ timeout: WAIT });
  await one.context().close();
  await two.context().close();
});
