/** In a real JupyterLab: marks follow the cells, a plan has its table, and results are there again after a restart. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";
import { execute, openNotebook, runCell, shownStates, startLab, WAIT, waitForKernel, writeNotebook, type Lab, type LabWindow } from "./lab.ts";

let lab: Lab;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [lab, browser] = await Promise.all([startLab(), launchBrowser()]);
  writeNotebook(lab, "verdicts.ipynb", [
    `import { task, Flow } from "flowlet";`,
    `const factor = 2;`,
    `const load = task(() => [1, 2, 3]);
const scale = task((rows: number[]) => { console.log("scaling"); return rows.map((n) => n * factor); });
const flow = new Flow("Verdicts", () => { scale(load()); });
flow`,
    `const state = await flow.run(); state.type`,
    `flow.plan()`,
  ]);
  page = await openNotebook(browser, lab, "verdicts.ipynb");
  for (const cell of [0, 1, 2]) await runCell(page, cell);
});
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

const marks = () => page.locator(".jp-Flowlet").first().locator(".jp-Flowlet-node[data-verdict]").evaluateAll((nodes) => Object.fromEntries(nodes.map((node) => [node.querySelector(".jp-Flowlet-name")?.textContent, (node as SVGElement).dataset.verdict])));
const edit = (cell: number, source: string) => page.evaluate(([index, text]) => {
  const { widgets } = (window as unknown as LabWindow).jupyterapp.shell.currentWidget!.content as unknown as { widgets: { model: { sharedModel: { setSource(source: string): void } } }[] };
  widgets[index as number]!.model.sharedModel.setSource(text as string);
}, [cell, source] as const);

test("the marks of the picture follow the cells as they are run, without anybody asking", async () => {
  await expect.poll(marks, { timeout: WAIT }).toEqual({ load: "stale", scale: "stale" });
  await runCell(page, 3);
  await expect.poll(marks, { timeout: WAIT }).toEqual({ load: "fresh", scale: "fresh" });
  await edit(1, "const factor = 3;");
  await runCell(page, 1);
  await expect.poll(marks, { timeout: WAIT }).toEqual({ load: "fresh", scale: "stale" });
  const tip = await page.locator(".jp-Flowlet-node[data-verdict=stale] > title").first().textContent();
  expect(tip).toMatch(/^scale\nWill run, about .*`factor` changed \(cell \d+\)$/);
});

test("a plan is drawn with a table, and what came of it can be run from its picture", async () => {
  await runCell(page, 4);
  const table = page.locator(".jp-Flowlet-planTable");
  await table.waitFor({ timeout: WAIT });
  expect(await table.locator("tbody tr").evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll("th, td")].map((cell) => cell.textContent).slice(0, 2)))).toEqual([["load-1", "fresh"], ["scale-1", "stale"]]);
  await page.locator(".jp-Flowlet").nth(1).locator(".jp-Flowlet-button", { hasText: "Run flow" }).click();
  await expect.poll(() => shownStates(page, 1), { timeout: WAIT }).toEqual({ load: "Cached", scale: "Success" });
  await expect.poll(marks, { timeout: WAIT }).toEqual({ load: "fresh", scale: "fresh" });
});

test("the kernel restarted and all cells run: everything is kept, and what was printed is shown again", async () => {
  await page.evaluate(() => (window as unknown as { jupyterapp: { shell: { currentWidget: { sessionContext: { session: { kernel: { restart(): Promise<void> } } } } } } }).jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart());
  await waitForKernel(page);
  await execute(page, "notebook:run-all-cells");
  await expect.poll(() => shownStates(page), { timeout: WAIT }).toEqual({ load: "Cached", scale: "Cached" });
  await page.locator(".jp-OutputArea-output", { hasText: "scale: kept from" }).filter({ hasText: "│ scaling" }).first().waitFor({ timeout: WAIT });
});
