import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";
import { execute, isDirty, openNotebook, runCell, save, shownStates, startLab, WAIT, writeNotebook, type Lab } from "./lab.ts";

const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

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

test("a picture grows with the flow that another cell extends, and shrinks when that cell is deleted", async () => {
  writeNotebook(lab, "grow.ipynb", [`import { task, Flow } from "flowlet";
const add = task((x: number, y: number) => x + y, { name: "add" });
const more = task((x: number) => x, { name: "more" });
const flow = new Flow("Grows");
const sum = flow.build(() => add(1, 2));
flow`, `flow.build(() => { more(sum); }); undefined`, `1 + 1`]);
  const page = await openNotebook(browser, lab, "grow.ipynb");
  await runCell(page, 0);
  await live(page);
  expect(await shownStates(page)).toEqual({ add: "Pending" });
  await runCell(page, 1);
  await expect.poll(() => shownStates(page), { timeout: WAIT }).toEqual({ add: "Pending", more: "Pending" });
  // Again: it replaces what it had added.
  await runCell(page, 1);
  await page.locator(".jp-Flowlet-button", { hasText: "Run flow" }).click();
  await expect.poll(() => shownStates(page), { timeout: WAIT }).toEqual({ add: "Success", more: "Success" });
  expect(await page.locator(".jp-Flowlet-node.jp-mod-task").count()).toBe(2);
  await page.evaluate(() => {
    const { content } = (window as unknown as { jupyterapp: { shell: { currentWidget: { content: { activeCellIndex: number; mode: string } } } } }).jupyterapp.shell.currentWidget;
    content.activeCellIndex = 1;
    content.mode = "command";
  });
  await execute(page, "notebook:delete-cell");
  // The kernel is told of deleted cells with the next execution.
  await runCell(page, 1);
  await expect.poll(async () => Object.keys(await shownStates(page)), { timeout: WAIT }).toEqual(["add"]);
  await page.context().close();
});

test("a kernel that ends itself leaves the last states, and the cell makes the picture live again", async () => {
  writeNotebook(lab, "dies.ipynb", [`import { task, Flow } from "flowlet";
const one = task(() => "dies", { name: "one" });
const flow = new Flow("Dies");
flow.build(() => { one(); });
flow`, `await flow.run(); undefined`, `process.exit(3)`]);
  const page = await openNotebook(browser, lab, "dies.ipynb");
  await runCell(page, 0);
  await live(page);
  await runCell(page, 1);
  await expect.poll(() => shownStates(page), { timeout: WAIT }).toEqual({ one: "Success" });
  await runCell(page, 2);
  // Where the new process does not know the flow, the first press of the button says so.
  await page.locator(".jp-Flowlet-button", { hasText: "Run flow" }).click({ force: true });
  await page.locator(".jp-Flowlet", { has: page.locator(".jp-Flowlet-connection.jp-mod-saved") }).or(page.locator(".jp-Flowlet-notice.jp-mod-error")).first().waitFor({ timeout: WAIT });
  expect(await shownStates(page)).toEqual({ one: "Success" });
  await runCell(page, 0);
  await live(page);
  await page.locator(".jp-Flowlet-button", { hasText: "Run flow" }).click();
  await expect.poll(() => shownStates(page), { timeout: WAIT }).toEqual({ one: "Cached" });
  await page.context().close();
});

test("1,200 tasks are laid out in a worker, drawn on a canvas and followed live", async () => {
  writeNotebook(lab, "canvas.ipynb", [`import { task, Flow } from "flowlet";
const step = task((x: number) => x + 1, { name: "step" });
const flow = new Flow("Large");
flow.build(() => { const rows: any[] = [step(0)]; for (let i = 1; i < 1200; i++) rows.push(step(rows[Math.floor((i - 1) / 3)])); });
flow`]);
  const page = await openNotebook(browser, lab, "canvas.ipynb");
  const workers: string[] = [];
  page.on("worker", (worker) => workers.push(worker.url()));
  await runCell(page, 0);
  await page.locator(".jp-Flowlet-canvas").waitFor({ timeout: WAIT });
  expect(workers.join()).toContain("flowlet");
  await live(page);
  await page.locator(".jp-Flowlet-button", { hasText: "Run flow" }).click();
  await page.locator(".jp-Flowlet-progress", { hasText: "1200/1200 done" }).waitFor({ timeout: 60_000 });
  await page.context().close();
});

test("the picture can be read in JupyterLab's dark theme, and follows a change of theme", async () => {
  writeNotebook(lab, "dark.ipynb", [`import { task, Flow } from "flowlet";
const good = task(() => 1, { name: "good" }), bad = task((x: number): number => { throw new Error("no"); }, { name: "bad" });
const flow = new Flow("Themes");
flow.build(() => { bad(good()); });
flow`]);
  const page = await openNotebook(browser, lab, "dark.ipynb");
  await runCell(page, 0);
  await live(page);
  await page.locator(".jp-Flowlet-button", { hasText: "Run flow" }).click();
  await page.locator(".jp-Flowlet-node[data-state=Failed]").waitFor({ timeout: WAIT });
  const contrasts = () => page.evaluate(() => {
    const parse = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color: number[]) => {
      const [r, g, b] = color.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4)) as [number, number, number];
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (ink: number[], ground: number[]) => {
      const [r = 0, g = 0, b = 0, a = 1] = ink;
      const mixed = [r, g, b].map((value, at) => value * a + ground[at]! * (1 - a));
      const [low, high] = [luminance(mixed), luminance(ground.slice(0, 3))].sort((x, y) => x - y) as [number, number];
      return (high + 0.05) / (low + 0.05);
    };
    const style = (selector: string) => getComputedStyle(document.querySelector(`.jp-Flowlet ${selector}`)!);
    const card = parse(style(".jp-mod-task .jp-Flowlet-box").fill);
    const ground = parse(getComputedStyle(document.querySelector(".jp-Flowlet")!).backgroundColor);
    return {
      dark: luminance(ground.slice(0, 3)) < 0.2, name: contrast(parse(style(".jp-Flowlet-name").fill), card), status: contrast(parse(style(".jp-Flowlet-status").fill), card),
      label: contrast(parse(style(".jp-Flowlet-labels").fill), ground), title: contrast(parse(style(".jp-Flowlet-title").color), card), progress: contrast(parse(style(".jp-Flowlet-progress").color), card),
    };
  });
  for (const theme of ["JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast"]) {
    await page.evaluate((name) => (window as unknown as { jupyterapp: { commands: { execute(id: string, args: object): Promise<unknown> } } }).jupyterapp.commands.execute("apputils:change-theme", { theme: name }), theme);
    await page.waitForFunction((name) => document.body.dataset.jpThemeName === name, theme, { timeout: WAIT });
    await expect.poll(async () => (await contrasts()).dark, { timeout: WAIT }).toBe(theme !== "JupyterLab Light");
    const { dark: _, ...values } = await contrasts();
    for (const [what, value] of Object.entries(values)) expect(value, `${what} in ${theme}`).toBeGreaterThanOrEqual(4.5);
  }
  await page.context().close();
});

test("nbconvert shows the drawing with every task's name and last state, on a page that is readable", async () => {
  const path = writeNotebook(lab, "convert.ipynb", [`import { task, Flow } from "flowlet";
const good = task(() => "convert", { name: "good task" }), bad = task((x: string): number => { throw new Error("no"); }, { name: "bad & <b>task</b>" });
const flow = new Flow("Converted");
flow.build(() => { bad(good()); });
flow`, `await flow.run(); undefined`]);
  const page = await openNotebook(browser, lab, "convert.ipynb");
  await runCell(page, 0);
  await live(page);
  await runCell(page, 1);
  await page.locator(".jp-Flowlet-node[data-state=Failed]").waitFor({ timeout: WAIT });
  await save(page);
  expect(await isDirty(page)).toBe(false);
  const python = join(checkout, ".venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const converted = spawnSync(python, ["-m", "nbconvert", "--to", "html", path], { encoding: "utf8", cwd: lab.root });
  expect(converted.stderr).toContain("convert.html");
  const html = readFileSync(path.replace(".ipynb", ".html"), "utf8");
  // nbconvert shows an SVG as an image, which cannot ask the page for colours or run anything.
  const images = [...html.matchAll(/data:image\/svg\+xml;base64,([A-Za-z0-9+/=]+)/g)].map(([, base64]) => base64!);
  const source = images.find((base64) => Buffer.from(base64, "base64").toString().includes("class='flowlet'"));
  expect(source).toBeDefined();
  const texts = [...Buffer.from(source!, "base64").toString().matchAll(/<(?:text|tspan)[^>]*>([^<]+)</g)].map(([, text]) => text);
  expect(texts.join("\n")).toMatch(/good task\nSuccess\n[^]*bad &amp; &lt;b&gt;task&lt;\/b&gt;\nFailed/);
  await page.setContent(`<img id="drawing" src="data:image/svg+xml;base64,${source}">`);
  expect(await page.locator("#drawing").evaluate(async (image: HTMLImageElement) => (await image.decode(), image.naturalWidth))).toBeGreaterThan(200);
  await page.context().close();
});
