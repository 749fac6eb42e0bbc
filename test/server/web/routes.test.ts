import { describe, expect, test } from "vitest";
import { isPagePath, isServerPath, matchRoute, pathTo } from "../../../server/web/router/routes.ts";

describe("the address of a page", () => {
  test("is the same page with and without a slash at its end", () => {
    expect(matchRoute("/flow-runs")).toEqual({ page: "flow-runs" });
    expect(matchRoute("/flow-runs/")).toEqual({ page: "flow-runs" });
    expect(matchRoute("/")).toEqual({ page: "dashboard" });
    expect(matchRoute("///")).toEqual({ page: "dashboard" });
  });

  test("names a thing by its id, also by one that has to be encoded", () => {
    expect(matchRoute("/flow-run/0197-ab")).toEqual({ page: "flow-run", id: "0197-ab" });
    const odd = "a/b ?#%ü";
    expect(matchRoute(pathTo.taskRun(odd))).toEqual({ page: "task-run", id: odd });
  });

  test.each(["/nowhere", "/flow", "/flow/a/b", "/constructor", "/__proto__", "/flow/%E0%A4%A"])("%s is no page, and that is said with the address", (path) => {
    expect(matchRoute(path)).toEqual({ page: "not-found", path });
  });
});

test("the API and its document are left to the server", () => {
  expect(["/api", "/api/flows", "/docs", "/docs/static/index.css"].every(isServerPath)).toBe(true);
  expect(["/", "/apiary", "/flows", "/docsify"].some(isServerPath)).toBe(false);
});

describe("where the login leads to afterwards", () => {
  test.each(["/", "/flow-run/1?tab=logs#end", "/search?q=a%20b"])("%s is a page of ours", (address) => expect(isPagePath(address)).toBe(true));
  test.each(["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "", "/\t/evil.example", "/a\n", "/api/logout"])("%j is not", (address) => expect(isPagePath(address)).toBe(false));
});
