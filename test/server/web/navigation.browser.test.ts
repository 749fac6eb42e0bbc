/** Going from page to page: addresses, history, keys, theme. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { registerFlow } from "./filled-server.ts";
import { openPages, type OpenPages } from "./open-pages.ts";

let pages: OpenPages;
beforeAll(async () => { pages = await openPages(); });
afterAll(async () => {
  await pages.close();
  expect(pages.errors).toEqual([]);
});

describe("an address", () => {
  test("opens its page directly, says so in the title, and survives a reload", async () => {
    const page = await pages.open("/flow-runs?states=Failed&name=otter");
    const failed = page.getByRole("group", { name: "State" }).getByRole("button", { name: "Failed" });
    await failed.waitFor();
    expect(await failed.getAttribute("aria-pressed")).toBe("true");
    expect(await page.getByRole("searchbox", { name: "Name" }).inputValue()).toBe("otter");
    await page.reload();
    await failed.waitFor();
    expect(await failed.getAttribute("aria-pressed")).toBe("true");
    expect(await page.title()).toBe("Flow runs · Flowlet");
    expect(await page.getByRole("link", { name: "Flow runs" }).getAttribute("aria-current")).toBe("page");
  });

  test("that is no page says so, with a way out", async () => {
    const page = await pages.open("/no/such/page");
    await page.getByText("Nothing is at /no/such/page").waitFor();
    await page.getByRole("main").getByRole("link", { name: "Dashboard" }).click();
    await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/");
  });

  test("of a thing that is not there names it", async () => {
    const page = await pages.open("/flow-run/00000000-0000-4000-8000-000000000000");
    await page.getByText("No flow run has the id 00000000-0000-4000-8000-000000000000").waitFor();
    await expect.poll(() => page.title()).toBe("There is no such flow run · Flowlet");
  });

  test("changes with a click without loading anew, and the back button goes back", async () => {
    const page = await pages.open("/flows");
    await page.evaluate("window.sameDocument = true");
    await page.getByRole("link", { name: "Agents" }).click();
    await page.getByRole("heading", { level: 1, name: "Agents" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/agents");
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Flows" }).waitFor();
    expect(await page.evaluate("window.sameDocument")).toBe(true);
  });

  test("of the API's document is the server's", async () => {
    const page = await pages.open("/");
    const [opened] = await Promise.all([page.context().waitForEvent("page"), page.getByRole("link", { name: "API" }).click()]);
    await opened.waitForLoadState();
    expect(new URL(opened.url()).pathname).toMatch(/^\/docs/);
  });
});

describe("the keyboard", () => {
  test("g and a letter go to a page, ? shows the keys, Escape closes, and nothing happens while something is typed", async () => {
    const page = await pages.open("/");
    await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
    await page.keyboard.type("gf");
    await page.getByRole("heading", { level: 1, name: "Flows" }).waitFor();
    await page.keyboard.type("?");
    await page.getByRole("dialog", { name: "Shortcuts" }).waitFor();
    await page.keyboard.type("gd");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Shortcuts" }).waitFor({ state: "detached" });
    const field = page.getByRole("searchbox", { name: "Name" });
    await field.fill("");
    await field.pressSequentially("gd?/");
    expect(await field.inputValue()).toBe("gd?/");
    expect(new URL(page.url()).pathname).toBe("/flows");
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  test("the first Tab leads past the navigation", async () => {
    const page = await pages.open("/projects");
    await page.getByRole("heading", { level: 1, name: "Projects" }).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.closest('main') !== null")).toBe(true);
  });

  test("search finds while one types, goes through what was found with the arrows, and opens it with Enter", async () => {
    const flow = await registerFlow(pages.client, "Weather <report>");
    await registerFlow(pages.client, "Weather archive");
    const page = await pages.open("/projects");
    await page.getByRole("heading", { level: 1, name: "Projects" }).waitFor();
    await page.keyboard.press("/");
    await page.getByRole("dialog", { name: "Search everywhere" }).waitFor();
    await page.keyboard.type("WEATHER");
    const option = page.getByRole("option", { name: /Weather <report>/ });
    await option.waitFor();
    for (let step = 0; step < 20 && (await option.getAttribute("aria-selected")) !== "true"; step++) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Weather <report>" }).waitFor();
    expect([`/flow/${flow.id}`, `/flow/${flow.flowGroupId}`]).toContain(new URL(page.url()).pathname);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("zzzz");
    await page.getByText("Nothing has “zzzz” in its name.").waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Search" }).waitFor();
    expect(new URL(page.url()).search).toBe("?q=zzzz");
  });
});

describe("the theme", () => {
  const ground = "getComputedStyle(document.body).backgroundColor";

  test("is the system's, until another one is chosen; that one is kept", async () => {
    const dark = await pages.open("/flows", { colorScheme: "dark" });
    const light = await pages.open("/flows", { colorScheme: "light" });
    const [darkGround, lightGround] = [await dark.evaluate(ground), await light.evaluate(ground)];
    expect(darkGround).not.toBe(lightGround);
    await dark.getByRole("button", { name: /Theme: as the system/ }).click();
    await dark.getByRole("button", { name: /Theme: light/ }).waitFor();
    expect(await dark.evaluate(ground)).toBe(lightGround);
    await dark.reload();
    expect(await dark.evaluate(ground)).toBe(lightGround);
    await dark.getByRole("button", { name: /Theme: light/ }).click();
    await dark.getByRole("button", { name: /Theme: dark/ }).click();
    expect(await dark.evaluate(ground)).toBe(darkGround);
  });

  test("follows the system while the page is open", async () => {
    const page = await pages.open("/flows", { colorScheme: "light" });
    const before = await page.evaluate(ground);
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(() => page.evaluate(ground)).not.toBe(before);
  });
});
