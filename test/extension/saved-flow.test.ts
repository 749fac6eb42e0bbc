import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { drawSvg } from "../../layout/draw-svg.ts";
import { FLOW_MIME, type FlowSnapshot } from "../../protocol/flow-snapshot.ts";
import { launchBrowser } from "./browser.ts";
import { execute, isDirty, openNotebook, readNotebook, runCell, save, shownStates, startLab, WAIT, waitForKernel, writeNotebook, type Lab } from "./lab.ts";

const FLOW = `import { task, Flow, Parameter } from "flowlet";
const add = task((x: number, y: number) => x + y, { name: "add" });
const fail = task((x: number): number => { throw new Error("no"); }, { name: "fail" });
const flow = new Flow("Saved");
flow.build(() => { fail(add(1, new Parameter<number>("y", { default: 2 }))); });
flow`;
const STATES = { y: "Success", add: "Success", fail: "Failed" };

const SNAPSHOT: FlowSnapshot = {
  version: 1, flowId: "elsewhere", name: "Saved <i>long</i> ago", graph: "0", state: "Failed",
  nodes: [{ id: "a", name: "a", state: "Success" }, { id: "b", name: "<img src=x onerror=alert(1)>", state: "Failed" }], edges: [[0, 1, "x"]],
};

let lab: Lab;
let browser: Browser;

beforeAll(async () => {
  [lab, browser] = await Promise.all([startLab(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
});

const live = (page: Page) => page.locator(".jp-Flowlet-connection.jp-mod-live").first().waitFor({ timeout: WAIT });
const output = (data: { readonly [mimeType: string]: unknown }) => [{ output_type: "display_data", data, metadata: {} }];

test("a reloaded page is live again, saves the states of later runs, and is not dirty by itself", async () => {
  const path = writeNotebook(lab, "reload.ipynb", [FLOW, `await flow.run(); undefined`]);
  let page = await openNotebook(browser, lab, "reload.ipynb");
  await runCell(page, 0);
  await live(page);
  await save(page);
  await page.reload();
  page = await openNotebook(browser, lab, "reload.ipynb", { page });
  await live(page);
  expect(await shownStates(page)).toEqual({ y: "Pending", add: "Pending", fail: "Pending" });
  expect(await isDirty(page)).toBe(false);
  await runCell(page, 1);
  await expect.poll(() => shownStates(page), { timeout: WAIT }).toEqual(STATES);
  // This page does not know the output's display id: the extension writes the states.
  await expect.poll(async () => {
    await save(page);
    return (readNotebook(path).cells[0]!.outputs[0]!.data![FLOW_MIME] as FlowSnapshot).state;
  }, { timeout: WAIT }).toBe("Failed");
  const saved = readNotebook(path).cells[0]!.outputs[0]!.data!;
  expect([saved["image/svg+xml"]].flat().join("")).toMatch(/add[^]*Success[^]*fail[^]*Failed/);
  await page.reload();
  page = await openNotebook(browser, lab, "reload.ipynb", { page });
  await live(page);
  expect(await shownStates(page)).toEqual(STATES);
  expect(await isDirty(page)).toBe(false);
  await page.context().close();
});

test("a second run that ends in the same states saves the same output", async () => {
  const path = writeNotebook(lab, "stable.ipynb", [FLOW, `const state = await flow.run(); state.type`]);
  const page = await openNotebook(browser, lab, "stable.ipynb");
  await runCell(page, 0);
  await live(page);
  const run = async () => {
    await runCell(page, 1);
    await save(page);
    return JSON.stringify(readNotebook(path).cells[0]!.outputs);
  };
  await run();
  // From the second run on `add` is kept each time.
  const second = await run();
  expect(second).toContain("Cached");
  expect(await run()).toBe(second);
  await page.context().close();
});

test("a notebook without a kernel draws the last states, says why its buttons do nothing, and is not dirty", async () => {
  writeNotebook(lab, "no-kernel.ipynb", ["flow"], { 0: output({ [FLOW_MIME]: SNAPSHOT, "image/svg+xml": drawSvg(SNAPSHOT), "text/plain": "Flow" }) }, "none");
  const page = await openNotebook(browser, lab, "no-kernel.ipynb", { kernel: false });
  const dialog = page.locator(".jp-Dialog");
  await dialog.waitFor({ timeout: WAIT });
  await dialog.locator("button", { hasText: /No Kernel|Cancel/ }).first().click();
  await page.locator(".jp-Flowlet-node[data-state]").nth(1).waitFor({ timeout: WAIT });
  expect(await shownStates(page)).toEqual({ a: "Success", "<img src=x onerror=alert(1)>": "Failed" });
  expect(await page.locator(".jp-Flowlet-connection").textContent()).toBe("saved");
  const button = page.locator(".jp-Flowlet-button", { hasText: "Run flow" });
  expect(await button.getAttribute("aria-disabled")).toBe("true");
  expect(await button.getAttribute("title")).toContain("no kernel");
  await page.locator(".jp-Flowlet-node").nth(1).click();
  await page.locator(".jp-Flowlet-panel", { hasText: "no kernel" }).waitFor({ timeout: WAIT });
  expect(await page.locator(".jp-Flowlet img, .jp-Flowlet i").count()).toBe(0);
  expect(await isDirty(page)).toBe(false);
  await page.context().close();
});

test("a graph of another kernel's life says which cell to run", async () => {
  writeNotebook(lab, "unknown.ipynb", [FLOW, "flow"], { 0: output({ [FLOW_MIME]: SNAPSHOT }) });
  const page = await openNotebook(browser, lab, "unknown.ipynb");
  await page.locator(".jp-Flowlet-connection.jp-mod-saved").waitFor({ timeout: WAIT });
  await runCell(page, 0);
  await live(page);
  expect(await page.locator(".jp-Flowlet").count()).toBe(1);
  await page.context().close();
});

test("a damaged and a newer graph say so in one sentence and keep the output's own drawing", async () => {
  writeNotebook(lab, "damaged.ipynb", ["1", "2", "3", "4"], {
    0: output({ [FLOW_MIME]: { ...SNAPSHOT, nodes: "?" }, "image/svg+xml": drawSvg(SNAPSHOT), "text/plain": "Flow" }),
    1: output({ [FLOW_MIME]: { ...SNAPSHOT, version: 99 }, "text/plain": "Flow" }),
    2: output({ [FLOW_MIME]: null, "text/plain": "Flow" }),
    3: output({ [FLOW_MIME]: { ...SNAPSHOT, nodes: [{ id: "a", name: "a", state: "Nonsense", children: { Nonsense: "x", Success: -1 } }, { id: "b", name: "b" }], edges: [[0, 1], [1, 0], [0, 0, 7, "odd"]] } }),
  });
  const page = await openNotebook(browser, lab, "damaged.ipynb");
  const sentences = page.locator(".jp-Flowlet-unreadable");
  await sentences.nth(2).waitFor({ timeout: WAIT });
  expect(await sentences.nth(0).textContent()).toBe("This saved graph is damaged (nodes or edges are missing). Run its cell again.");
  expect(await sentences.nth(0).locator("img").evaluate(async (image: HTMLImageElement) => (await image.decode(), image.naturalWidth > 100))).toBe(true);
  expect(await sentences.nth(1).textContent()).toContain("saved by a newer Flowlet (format 99");
  expect(await sentences.nth(2).textContent()).toContain("damaged");
  // Unknown states and cycles are drawn as well as they can be.
  expect(await shownStates(page)).toEqual({ a: "State", b: "Pending" });
  expect(await isDirty(page)).toBe(false);
  await page.context().close();
});

test("500 tasks are saved in less than 64 KB", async () => {
  const path = writeNotebook(lab, "large.ipynb", [`import { task, Flow } from "flowlet";
const step = task((x: number, y: number) => x + y, { name: "step" });
const flow = new Flow("Large");
flow.build(() => {
  const rows: any[] = [step(1, 2)];
  for (let i = 1; i < 500; i++) rows.push(step(rows[Math.floor((i - 1) / 2)], i % 3 === 0 ? rows[i - 1] : 1));
});
flow`]);
  const page = await openNotebook(browser, lab, "large.ipynb");
  await runCell(page, 0);
  await live(page);
  await page.locator(".jp-Flowlet-button", { hasText: "Run flow" }).click();
  await page.locator(".jp-Flowlet-notice", { hasText: "500 tasks" }).waitFor({ timeout: 60_000 });
  await save(page);
  const { data } = readNotebook(path).cells[0]!.outputs[0]!;
  expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(64 * 1024);
  expect(readFileSync(path).length).toBeLessThan(64 * 1024);
  await page.context().close();
});

test("a picture of a flow that was created again differently says that it is replaced", async () => {
  writeNotebook(lab, "replaced.ipynb", [FLOW, "flow", `flow.name`]);
  const page = await openNotebook(browser, lab, "replaced.ipynb");
  await runCell(page, 0);
  await runCell(page, 1);
  await page.locator(".jp-Flowlet-connection.jp-mod-live").nth(1).waitFor({ timeout: WAIT });
  await page.evaluate((source) => {
    const notebook = (window as unknown as { jupyterapp: { shell: { currentWidget: { content: { widgets: { model: { sharedModel: { setSource(text: string): void } } }[] } } } } }).jupyterapp.shell.currentWidget.content;
    notebook.widgets[0]!.model.sharedModel.setSource(source);
  }, FLOW.replace("fail(add(", "add(7, add("));
  await runCell(page, 0);
  const pictures = page.locator(".jp-Flowlet");
  await pictures.nth(1).locator(".jp-Flowlet-connection.jp-mod-replaced").waitFor({ timeout: WAIT });
  await pictures.nth(0).locator(".jp-Flowlet-connection.jp-mod-live").waitFor({ timeout: WAIT });
  expect(await pictures.nth(1).locator(".jp-Flowlet-button", { hasText: "Run flow" }).getAttribute("title")).toContain("created again");
  await page.context().close();
});

test("a notebook that is opened, scrolled and clicked through is not dirty", async () => {
  writeNotebook(lab, "look.ipynb", ["flow"], { 0: output({ [FLOW_MIME]: SNAPSHOT }) });
  const page = await openNotebook(browser, lab, "look.ipynb");
  await page.locator(".jp-Flowlet-node").first().click();
  await page.locator(".jp-Flowlet-panel").waitFor({ timeout: WAIT });
  await page.locator(".jp-Flowlet-button[aria-label='Zoom in']").click();
  await execute(page, "flowlet:fit");
  await waitForKernel(page);
  expect(await isDirty(page)).toBe(false);
  await page.context().close();
});
