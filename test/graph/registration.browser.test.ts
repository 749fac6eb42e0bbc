/** The line above the graph: registering, the form for the project, and the link to the flow's page. */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { FlowView } from "../../graph/flow-view.ts";
import type { FlowLink, FlowSnapshot } from "../../protocol/flow-snapshot.ts";
import { openGraphPage, type GraphPage } from "./page.ts";

interface TestWindow {
  FlowView: typeof FlowView;
  picture: FlowView;
  /** Projects that registering was asked for; null: the one that was used last. */
  registered: (string | null)[];
  finish: () => void;
}

const FLOW: FlowSnapshot = { version: 1, flowId: "f", name: "Flow", graph: "g1", nodes: [{ id: "add-1", name: "add" }], edges: [] };
const LINK: FlowLink = { url: "http://localhost:8080/flow/1", project: "examples", version: 2 };

let opened: GraphPage;
let page: Page;
beforeAll(async () => {
  opened = await openGraphPage();
  page = opened.page;
});
afterAll(() => opened?.close());
afterEach(async () => {
  await page.evaluate(() => {
    (window as unknown as TestWindow).picture.dispose();
    document.body.className = "";
  });
  expect(opened.errors).toEqual([]);
});

async function show(flow: FlowSnapshot, { registers = true, live = true } = {}): Promise<void> {
  await page.evaluate(([flow, registers, live]) => {
    const target = window as unknown as TestWindow;
    target.registered = [];
    const register = (project?: string) => {
      target.registered.push(project ?? null);
      return new Promise<void>((resolve) => { target.finish = resolve; });
    };
    target.picture = new target.FlowView(document.querySelector<HTMLElement>("#view")!, { actions: { run: () => {}, cancel: () => {}, details: () => Promise.reject(new Error("none")), ...(registers && { register }) } });
    target.picture.setFlow(flow);
    target.picture.setConnection(live ? { live } : { live, reason: "There is no kernel." });
  }, [flow, registers, live] as const);
  await page.locator(".jp-Flowlet-node").first().waitFor();
}

const registered = () => page.evaluate(() => (window as unknown as TestWindow).registered);
const finish = () => page.evaluate(() => (window as unknown as TestWindow).finish());
const button = () => page.locator(".jp-Flowlet-register");
const form = () => page.locator(".jp-Flowlet-form");
const link = () => page.locator("a.jp-Flowlet-button");

test("the first time the project is asked for in a form below the toolbar, by keyboard too", async () => {
  await show(FLOW);
  await button().focus();
  await page.keyboard.press("Enter");
  await form().waitFor();
  // The suggestion is selected: what is typed takes its place.
  await page.keyboard.type("  my project ");
  await page.keyboard.press("Enter");
  await expect.poll(() => registered()).toEqual(["my project"]);
  await expect.poll(() => form().count()).toBe(0);
  await expect.poll(() => button().textContent()).toBe("Registering…");
  expect(await button().getAttribute("aria-disabled")).toBe("true");
  await button().click({ force: true });
  expect(await registered()).toHaveLength(1);
  await finish();
  await page.locator(".jp-Flowlet-register", { hasText: /^Register$/ }).waitFor();
});

test("the form closes with Escape and gives the focus back; an empty project is not taken", async () => {
  await show(FLOW);
  await button().click();
  await page.keyboard.press("Backspace");
  await expect.poll(() => form().locator("button[type=submit]").isDisabled()).toBe(true);
  await page.keyboard.press("Enter");
  expect(await registered()).toEqual([]);
  await page.keyboard.press("Escape");
  expect(await form().count()).toBe(0);
  expect(await page.evaluate(() => document.activeElement?.className)).toContain("jp-Flowlet-register");
  await button().click();
  await form().locator("button", { hasText: "Cancel" }).click();
  expect(await form().count()).toBe(0);
});

test("where a project is known it is not asked for: that of the picture, or the one used last", async () => {
  await show({ ...FLOW, link: LINK });
  await button().click();
  await finish();
  await page.evaluate(() => (window as unknown as TestWindow).picture.dispose());
  expect(await registered()).toEqual([null]);
  await show(FLOW);
  await page.evaluate(() => (window as unknown as TestWindow).picture.setProject("last"));
  expect(await button().getAttribute("title")).toBe("Register the flow in project last");
  await button().click();
  expect(await registered()).toEqual([null]);
  expect(await form().count()).toBe(0);
});

test("a registered flow has a link to its page, which opens in a tab of its own; also without a kernel", async () => {
  await show(FLOW);
  expect(await link().count()).toBe(0);
  await page.evaluate((flow) => (window as unknown as TestWindow).picture.setFlow(flow), { ...FLOW, link: LINK });
  await link().waitFor();
  expect(await link().evaluate((one: HTMLAnchorElement) => [one.textContent, one.href, one.target, one.rel])).toEqual(["Open in Flowlet UI", LINK.url, "_blank", "noopener noreferrer"]);
  await page.evaluate(() => (window as unknown as TestWindow).picture.dispose());
  await show({ ...FLOW, link: LINK }, { live: false });
  expect(await link().count()).toBe(1);
  expect(await button().getAttribute("title")).toContain("There is no kernel.");
  await button().click({ force: true });
  expect(await registered()).toEqual([]);
});

test.each(["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://", "", 3, null])("the link %j of a notebook is none", async (url) => {
  await show({ ...FLOW, link: { ...LINK, url } as FlowLink });
  expect(await link().count()).toBe(0);
});

test("the picture of a run on the server has its name and its page, and nothing that runs the notebook's flow", async () => {
  await show({ ...FLOW, state: "Running", link: { ...LINK, run: "red-<b>fox</b>" } });
  expect(await page.locator(".jp-Flowlet-runName").textContent()).toBe("red-<b>fox</b>");
  expect(await link().count()).toBe(1);
  expect(await button().count()).toBe(0);
  expect(await page.locator(".jp-Flowlet-button", { hasText: "Run flow" }).count()).toBe(0);
  await page.locator(".jp-Flowlet-node").click();
  await page.locator(".jp-Flowlet-panel").waitFor();
  expect(await page.locator(".jp-Flowlet-button", { hasText: "Run this task" }).count()).toBe(0);
});

test("a page that can not register has no button", async () => {
  await show(FLOW, { registers: false });
  expect(await button().count()).toBe(0);
});

test.each(["light", "dark"])("the form can be read in the %s theme", async (theme) => {
  await page.evaluate((name) => { document.body.className = name; }, theme);
  await show(FLOW);
  await button().click();
  const contrasts = await form().evaluate((element) => {
    const parse = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const over = ([r = 0, g = 0, b = 0, a = 1]: number[], ground: number[]) => [r, g, b].map((value, at) => value * a + ground[at]! * (1 - a));
    const luminance = (color: number[]) => {
      const [r, g, b] = color.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4)) as [number, number, number];
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (one: Element, on: Element) => {
      const ground = parse(getComputedStyle(on).backgroundColor);
      const [low, high] = [luminance(over(parse(getComputedStyle(one).color), ground)), luminance(ground)].sort((a, b) => a - b) as [number, number];
      return (high + 0.05) / (low + 0.05);
    };
    const input = element.querySelector("input")!;
    return { label: contrast(element.querySelector("label")!, element), button: contrast(element.querySelector("button")!, element), input: contrast(input, input) };
  });
  for (const [what, value] of Object.entries(contrasts)) expect(value, what).toBeGreaterThanOrEqual(4.5);
});
