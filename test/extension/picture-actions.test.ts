import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";
import { openNotebook, runCell, startLab, WAIT, writeNotebook, type Lab } from "./lab.ts";

let lab: Lab;
let browser: Browser;

beforeAll(async () => {
  [lab, browser] = await Promise.all([startLab(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

describe.each(["lab", "notebook"] as const)("running from the picture (%s)", (app) => {
  let page: Page;
  let counter: string;
  /** Names of the tasks that ran since the last look, in order. */
  const ran = () => {
    const lines = readFileSync(counter, "utf8").trim().split("\n").filter(Boolean);
    writeFileSync(counter, "");
    return lines;
  };
  const node = (name: string) => page.locator(".jp-Flowlet-node", { has: page.locator(`.jp-Flowlet-name:text-is("${name}")`) });
  const finished = () => page.locator(".jp-Flowlet-notice", { hasText: /task/ }).and(page.locator(".jp-Flowlet-notice:not(:has-text('Running'))")).waitFor({ timeout: WAIT });

  beforeAll(async () => {
    counter = join(lab.root, `ran-${app}.txt`);
    writeFileSync(counter, "");
    // `cache: false`: what is asked to run must run, and the counter tells.
    writeNotebook(lab, `actions-${app}.ipynb`, [`import { appendFileSync } from "node:fs";
import { task, Flow } from "flowlet";
const step = (name: string) => task((x: number) => { appendFileSync(${JSON.stringify(counter)}, name + "\\n"); return x + 1; }, { name });
const load = step("load"), clean = step("clean"), report = step("report"), other = step("other");
const flow = new Flow("Actions");
flow.build(() => { const rows = load(1); report(clean(rows)); other(rows); });
flow`]);
    page = await openNotebook(browser, lab, `actions-${app}.ipynb`, { app });
    await runCell(page, 0);
    await page.locator(".jp-Flowlet-connection.jp-mod-live").waitFor({ timeout: WAIT });
  });
  beforeEach(() => writeFileSync(counter, ""));
  afterAll(() => page?.context().close());

  test("Run flow runs every task, and again only what has changed: nothing", async () => {
    await page.locator(".jp-Flowlet-button", { hasText: "Run flow" }).click();
    await page.locator(".jp-Flowlet-node[data-state=Success]").nth(3).waitFor({ timeout: WAIT });
    await finished();
    expect(ran().sort()).toEqual(["clean", "load", "other", "report"]);
    await page.locator(".jp-Flowlet-button", { hasText: "Run flow" }).click();
    await page.locator(".jp-Flowlet-node[data-state=Cached]").nth(3).waitFor({ timeout: WAIT });
    expect(ran()).toEqual([]);
  });

  test("Run this task in the panel runs that task only", async () => {
    await node("clean").click();
    await page.locator(".jp-Flowlet-panel .jp-Flowlet-button", { hasText: "Run this task" }).click();
    await expect.poll(() => readFileSync(counter, "utf8"), { timeout: WAIT }).toBe("clean\n");
    await node("clean").and(page.locator("[data-state=Success]")).waitFor({ timeout: WAIT });
    await finished();
    expect(ran()).toEqual(["clean"]);
    await page.keyboard.press("Escape");
  });

  test("Run From Here in the node's menu runs that task and what follows it", async () => {
    await node("clean").click({ button: "right" });
    const menu = page.locator(".lm-Menu-item", { hasText: "Run From Here" });
    await menu.waitFor({ timeout: WAIT });
    await menu.click();
    await expect.poll(() => readFileSync(counter, "utf8"), { timeout: WAIT }).toContain("clean\n");
    await node("clean").and(page.locator("[data-state=Success]")).waitFor({ timeout: WAIT });
    await finished();
    const tasks = ran();
    expect(tasks).toContain("clean");
    expect(tasks).not.toContain("load");
    expect(tasks).not.toContain("other");
  });

  test("Run This Task in the menu of another node is for that node", async () => {
    await node("other").click({ button: "right" });
    await page.locator(".lm-Menu-item", { hasText: "Run This Task" }).click();
    await expect.poll(() => readFileSync(counter, "utf8"), { timeout: WAIT }).toBe("other\n");
  });
});

test("Cancel stops a run, and a failed task shows its error and stack", async () => {
  writeNotebook(lab, "cancel.ipynb", [`import { task, Flow } from "flowlet";
const slow = task(async () => { await new Promise((resolve) => setTimeout(resolve, 60_000)); return 1; }, { name: "slow" });
const bad = task((): number => { throw new TypeError("no such <b>table</b>"); }, { name: "bad" });
const after = task((x: number) => x, { name: "after" });
const flow = new Flow("Slow");
flow.build(() => { slow(); after(bad()); });
flow`]);
  const page = await openNotebook(browser, lab, "cancel.ipynb");
  await runCell(page, 0);
  await page.locator(".jp-Flowlet-connection.jp-mod-live").waitFor({ timeout: WAIT });
  await page.locator(".jp-Flowlet-button", { hasText: "Run flow" }).click();
  await page.locator(".jp-Flowlet-node[data-state=Running]", { hasText: "slow" }).waitFor({ timeout: WAIT });
  await page.locator(".jp-Flowlet-node[data-state=Failed]", { hasText: "bad" }).click();
  const panel = page.locator(".jp-Flowlet-panel");
  await panel.locator(".jp-Flowlet-failure").waitFor({ timeout: WAIT });
  expect(await panel.locator(".jp-Flowlet-failure p").textContent()).toBe("TypeError: no such <b>table</b>");
  expect(await panel.locator(".jp-Flowlet-failure pre").textContent()).toMatch(/TypeError: no such[^]*at /);
  expect(await page.locator(".jp-Flowlet b").count()).toBe(0);
  await page.locator(".jp-Flowlet-node[data-state=TriggerFailed]", { hasText: "after" }).waitFor({ timeout: WAIT });
  await page.locator(".jp-Flowlet-button", { hasText: "Cancel" }).click();
  await page.locator(".jp-Flowlet-node[data-state=Cancelled]", { hasText: "slow" }).waitFor({ timeout: WAIT });
  await page.locator(".jp-Flowlet-button", { hasText: "Cancel" }).waitFor({ state: "detached", timeout: WAIT });
  await page.context().close();
});
