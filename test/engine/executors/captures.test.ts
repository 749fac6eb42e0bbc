import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const { stdout, stderr, status } = spawnSync("node", [join(import.meta.dirname, "captures", "program.ts")], { encoding: "utf8", env: { ...process.env, FLOWLET__LOGGING__LEVEL: "CRITICAL", NODE_OPTIONS: "" } });
const cases = stderr.trim().split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as { kind: string; same: boolean; got: string; expected: string });

test("the program runs to its end, and no thread keeps it alive", () => {
  expect({ status, stdout, other: stderr.split("\n").filter((line) => line !== "" && !line.startsWith("{")) }).toEqual({ status: 0, stdout: "", other: [] });
  expect(cases.length).toBeGreaterThan(80);
});

// In a thread a task has what it captures, with the right value, or is refused by name.
test.each(cases)("$kind", ({ same, got, expected }) => {
  expect(same ? expected : got).toBe(expected);
});
