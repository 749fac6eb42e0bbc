import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

test("the functional API accepts right wiring and refuses wrong wiring", () => {
  const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  const run = () => execFileSync(process.execPath, [join(typescript, "bin", "tsc"), "-p", import.meta.dirname], { encoding: "utf8" });
  let output = "";
  try {
    output = run();
  } catch (error) {
    output = (error as { stdout: string }).stdout;
  }
  expect(output).toBe("");
});
