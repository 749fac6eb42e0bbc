/** The pages about the whole, on an empty server and on one where a lot has happened. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Filled, fillServer } from "./filled-server.ts";
import { openPages, type OpenPages } from "./open-pages.ts";
import { faultsOf } from "./readable.ts";

const PATHS = ["/", "/flows", "/flow-runs", "/agents", "/projects", "/search", "/login", "/nowhere"];

describe("on a server without anything", () => {
  let pages: OpenPages;
  beforeAll(async () => { pages = await openPages(); });
  afterAll(async () => {
    await pages.close();
    expect(pages.errors).toEqual([]);
  });

  test("every page says what to do, with the command", async () => {
    for (const [path, command] of [["/", "flowlet agent local start"], ["/flows", "flowlet register my-flow.ts --project examples"], ["/agents", "flowlet agent local start"], ["/projects", "flowlet create project examples"]] as const) {
      const page = await pages.open(path);
      await page.getByText(command, { exact: true }).waitFor();
      await page.context().close();
    }
  });

  test("a command is copied with its button", async () => {
    const page = await pages.open("/agents", { permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByRole("button", { name: "Copy command" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe("flowlet agent local start");
  });

  test("a project is made, is refused a second time under its name, and is deleted", async () => {
    const page = await pages.open("/projects");
    const make = async (name: string) => {
      await page.getByRole("button", { name: "New project" }).click();
      await page.getByRole("textbox", { name: /^Name/ }).fill(name);
      await page.getByRole("textbox", { name: "Description" }).fill("of the test");
      await page.keyboard.press("Tab");
      await page.getByRole("button", { name: "Make project" }).click();
    };
    await make("<i>mine</i>");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("link", { name: "<i>mine</i>" }).waitFor();
    await make("<i>mine</i>");
    await page.getByRole("dialog").getByRole("alert").getByText("<i>mine</i>").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Delete project <i>mine</i>" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete project" }).click();
    await page.getByText("Project <i>mine</i> is deleted").waitFor();
    await page.getByRole("link", { name: "<i>mine</i>" }).waitFor({ state: "detached" });
  });

  test.each(["light", "dark"] as const)("text stands out, and what can be used has a name (%s)", async (colorScheme) => {
    const faults: string[] = [];
    for (const path of PATHS) {
      const page = await pages.open(path, { colorScheme });
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
      faults.push(...(await faultsOf(page)).map((fault) => `${path}: ${fault}`));
      await page.context().close();
    }
    expect(faults).toEqual([]);
  });
});

describe("on a server where a lot has happened", () => {
  let pages: OpenPages;
  let filled: Filled;
  beforeAll(async () => {
    pages = await openPages();
    filled = await fillServer(pages.client, 120);
  });
  afterAll(async () => {
    await pages.close();
    expect(pages.errors).toEqual([]);
  });

  test("the dashboard counts runs, draws them over time, and a bar leads to its runs", async () => {
    const page = await pages.open("/");
    await page.getByRole("link", { name: /^Succeeded 107/ }).waitFor();
    expect(await page.getByRole("link", { name: /^Failed 13/ }).count()).toBe(1);
    expect(await page.getByRole("link", { name: /^In progress 4/ }).count()).toBe(1);
    const chart = page.getByRole("group", { name: "124 runs over time" });
    const bar = chart.getByRole("link", { name: /Success/ }).first();
    const [, successes] = /(\d+) Success/.exec(await bar.getAttribute("aria-label") ?? "") ?? [];
    await bar.dispatchEvent("click");
    await page.getByRole("heading", { level: 1, name: "Flow runs" }).waitFor();
    await page.getByRole("button", { name: /Take the filter away/ }).waitFor();
    await expect.poll(() => page.getByRole("row").filter({ hasText: "Success" }).count()).toBe(Number(successes));
    await page.goBack();
    await chart.waitFor();
  });

  test("a dashboard of one project is about that project, and its address says so", async () => {
    const page = await pages.open("/");
    await page.getByRole("combobox", { name: "Project" }).selectOption({ label: "billing" });
    const flows = page.getByRole("link", { name: /^Flows 4/ });
    await flows.waitFor();
    await page.reload();
    await flows.waitFor();
    expect(await page.getByRole("combobox", { name: "Project" }).evaluate((select) => (select as unknown as { selectedOptions: { text: string }[] }).selectedOptions[0]?.text)).toBe("billing");
    expect(await page.getByRole("link", { name: /^Succeeded 107/ }).count()).toBe(0);
    expect(await page.getByRole("main").getByRole("link", { name: "Daily ETL" }).count()).toBe(0);
  });

  test("runs that no agent takes stand out, with the reason and what to type", async () => {
    for (const path of ["/", "/agents"]) {
      for (const { id } of filled.agents) await pages.client.sendAgentHeartbeat({ agentId: id });
      const page = await pages.open(path);
      await page.getByText("2 runs: No agent has all of the labels gpu, windows. Agent gpu-box lacks windows.").waitFor();
      await page.getByText("flowlet agent local start --label gpu --label windows", { exact: true }).waitFor();
      await page.context().close();
    }
  });

  test("a text of a user is text, never markup", async () => {
    const page = await pages.open("/flows");
    await page.getByRole("link", { name: "<b>Cleanup</b>" }).waitFor();
    expect(await page.locator("main b").count()).toBe(0);
  });

  test("runs are filtered by state and name, and leafed through", async () => {
    const page = await pages.open("/flow-runs");
    const rows = page.getByRole("table", { name: "Flow runs" }).getByRole("row");
    await expect.poll(() => rows.count()).toBe(51);
    const first = await rows.nth(1).textContent();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText("Page 2").waitFor();
    await expect.poll(() => rows.nth(1).textContent()).not.toBe(first);
    await page.getByRole("button", { name: "Failed" }).click();
    await expect.poll(() => rows.count()).toBe(14);
    expect(await rows.filter({ hasText: "Failed" }).count()).toBe(13);
    const name = await rows.nth(3).getByRole("link").first().textContent();
    await page.getByRole("searchbox", { name: "Name" }).fill(name ?? "");
    await expect.poll(() => rows.count()).toBe(2);
    expect(new URL(page.url()).searchParams.get("name")).toBe(name);
    await page.getByRole("searchbox", { name: "Name" }).fill("there is none like this");
    await page.getByRole("button", { name: "Show all runs" }).click();
    await expect.poll(() => rows.count()).toBe(51);
  });

  test("what is planned for later stands under Scheduled only, the next one first", async () => {
    const page = await pages.open("/flow-runs");
    const rows = page.getByRole("table", { name: "Flow runs" }).getByRole("row");
    await expect.poll(() => rows.count()).toBe(51);
    expect(await rows.filter({ hasText: /in \d+ min/ }).count()).toBe(0);
    await page.getByRole("button", { name: "Scheduled" }).click();
    await expect.poll(() => rows.filter({ hasText: /in \d+ min/ }).count()).toBe(3);
    expect(await rows.count()).toBe(8);
  });

  test("the search page shows what was found by kind", async () => {
    const page = await pages.open("/search?q=work");
    await page.getByRole("heading", { name: "Agents" }).waitFor();
    await page.getByRole("link", { name: /workstation/ }).first().waitFor();
    await page.getByRole("searchbox").fill("crawl");
    await page.getByRole("link", { name: /Web crawl/ }).first().click();
    await page.getByRole("heading", { level: 1, name: "Web crawl" }).waitFor();
  });

  test("an agent that is gone is forgotten after a question", async () => {
    const gone = await pages.client.registerAgent({ name: "old-laptop", type: "LocalAgent", labels: ["old"], hostname: "old-laptop", coreVersion: "0.1.0" });
    expect(gone.id).not.toBe(filled.agents[0]!.id);
    const page = await pages.open("/agents");
    await page.getByRole("button", { name: "Actions for agent old-laptop" }).click();
    await page.getByRole("menuitem", { name: "Forget this agent" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Keep it as it is" }).click();
    expect(await page.getByRole("heading", { name: "old-laptop", exact: true }).count()).toBe(1);
    await page.getByRole("button", { name: "Actions for agent old-laptop" }).click();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByRole("button", { name: "Forget", exact: true }).click();
    await page.getByRole("heading", { name: "old-laptop", exact: true }).waitFor({ state: "detached" });
  });

  test.each([["light", 1360], ["dark", 1360], ["light", 420]] as const)("text stands out, what can be used has a name, and nothing is wider than its window (%s, %i pixels)", async (colorScheme, width) => {
    const faults: string[] = [];
    for (const path of [...PATHS.slice(0, 5), "/search?q=a", "/flow-runs?states=Failed&time=24h"]) {
      const page = await pages.open(path, { colorScheme, viewport: { width, height: 900 } });
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
      faults.push(...(await faultsOf(page)).map((fault) => `${path}: ${fault}`));
      await page.context().close();
    }
    expect(faults).toEqual([]);
  });
});
