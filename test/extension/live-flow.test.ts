import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";
import { execute, openNotebook, runCell, shownStates, startLab, WAIT, writeNotebook, type Lab } from "./lab.ts";

/** What is kept beside the notebooks is kept for all of them, so each has tasks of its own. */
const fiveTasks = (app: string) => `import { task, Flow } from "flowlet";
const step = (name: string) => task(async (x: number) => {
  await new Promise((resolve) => setTimeout(resolve, 300));
  console.log("printed by", name);
  "in ${app}";
  return x + 1;
}, { name });
const [one, two, three, four, five] = ["one", "two", "three", "four", "five"].map(step);
const flow = new Flow("Five tasks");
flow.build(() => { five(four(three(two(one(1))))); });
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

/** Records which states each task of the first picture is seen in. */
async function watchStates(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: { [name: string]: string[] } = {};
    Object.assign(window, { seenStates: seen });
    setInterval(() => {
      for (const node of document.querySelectorAll<SVGElement>(".jp-Flowlet-node[data-state]")) {
        const states = (seen[node.querySelector(".jp-Flowlet-name")?.textContent ?? ""] ??= []);
        if (states.at(-1) !== node.dataset.state) states.push(node.dataset.state ?? "");
      }
    }, 20);
  });
}

describe.each(["lab", "notebook"] as const)("a flow in a cell's output (%s)", (app) => {
  let page: Page;

  beforeAll(async () => {
    writeNotebook(lab, `five-${app}.ipynb`, [fiveTasks(app), `const state = await flow.run(); state.type`, `await new Promise((resolve) => setTimeout(resolve, 4000))`]);
    page = await openNotebook(browser, lab, `five-${app}.ipynb`, { app });
    await runCell(page, 0);
    await page.locator(".jp-Flowlet-node[data-state]").nth(4).waitFor({ timeout: WAIT });
  });
  afterAll(() => page?.context().close());

  test("is drawn below its cell with names, edge labels and constants, all pending and live", async () => {
    expect(await shownStates(page)).toEqual({ one: "Pending", two: "Pending", three: "Pending", four: "Pending", five: "Pending" });
    expect(await page.locator(".jp-Flowlet-labels text").allTextContents()).toEqual(["x", "x", "x", "x", "x"]);
    expect(await page.locator(".jp-Flowlet-node.jp-mod-constant .jp-Flowlet-name").allTextContents()).toEqual(["1"]);
    await page.locator(".jp-Flowlet-connection.jp-mod-live").waitFor({ timeout: WAIT });
    expect(await page.locator(".jp-Flowlet-progress").textContent()).toBe("0/5 done");
  });

  test("shows every task pending, running and successful while it runs, and no node moves", async () => {
    const places = () => page.locator(".jp-Flowlet-node").evaluateAll((nodes) => nodes.map((node) => (node as SVGElement).style.transform));
    const before = await places();
    await watchStates(page);
    await runCell(page, 1);
    await page.locator(".jp-Flowlet-node[data-state=Success]").nth(4).waitFor({ timeout: WAIT });
    // What is drawn is seen at the next look.
    await page.waitForFunction(() => (window as unknown as { seenStates: { [name: string]: string[] } }).seenStates.five?.at(-1) === "Success", undefined, { timeout: WAIT });
    const seen = await page.evaluate(() => (window as unknown as { seenStates: { [name: string]: string[] } }).seenStates);
    for (const name of ["one", "two", "three", "four", "five"]) expect(seen[name], name).toEqual(["Pending", "Running", "Success"]);
    expect(await places()).toEqual(before);
    expect(await page.locator(".jp-Flowlet-progress").textContent()).toBe("5/5 done");
    expect(await page.locator(".jp-Flowlet-node[data-state=Success]").first().getAttribute("aria-label")).toMatch(/^one, Success/);
  });

  test("opens a panel on a click with state, history, result, output, attempts and inputs", async () => {
    await page.locator(".jp-Flowlet-node", { hasText: "three" }).click();
    const panel = page.locator(".jp-Flowlet-panel");
    await panel.locator(".jp-Flowlet-history").waitFor({ timeout: WAIT });
    expect(await panel.locator("h3").textContent()).toBe("three");
    const text = await panel.innerText();
    // The other notebook has a flow of this name too.
    expect(text).toMatch(/Why\n(never run|its code changed)/);
    for (const part of ["Success", "Attempts\n1", "Duration", "printed by three", "Result\n4", "Inputs\nx\ntwo"]) expect(text).toContain(part);
    expect(await panel.locator(".jp-Flowlet-history .jp-Flowlet-chip").allInnerTexts()).toEqual([expect.stringContaining("Pending"), expect.stringContaining("Running"), expect.stringContaining("Success")]);
    expect(await panel.locator(".jp-Flowlet-history time").first().textContent()).toMatch(/^\d\d:\d\d:\d\d\.\d\d\d$/);
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached", timeout: WAIT });
  });

  test("is walked with the keyboard along its edges, and Enter opens the panel", async () => {
    await page.locator(".jp-Flowlet-node", { hasText: "one" }).click();
    await page.keyboard.press("Escape");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toMatch(/^three, Success/);
    await page.keyboard.press("Enter");
    await page.locator(".jp-Flowlet-panel h3", { hasText: "three" }).waitFor({ timeout: WAIT });
    await page.keyboard.press("Escape");
    await page.locator(".jp-Flowlet-panel").waitFor({ state: "detached", timeout: WAIT });
  });

  test("queues what is asked of it while a cell executes, and says so", async () => {
    await runCell(page, 2, false);
    await page.waitForFunction(() => document.querySelectorAll(".jp-InputPrompt")[2]?.textContent?.includes("*"), undefined, { timeout: WAIT });
    await page.locator(".jp-Flowlet-button", { hasText: "Run flow" }).click();
    await page.locator(".jp-Flowlet-notice", { hasText: "Queued" }).waitFor({ timeout: WAIT });
    await page.locator(".jp-Flowlet-notice", { hasText: "5 tasks" }).waitFor({ timeout: WAIT });
    expect(new Set(Object.values(await shownStates(page)))).toEqual(new Set(["Cached"]));
  });

  test("says that its states are only saved ones when the kernel is restarted, and is live again when the cell is run", async () => {
    await page.evaluate(async () => {
      const session = (window as unknown as { jupyterapp: { shell: { currentWidget: { sessionContext: { session: { kernel: { restart(): Promise<void> } } } } } } }).jupyterapp.shell.currentWidget.sessionContext.session;
      await session.kernel.restart();
    });
    await page.locator(".jp-Flowlet-connection.jp-mod-saved").waitFor({ timeout: WAIT });
    const button = page.locator(".jp-Flowlet-button", { hasText: "Run flow" });
    expect(await button.getAttribute("aria-disabled")).toBe("true");
    expect(await button.getAttribute("title")).toContain("Run the cell that makes this flow");
    await runCell(page, 0);
    await page.locator(".jp-Flowlet-connection.jp-mod-live").waitFor({ timeout: WAIT });
  });
});

test("the commands are registered and do what they say", async () => {
  writeNotebook(lab, "commands.ipynb", [fiveTasks("commands").replaceAll("300", "20")]);
  const page = await openNotebook(browser, lab, "commands.ipynb");
  await runCell(page, 0);
  await page.locator(".jp-Flowlet-connection.jp-mod-live").waitFor({ timeout: WAIT });
  await execute(page, "flowlet:run-flow");
  await page.locator(".jp-Flowlet-node[data-state=Success]").nth(4).waitFor({ timeout: WAIT });
  await execute(page, "flowlet:fit");
  await page.context().close();
});
