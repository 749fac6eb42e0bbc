import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openApiDocument } from "../../../server/api/openapi-document.ts";
import { OPERATIONS } from "../../../server/api/operations.ts";
import { started } from "../started.ts";

const folder = mkdtempSync(join(tmpdir(), "flowlet-web-"));
const web = join(folder, "web");
mkdirSync(join(web, "assets"), { recursive: true });
writeFileSync(join(web, "index.html"), "<!doctype html><title>Flowlet</title>");
writeFileSync(join(web, "favicon.svg"), "<svg/>");
writeFileSync(join(web, "assets/index-abc123.js"), "export {};");
writeFileSync(join(folder, "secret.txt"), "top secret");
symlinkSync(join(folder, "secret.txt"), join(folder, "link.txt"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the pages", () => {
  const at = started({ webFolder: web });

  test.each(["/", "/index.html", "/flow/019ab5d5-0c0c-7000-8000-000000000000", "/flow-run/x?tab=logs", "/login", "/a.b/c", "/search?text=a.js"])("%s is the index, which is asked for again each time", async (path) => {
    const { status, text, headers } = await at.ask(path, { headers: { accept: "text/html,*/*" } });
    expect([status, text, headers["content-type"], headers["cache-control"]]).toEqual([200, "<!doctype html><title>Flowlet</title>", "text/html; charset=utf-8", "no-cache"]);
  });

  test("files with a hash in their name are kept for good, others are asked for again", async () => {
    const script = await at.ask("/assets/index-abc123.js");
    expect([script.status, script.text, script.headers["cache-control"], script.headers["content-type"]]).toEqual([200, "export {};", "public, max-age=31536000, immutable", "application/javascript; charset=utf-8"]);
    const icon = await at.ask("/favicon.svg");
    expect([icon.status, icon.headers["cache-control"]]).toEqual([200, "no-cache"]);
    expect((await at.ask("/favicon.svg", { headers: { "if-none-match": String(icon.headers.etag) } })).status).toBe(304);
  });

  test.each(["/assets/index-old.js", "/none.css", "/assets/", "/api/x.html"])("a file that is not there is no page: %s", async (path) => {
    expect((await at.refusal(path)).slice(0, 2)).toEqual([404, "NOT_FOUND"]);
  });

  test("who wants no page gets none, and nothing is written to a page", async () => {
    expect((await at.refusal("/flow/1", { headers: { accept: "application/json" } }))[0]).toBe(404);
    expect((await at.refusal("/flow/1", { method: "POST", headers: { accept: "text/html" } }))[0]).toBe(404);
  });

  test.each(["/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/assets/..%5c..%5csecret.txt", "/%2e%2e%2f%2e%2e%2fetc/passwd", "//etc/passwd", "/assets/%00", "/....//secret.txt", "/assets/../../link.txt"])("nothing outside of them is served: %s", async (path) => {
    const { status, text } = await at.ask(path, { headers: { accept: "application/json" } });
    expect(text).not.toMatch(/top secret|root:/);
    expect([400, 403, 404]).toContain(status);
  });
});

describe("a server whose pages are not built", () => {
  const at = started({ webFolder: join(folder, "none") });

  test.each(["/", "/flow/1"])("says so at %s, and what to do", async (path) => {
    const { status, text, headers } = await at.ask(path, { headers: { accept: "text/html" } });
    expect([status, headers["content-type"], headers["cache-control"]]).toEqual([503, "text/html; charset=utf-8", "no-store"]);
    expect(text).toMatch(/are not built[^]*npm run build/);
  });

  test("serves its API all the same", async () => {
    expect((await at.client.getStatus()).database).toBe("sqlite");
  });

  test("has the API's document for programs", async () => {
    const { status, text } = await at.ask("/docs/json");
    const { version } = await at.client.getStatus();
    expect([status, JSON.parse(text)]).toEqual([200, JSON.parse(JSON.stringify(openApiDocument(version)))]);
    const document = JSON.parse(text) as ReturnType<typeof openApiDocument>;
    const documented = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    expect(documented.sort()).toEqual([...Object.keys(OPERATIONS), "streamEvents", "login", "logout"].sort());
  });

  test("has it for people, in a page whose scripts and styles the server's own policy lets through", async () => {
    const { status, text } = await at.ask("/docs");
    expect(status).toBe(200);
    expect(text).not.toMatch(/<script>|<script [^>]*>\s*\S+\s*<\/script>|<style|\son\w+=|style="/);
    const parts = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
    expect(parts.length).toBeGreaterThan(5);
    for (const path of parts) expect([path, (await at.ask(path)).status]).toEqual([path, 200]);
  });
});

test("every reference of the document is to something in it, and nothing is said that no tool can read", () => {
  const document = openApiDocument("1");
  const text = JSON.stringify(document);
  for (const [, path] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) expect(path.split("/").reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], document), path).toBeTypeOf("object");
  expect(text).not.toMatch(/\$defs|__schema|"\$schema"|"id":"[A-Z]/);
  for (const methods of Object.values(document.paths)) {
    for (const operation of Object.values(methods)) {
      const statuses = Object.keys(operation.responses as object);
      expect([operation.operationId, statuses]).toEqual([operation.operationId, expect.arrayContaining(["200", "500"])]);
    }
  }
});
