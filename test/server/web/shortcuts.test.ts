import { expect, test } from "vitest";
import { GO_KEYS, shortcutOf } from "../../../server/web/shell/shortcuts.ts";
import { matchRoute } from "../../../server/web/router/routes.ts";

test("g and a letter go to a page that is there", () => {
  expect(GO_KEYS.map(({ href }) => matchRoute(href).page)).not.toContain("not-found");
  for (const { key, href } of GO_KEYS) expect(shortcutOf(key, "g")).toEqual({ kind: "go", href });
});

test("a letter alone does nothing, and a key after g that leads nowhere means what it means alone", () => {
  expect(shortcutOf("d", null)).toBeNull();
  expect(shortcutOf("x", "g")).toBeNull();
  expect(shortcutOf("/", "g")).toEqual({ kind: "search" });
  expect(shortcutOf("g", "g")).toEqual({ kind: "prefix" });
  expect(shortcutOf("?", null)).toEqual({ kind: "shortcuts" });
});
