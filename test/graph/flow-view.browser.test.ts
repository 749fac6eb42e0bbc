import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { FlowView } from "../../graph/flow-view.ts";
import type { TaskDetails } from "../../protocol/comm-messages.ts";
import type { FlowEdge, FlowSnapshot } from "../../protocol/flow-snapshot.ts";
import { STATES, type StateName } from "../../protocol/states.ts";
import { openGraphPage, type GraphPage } from "./page.ts";

/** What the tests put on the page's window. */
interface TestWindow {
  FlowView: typeof FlowView;
  picture: FlowView;
  /** What the buttons asked for. */
  asked: string[];
  details: TaskDetails | string;
}

const FLOW: FlowSnapshot = {
  version: 1, flowId: "f", name: "My <b>flow</b>", graph: "g1", state: "Running",
  nodes: [
    { id: "person", name: "person", kind: "parameter", state: "Success" }, { id: "add", name: "add", state: "Success" }, { id: "add:x", name: "1", kind: "constant" },
    { id: "say", name: "<img src=x onerror='window.hacked=1'>", state: "Failed" }, { id: "map", name: "map", state: "Mapped", children: { Success: 3, Failed: 1 } }, { id: "last", name: "last" },
  ],
  edges: [[2, 1, "x"], [0, 3, "person"], [1, 3], [1, 4, "rows", "mapped"], [4, 5, "items"]],
};

const DETAILS: TaskDetails = {
  nodeId: "say", name: "say", kind: "FunctionTask", signature: "say(person, times)", status: { state: "Failed", at: 1_700_000_000_000, attempts: 2, duration: 312, message: "Error raised: <i>no</i>", reason: "helper `clean` changed (cell 3)" },
  history: [{ state: "Pending", at: 1_700_000_000_000 }, { state: "Running", at: 1_700_000_000_100 }, { state: "Retrying", at: 1_700_000_000_200, message: "in 10 s" }, { state: "Failed", at: 1_700_000_000_300 }],
  error: { name: "TypeError", message: "<i>no</i>", stack: "TypeError: no\n    at say (cell 3:1:2)" },
  logs: [{ at: 1, source: "stdout", text: "<b>Hello</b>\n" }, { at: 2, source: "stderr", text: "careful" }, { at: 3, source: "log", level: "ERROR", text: "logged", kept: true }],
  inputs: [{ key: "person", from: "person" }],
};

let opened: GraphPage;
let page: Page;

beforeAll(async () => {
  opened = await openGraphPage();
  page = opened.page;
});
afterAll(() => opened?.close());

/** Makes a new picture of `flow` and waits until it is drawn. */
async function show(flow: FlowSnapshot, options: object = {}): Promise<void> {
  await page.evaluate(async ([flow, options, details]) => {
    const target = window as unknown as TestWindow;
    target.asked = [];
    target.details = details;
    target.picture = new target.FlowView(document.querySelector<HTMLElement>("#view")!, {
      ...options,
      actions: {
        run: (action, nodeId) => target.asked.push(`${action} ${nodeId ?? ""}`.trim()),
        cancel: () => target.asked.push("cancel"),
        details: async (nodeId) => {
          target.asked.push(`details ${nodeId}`);
          if (typeof target.details === "string") throw new Error(target.details);
          return target.details;
        },
      },
    });
    target.picture.setFlow(flow);
    target.picture.setConnection({ live: true });
  }, [flow, options, DETAILS] as const);
  await drawn(flow.graph);
}

const drawn = (graph: string) => page.waitForFunction((graph) => document.querySelector<HTMLElement>("#view")!.dataset.graph === graph, graph);
const asked = () => page.evaluate(() => (window as unknown as TestWindow).asked.splice(0));
const node = (id: string) => page.locator(`.jp-Flowlet-node[data-id="${id}"]`);
const zoom = () => page.evaluate(() => document.querySelector(".jp-Flowlet-svg > g")!.getAttribute("transform"));

beforeEach(() => page.evaluate(() => window.scrollTo(0, 0)));
afterEach(async () => {
  await page.evaluate(() => {
    const view = document.querySelector<HTMLElement>("#view")!;
    (window as unknown as TestWindow).picture?.dispose();
    delete view.dataset.graph;
    document.body.className = "";
  });
  expect(await page.evaluate(() => [document.querySelector("#view")!.childElementCount, (window as unknown as { hacked?: number }).hacked ?? null])).toEqual([0, null]);
  expect(opened.errors).toEqual([]);
});

describe("what is drawn", () => {
  test("tasks, parameters and constants have shapes of their own, mapped edges are dashed, and all user text is text", async () => {
    await show(FLOW);
    expect(await page.locator(".jp-Flowlet-node.jp-mod-task").count()).toBe(4);
    expect(await node("person").locator(".jp-Flowlet-box").getAttribute("rx")).toBe("21");
    expect(await node("add:x").locator(".jp-Flowlet-name").textContent()).toBe("1");
    expect(await node("add:x").locator(".jp-Flowlet-status").count()).toBe(0);
    expect(await page.locator(".jp-Flowlet-edge.jp-mod-mapped").count()).toBe(1);
    expect(await page.locator(".jp-Flowlet-labels text").allTextContents()).toEqual(["x", "person", "rows", "items"]);
    expect(await page.locator(".jp-Flowlet img, .jp-Flowlet b").count()).toBe(0);
    expect(await page.locator(".jp-Flowlet-title").textContent()).toBe("My <b>flow</b>");
    expect(await page.locator(".jp-Flowlet-progress").textContent()).toBe("4/5 done · 1 failed");
  });

  test("a mapped task has a bar with a segment for each state of its children", async () => {
    await show(FLOW);
    expect(await node("map").locator(".jp-Flowlet-children title").allTextContents()).toEqual(["3 Success", "1 Failed"]);
    expect(await node("map").locator(".jp-Flowlet-status").textContent()).toBe("Mapped × 4");
  });

  test("every state has an icon and its name on the node", async () => {
    const names = Object.keys(STATES) as StateName[];
    await show({ ...FLOW, graph: "states", nodes: names.map((state) => ({ id: state, name: "task", state })), edges: [] });
    for (const state of names) {
      expect(await node(state).locator(".jp-Flowlet-icon").textContent()).toBe(STATES[state].icon);
      expect(await node(state).locator(".jp-Flowlet-status").textContent()).toContain(state);
      expect(await node(state).getAttribute("aria-label")).toBe(`task, ${state}`);
    }
  });

  test("constants can be left out, and come back", async () => {
    await show(FLOW, { showConstants: false });
    expect(await node("add:x").count()).toBe(0);
    expect(await page.locator(".jp-Flowlet-edge").count()).toBe(4);
    await page.evaluate(() => (window as unknown as TestWindow).picture.configure({ showConstants: true }));
    await node("add:x").waitFor();
  });

  test.each(["light", "dark"])("names, states and edges can be read in the %s theme", async (theme) => {
    await page.evaluate((name) => { document.body.className = name; }, theme);
    await show(FLOW);
    await node("say").click();
    await page.locator(".jp-Flowlet-history").waitFor();
    const contrasts = await page.evaluate(() => {
      const parse = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
      const over = ([r = 0, g = 0, b = 0, a = 1]: number[], ground: number[]) => [r, g, b].map((value, at) => value * a + ground[at]! * (1 - a));
      const luminance = (color: number[]) => {
        const [r, g, b] = color.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4)) as [number, number, number];
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const ground = parse(getComputedStyle(document.querySelector(".jp-Flowlet")!).backgroundColor);
      const card = parse(getComputedStyle(document.querySelector(".jp-mod-task .jp-Flowlet-box")!).fill);
      const contrast = (ink: number[], on: number[]) => {
        const [low, high] = [luminance(over(ink, on)), luminance(on)].sort((a, b) => a - b) as [number, number];
        return (high + 0.05) / (low + 0.05);
      };
      const fill = (selector: string) => parse(getComputedStyle(document.querySelector(selector)!).fill);
      const color = (selector: string) => parse(getComputedStyle(document.querySelector(selector)!).color);
      return {
        name: contrast(fill(".jp-Flowlet-name"), card), status: contrast(fill(".jp-Flowlet-status"), card), label: contrast(fill(".jp-Flowlet-labels"), ground),
        edge: contrast(parse(getComputedStyle(document.querySelector(".jp-Flowlet-edge")!).stroke), ground), progress: contrast(color(".jp-Flowlet-progress"), card),
        panel: contrast(color(".jp-Flowlet-panelBody"), card), fact: contrast(color(".jp-Flowlet-facts dt"), card), output: contrast(color(".jp-Flowlet-output"), ground),
      };
    });
    for (const [what, value] of Object.entries(contrasts)) expect(value, what).toBeGreaterThanOrEqual(what === "edge" ? 3 : 4.5);
  });
});

describe("what changes", () => {
  test("a state change touches the node and moves nothing", async () => {
    await show(FLOW);
    const places = () => page.locator(".jp-Flowlet-node").evaluateAll((nodes) => nodes.map((one) => (one as SVGElement).style.transform));
    const before = [await places(), await zoom()];
    await page.evaluate(() => (window as unknown as TestWindow).picture.updateStates({ last: { state: "Running", at: 1 }, nobody: { state: "Failed", at: 1 } }, { running: true, state: "Running" }));
    expect(await node("last").getAttribute("data-state")).toBe("Running");
    expect(await node("last").getAttribute("aria-label")).toBe("last, Running");
    expect(await page.locator(".jp-Flowlet-edge.jp-mod-active").count()).toBe(1);
    expect([await places(), await zoom()]).toEqual(before);
    await page.locator(".jp-Flowlet-button", { hasText: "Cancel" }).click();
    expect(await asked()).toEqual(["cancel"]);
  });

  test("a grown flow keeps the elements of its nodes, adds the new one, and leaves an open panel open", async () => {
    await show(FLOW);
    await node("map").click();
    await node("map").evaluate((element) => element.setAttribute("data-same", "yes"));
    const grown = { ...FLOW, graph: "g2", nodes: [...FLOW.nodes, { id: "new", name: "new" }], edges: [...FLOW.edges, [5, 6, "z"] as FlowEdge] };
    await page.evaluate((flow) => (window as unknown as TestWindow).picture.setFlow(flow), grown);
    await drawn("g2");
    expect(await node("map").getAttribute("data-same")).toBe("yes");
    expect(await node("new").count()).toBe(1);
    expect(await page.locator(".jp-Flowlet-panel h3").textContent()).toBe("map");
    await page.evaluate((flow) => (window as unknown as TestWindow).picture.setFlow({ ...flow, graph: "g3", nodes: flow.nodes.filter(({ id }) => id === "add"), edges: [] }), FLOW);
    await drawn("g3");
    expect(await page.locator(".jp-Flowlet-node").count()).toBe(1);
    expect(await page.locator(".jp-Flowlet-panel").count()).toBe(0);
  });

  test("of two structures that come at once the later one is drawn", async () => {
    await show(FLOW);
    await page.evaluate((flow) => {
      const { picture } = window as unknown as TestWindow;
      picture.setFlow({ ...flow, graph: "early", nodes: [{ id: "early", name: "early" }], edges: [] });
      picture.setFlow({ ...flow, graph: "late", nodes: [{ id: "late", name: "late" }], edges: [] });
    }, FLOW);
    await drawn("late");
    expect(await page.locator(".jp-Flowlet-node").count()).toBe(1);
    expect(await node("late").count()).toBe(1);
  });

  test("going back to the drawn structure while another is laid out keeps what is drawn", async () => {
    await show(FLOW);
    await page.evaluate((flow) => {
      const { picture } = window as unknown as TestWindow;
      picture.setFlow({ ...flow, graph: "other", nodes: [{ id: "other", name: "other" }], edges: [] });
      picture.setFlow(flow);
    }, FLOW);
    // Frames enough for a layout that was not cancelled to arrive.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
    expect(await node("other").count()).toBe(0);
    expect(await page.locator(".jp-Flowlet-node").count()).toBe(6);
  });

  test("a picture that is not live says why on its buttons, and they do nothing", async () => {
    await show(FLOW);
    await page.evaluate(() => (window as unknown as TestWindow).picture.setConnection({ live: false, reason: "There is no kernel." }));
    const button = page.locator(".jp-Flowlet-button", { hasText: "Run flow" });
    expect(await button.getAttribute("title")).toBe("Run flow: There is no kernel.");
    await button.click({ force: true });
    await node("say").click();
    await page.locator(".jp-Flowlet-problem", { hasText: "There is no kernel." }).waitFor();
    await page.locator(".jp-Flowlet-button", { hasText: "Run this task" }).click({ force: true });
    expect(await asked()).toEqual([]);
    expect(await page.locator(".jp-Flowlet-connection").textContent()).toBe("saved");
    // What ran when the kernel went cannot be cancelled any more.
    await page.evaluate(() => (window as unknown as TestWindow).picture.updateStates({}, { running: true, state: "Running" }));
    expect(await page.locator(".jp-Flowlet-button", { hasText: "Cancel" }).count()).toBe(0);
  });
});

describe("the panel", () => {
  test("shows all that the kernel tells, as text", async () => {
    await show(FLOW);
    await node("say").click();
    const panel = page.locator(".jp-Flowlet-panel");
    await panel.locator(".jp-Flowlet-history").waitFor();
    const text = await panel.innerText();
    for (const part of ["say(person, times)", "Error raised: <i>no</i>", "helper `clean` changed (cell 3)", "0.31 s", "TypeError: <i>no</i>", "at say (cell 3:1:2)", "<b>Hello</b>", "careful", "in 10 s"]) expect(text).toContain(part);
    expect(await panel.locator("i, b").count()).toBe(0);
    expect(await panel.locator(".jp-Flowlet-line.jp-mod-stderr").textContent()).toBe("careful");
    expect(await panel.locator(".jp-Flowlet-line.jp-mod-error").textContent()).toBe("ERRORkeptlogged");
    expect(await panel.locator(".jp-Flowlet-history .jp-Flowlet-chip").count()).toBe(4);
  });

  test("lists the children of a mapped task, each opened on demand with its error, result and output", async () => {
    await show(FLOW);
    const child = (index: number, state: StateName, more: object) => ({ index, status: { state, at: 1, duration: 20 }, logs: [], ...more });
    const children = [
      child(3, "Failed", { error: { name: "Error", message: "<i>bad</i>" } }),
      child(0, "Success", { result: "42", logs: [{ at: 1, source: "stdout", text: "<b>said</b>" }] }),
    ];
    await page.evaluate((details) => { (window as unknown as TestWindow).details = details; }, { ...DETAILS, nodeId: "map", name: "map", status: { state: "Mapped", at: 1, children: { Success: 3, Failed: 1 } }, error: undefined, logs: [], children } as unknown as TaskDetails);
    await node("map").click();
    const panel = page.locator(".jp-Flowlet-panel");
    await panel.locator(".jp-Flowlet-child").first().waitFor();
    expect(await panel.locator(".jp-Flowlet-child summary > span:first-of-type").allTextContents()).toEqual(["map[3]", "map[0]"]);
    expect(await panel.getByText("and 2 more").count()).toBe(1);
    expect(await panel.getByText("42").isVisible()).toBe(false);
    await panel.locator(".jp-Flowlet-child summary").nth(1).click();
    expect(await panel.getByText("42").isVisible()).toBe(true);
    expect(await panel.locator(".jp-Flowlet-child").nth(1).innerText()).toContain("<b>said</b>");
    await panel.locator(".jp-Flowlet-child summary").nth(0).click();
    expect(await panel.locator(".jp-Flowlet-child").nth(0).innerText()).toContain("<i>bad</i>");
  });

  test("has the buttons, and asks again when its task changes", async () => {
    await show(FLOW);
    await node("say").click();
    await page.locator(".jp-Flowlet-button", { hasText: "Run this task" }).click();
    await page.locator(".jp-Flowlet-button", { hasText: "Run from here" }).click();
    await page.locator(".jp-Flowlet-button", { hasText: "Run flow" }).click();
    expect(await asked()).toEqual(["details say", "runTask say", "runFrom say", "run"]);
    await page.evaluate(() => (window as unknown as TestWindow).picture.updateStates({ say: { state: "Success", at: 2 }, add: { state: "Success", at: 2 } }));
    expect(await asked()).toEqual(["details say"]);
  });

  test("says in a sentence why there are no details", async () => {
    await show(FLOW);
    await page.evaluate(() => { (window as unknown as TestWindow).details = "The flow has no task say."; });
    await node("say").click();
    await page.locator(".jp-Flowlet-problem", { hasText: "The flow has no task say." }).waitFor();
  });
});

describe("what the next run would do", () => {
  const PLAN = { summary: "1 of 3 tasks runs", tasks: [
    { id: "person", verdict: "fresh", reason: "kept" }, { id: "add", verdict: "outside", reason: "kept from outside: fetch, 3 min ago" },
    { id: "say", verdict: "stale", reason: "<b>helper</b> changed (cell 2)", expected: 1_200 },
  ] } as const;
  const plans = (say: "fresh" | "stale") => page.evaluate((verdict) => (window as unknown as TestWindow).picture.updateStates({
    person: { state: "Success", at: 1, plan: { verdict: "fresh", reason: "kept" } }, add: { state: "Success", at: 1, plan: { verdict: "outside", reason: "kept from outside: fetch, 3 min ago" } },
    say: { state: "Failed", at: 1, plan: { verdict, reason: "<b>helper</b> changed (cell 2)", expected: 1_200 } },
  }, { running: false, state: "Failed" }), say);

  test("is a mark on each node with a shape of its own, in words on the tip, for screen readers and in the panel", async () => {
    await show(FLOW);
    expect(await page.locator(".jp-Flowlet-verdict:visible").count()).toBe(0);
    await plans("stale");
    expect(await page.locator(".jp-Flowlet-node[data-verdict]").evaluateAll((nodes) => nodes.map((one) => [one.dataset.id, one.dataset.verdict]))).toEqual([["person", "fresh"], ["add", "outside"], ["say", "stale"]]);
    const shapes = await page.locator(".jp-Flowlet-node[data-verdict] .jp-Flowlet-verdict > path").evaluateAll((paths) => paths.map((path) => path.getAttribute("d")));
    expect(new Set(shapes).size).toBe(3);
    expect(await node("say").locator(":scope > title").textContent()).toContain("Will run, about 1.2 s: <b>helper</b> changed (cell 2)");
    expect(await node("add").getAttribute("aria-label")).toContain("came from outside");
    expect(await page.locator(".jp-Flowlet-next").textContent()).toBe("1 of 3 will run");
    await node("say").click();
    expect(await page.locator(".jp-Flowlet-plan").innerText()).toBe("Will run, about 1.2 s: <b>helper</b> changed (cell 2)");
    await plans("fresh");
    expect(await node("say").getAttribute("data-verdict")).toBe("fresh");
    await page.evaluate(() => (window as unknown as TestWindow).picture.updateStates({ say: { state: "Running", at: 2 } }));
    expect(await node("say").getAttribute("data-verdict")).toBeNull();
    expect(opened.errors).toEqual([]);
  });

  test("has buttons: up to here, refresh where a result is kept, what has failed, what came from outside", async () => {
    await show(FLOW);
    await plans("stale");
    await node("say").click();
    await page.locator(".jp-Flowlet-button", { hasText: "Run up to here" }).click();
    expect(await page.locator(".jp-Flowlet-panel .jp-Flowlet-button", { hasText: "Refresh" }).count()).toBe(0);
    await node("add").click();
    await page.locator(".jp-Flowlet-panel .jp-Flowlet-button", { hasText: "Refresh" }).click();
    await page.locator(".jp-Flowlet-toolbar .jp-Flowlet-button", { hasText: "Run failed" }).click();
    await page.locator(".jp-Flowlet-toolbar .jp-Flowlet-button", { hasText: "Refresh" }).click();
    expect((await asked()).filter((one) => !one.startsWith("details"))).toEqual(["runUpTo say", "refresh add", "runFailed", "refreshOutside"]);
  });

  test("is a table below the picture of a plan, whose tasks open their panels", async () => {
    await show({ ...FLOW, plan: PLAN });
    const rows = await page.locator(".jp-Flowlet-planTable tbody tr").allInnerTexts();
    expect(rows.map((row) => row.split("\t").map((cell) => cell.trim()))).toEqual([["person", "fresh", "", "kept"], ["add", "outside", "", "kept from outside: fetch, 3 min ago"], ["say", "stale", "1.2 s", "<b>helper</b> changed (cell 2)"]]);
    expect(await page.locator(".jp-Flowlet-planTable caption").textContent()).toBe("1 of 3 tasks runs");
    await page.locator(".jp-Flowlet-planTable button", { hasText: "say" }).press("Enter");
    await page.locator(".jp-Flowlet-panel h3", { hasText: "<img" }).waitFor();
  });

  test("is left out where a saved plan is damaged", async () => {
    await show({ ...FLOW, plan: { summary: 1, tasks: [null, { id: "say" }] } as never });
    expect(await page.locator(".jp-Flowlet-node").count()).toBe(6);
    expect(await page.locator(".jp-Flowlet-planTable tbody tr").count()).toBe(0);
    expect(opened.errors).toEqual([]);
  });

  test("is drawn on a canvas too, in the colour of its verdict", async () => {
    await show({ ...FLOW, plan: PLAN }, { maxSvgNodes: 0 });
    const colors = () => page.locator(".jp-Flowlet-canvas").evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      let stale = 0;
      for (let at = 0; at < data.length; at += 4) if (data[at] === 0xc7 && data[at + 1] === 0x5b && data[at + 2] === 0) stale++;
      return stale;
    });
    await expect.poll(colors).toBeGreaterThan(50);
    await page.evaluate(() => (window as unknown as TestWindow).picture.updateStates({ say: { state: "Running", at: 2 } }));
    await expect.poll(colors).toBe(0);
  });
});

describe("keyboard and wheel", () => {
  test("Tab leads to one node, arrows follow the edges, Enter opens, Escape closes and gives the focus back", async () => {
    await show(FLOW);
    expect(await page.locator(".jp-Flowlet-node[tabindex='0']").count()).toBe(1);
    await node("add").focus();
    const focused = () => page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.id ?? null);
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toBe("map");
    await page.keyboard.press("ArrowUp");
    expect(await focused()).toBe("say");
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toBe("map");
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toBe("last");
    await page.keyboard.press("Enter");
    await page.locator(".jp-Flowlet-panel h3", { hasText: "last" }).waitFor();
    await page.locator(".jp-Flowlet-panel .jp-Flowlet-button[aria-label=Close]").focus();
    await page.keyboard.press("Escape");
    await page.locator(".jp-Flowlet-panel").waitFor({ state: "detached" });
    expect(await focused()).toBe("last");
  });

  test("the wheel scrolls the page, and zooms with Ctrl held or while the graph has the focus", async () => {
    await show(FLOW);
    const box = (await page.locator(".jp-Flowlet-stage").boundingBox())!;
    await page.mouse.move(box.x + 300, box.y + 60);
    const before = await zoom();
    await page.mouse.wheel(0, 120);
    await page.waitForFunction(() => window.scrollY > 0);
    expect(await zoom()).toBe(before);
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -120);
    await page.keyboard.up("Control");
    await expect.poll(zoom).not.toBe(before);
    const zoomed = await zoom();
    await node("add").focus();
    await page.mouse.wheel(0, 120);
    await expect.poll(zoom).not.toBe(zoomed);
    expect(await page.evaluate(() => window.scrollY)).toBe(0);
  });

  test("the buttons zoom, and the whole graph comes back", async () => {
    await show(FLOW);
    const before = await zoom();
    await page.locator(".jp-Flowlet-button[aria-label='Zoom in']").click();
    expect(await zoom()).not.toBe(before);
    await page.locator(".jp-Flowlet-button[aria-label='Show the whole graph']").click();
    await expect.poll(zoom).toBe(before);
  });
});

describe("a large flow on a canvas", () => {
  const count = 3000;
  const large: FlowSnapshot = {
    ...FLOW, name: "Large", graph: "large",
    nodes: Array.from({ length: count }, (_, at) => ({ id: `t${at}`, name: `task ${at}`, state: at === 0 ? "Failed" : "Success" })),
    edges: Array.from({ length: count - 1 }, (_, at): FlowEdge => [Math.floor(at / 2), at + 1, "x"]),
  };

  test("is drawn, selected by click and walked by keyboard through a stand-in that names the node", async () => {
    await show(large);
    expect(await page.locator(".jp-Flowlet-svg").count()).toBe(0);
    const painted = () => page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>(".jp-Flowlet-canvas")!;
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      return data.reduce((sum, value, at) => sum + (at % 4 === 3 && value > 0 ? 1 : 0), 0);
    });
    await expect.poll(painted).toBeGreaterThan(1000);
    const proxy = page.locator(".jp-Flowlet-proxy");
    expect(await proxy.getAttribute("aria-label")).toBe("task 0, Failed");
    await proxy.focus();
    await page.keyboard.press("ArrowRight");
    expect(await proxy.getAttribute("aria-label")).toMatch(/^task [12], Success$/);
    await page.keyboard.press("Enter");
    await page.locator(".jp-Flowlet-panel h3", { hasText: /^task [12]$/ }).waitFor();
    await page.evaluate(() => (window as unknown as TestWindow).picture.updateStates({ t1: { state: "Running", at: 1 }, t2: { state: "Running", at: 1 } }));
    expect(await proxy.getAttribute("aria-label")).toMatch(/Running$/);
    await page.keyboard.press("Escape");
    await page.locator(".jp-Flowlet-panel").waitFor({ state: "detached" });
    // The stage takes the panel's place within the next frames.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(resolve)))));
    // The node under the pointer is told from its place.
    const place = await page.evaluate(() => {
      const { left, top, width, height } = document.querySelector(".jp-Flowlet-canvas")!.getBoundingClientRect();
      const { picture } = window as unknown as TestWindow;
      const canvas = document.querySelector(".jp-Flowlet-canvas")!;
      for (let y = top; y < top + height; y += 2) {
        for (let x = left; x < left + width; x += 2) {
          const event = new MouseEvent("click", { clientX: x, clientY: y });
          Object.defineProperty(event, "target", { value: canvas });
          const id = picture.nodeAt(event);
          if (id !== null) return { x, y, id };
        }
      }
      return null;
    });
    expect(place).not.toBeNull();
    await page.mouse.click(place!.x, place!.y);
    await page.locator(".jp-Flowlet-panel h3", { hasText: new RegExp(`^task ${place!.id.slice(1)}$`) }).waitFor();
  });
});
