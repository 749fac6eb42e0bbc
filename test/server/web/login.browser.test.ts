/** A server that asks for its token. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPages, type OpenPages } from "./open-pages.ts";

let pages: OpenPages;
beforeAll(async () => { pages = await openPages({ token: "a-token-of-the-test-0123456789abcdef" }); });
afterAll(async () => {
  await pages.close();
  expect(pages.errors).toEqual([]);
});

test("a deep link leads to the login and from there to where it was meant to; logging out ends it", async () => {
  await pages.client.createProject({ name: "secret plans" });
  const page = await pages.open("/projects?x=1");
  const token = page.getByLabel("Token");
  await token.waitFor();
  expect(await page.getByText("secret plans").count()).toBe(0);
  expect(new URL(page.url()).searchParams.get("next")).toBe("/projects?x=1");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText("Type the token first.").waitFor();
  await token.fill("wrong");
  await page.keyboard.press("Enter");
  await page.getByText("That is not this server's token.").waitFor();
  await token.fill(` ${pages.token} `);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "secret plans" }).waitFor();
  expect(page.url()).toBe(`${pages.endpoint}/projects?x=1`);
  await pages.client.createProject({ name: "seen live" });
  await page.getByRole("link", { name: "seen live" }).waitFor();
  expect(await page.evaluate("document.cookie + JSON.stringify({ ...localStorage })")).not.toContain("token-of-the-test");

  await page.reload();
  await page.getByRole("link", { name: "secret plans" }).waitFor();
  await page.getByRole("button", { name: "Log out" }).click();
  await token.waitFor();
  await page.goto(`${pages.endpoint}/projects`);
  await token.waitFor();
});

test("a link that was made to lead away after the login does not", async () => {
  const page = await pages.open("/login?next=//evil.example/");
  await page.getByLabel("Token").fill(pages.token ?? "");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
  expect(page.url()).toBe(`${pages.endpoint}/`);
});
