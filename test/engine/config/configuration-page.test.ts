import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");
const page = await import("../../../scripts/docs/configuration-page.mjs" as string) as { configurationPage(): string };

test("docs/configuration.md is what the table of keys gives", () => {
  expect(readFileSync(join(ROOT, "docs/configuration.md"), "utf8")).toBe(page.configurationPage());
});
