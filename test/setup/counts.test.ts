import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { countUnittest } from "../../scripts/test/conformance.mjs";
import { add, NOTHING, summary } from "../../scripts/test/counts.mjs";
import { countTests } from "../../scripts/test/vitest.mjs";
import { CHECKOUT } from "./checkout-copy.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "flowlet-counts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the counts of npm test", () => {
  test.each([
    ["def test_a(self): pass\n    def test_b(self): pass", { passed: 2, failed: 0, skipped: 0 }],
    ["def test_a(self): self.fail()\n    def test_b(self): raise KeyError\n    def test_c(self): pass", { passed: 1, failed: 2, skipped: 0 }],
    ["def test_a(self): self.skipTest('why')\n    def test_b(self): pass", { passed: 1, failed: 0, skipped: 1 }],
    ["def test_a(self): self.skipTest('why')\n    def test_b(self): self.fail()", { passed: 0, failed: 1, skipped: 1 }],
    ["nothing = 1", { passed: 0, failed: 1, skipped: 0 }],
  ])("are read from what Python's unittest prints: %j", (body, expected) => {
    writeFileSync(path.join(folder, "test_case.py"), `import unittest\n\nclass Case(unittest.TestCase):\n    ${body}\n`);
    const { stderr, status } = spawnSync("python3", ["-m", "unittest", "discover", "-v", "-s", folder], { encoding: "utf8" });
    expect(countUnittest(stderr, status!)).toEqual(expected);
  });

  test("of a suite that ended without a count are one failure", () => {
    expect(countUnittest("Traceback (most recent call last):\n", 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(countUnittest("Ran 3 tests in 1s\n\nOK\n", 139)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });

  test("of vitest count a file that broke before its first test, and an error outside of all tests", () => {
    const config = path.join(folder, "vitest.config.mjs");
    writeFileSync(config, "export default {};\n");
    const files = {
      "passes.test.mjs": "import { test } from 'vitest'; test('a', () => {}); test.skip('b', () => {}); test.todo('c');",
      "breaks.test.mjs": "import { test } from 'vitest'; test('d', () => {}); throw new Error('broken');",
      "fails.test.mjs": "import { test } from 'vitest'; test('e', () => { throw new Error('no'); });",
    };
    const count = (...names: (keyof typeof files)[]) => {
      for (const name of names) writeFileSync(path.join(folder, name), files[name].replace("'vitest'", JSON.stringify(path.join(CHECKOUT, "node_modules/vitest/dist/index.js"))));
      const report = path.join(folder, "report.json");
      const { status } = spawnSync(process.execPath, [path.join(CHECKOUT, "node_modules/vitest/vitest.mjs"), "run", "--root", folder, "--reporter=json", `--outputFile=${report}`, ...names], { encoding: "utf8" });
      return countTests(JSON.parse(readFileSync(report, "utf8")), status!);
    };
    expect(count("passes.test.mjs")).toEqual({ passed: 1, failed: 0, skipped: 2 });
    expect(count("passes.test.mjs", "breaks.test.mjs", "fails.test.mjs")).toEqual({ passed: 1, failed: 2, skipped: 2 });
  });

  test("are summed up in one line", () => {
    expect(summary(add(add(NOTHING, { passed: 3 }), { passed: 1, failed: 2 }))).toBe("4 passed, 2 failed");
    expect(summary(add(NOTHING, { passed: 1, skipped: 2 }))).toBe("1 passed, 0 failed, 2 skipped");
  });
});
