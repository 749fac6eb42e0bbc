/** The probe: Flowlet is right after each edit, and the probe would notice if it, or another, were not. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { EDITS, notebooksOf, type Edit } from "../../bench/probe/edits.ts";
import type { ProbedEngine } from "../../bench/probe/engines.ts";
import { measureProbe } from "../../bench/probe/suite.ts";
import { judge, type Observation, type Run } from "../../bench/probe/verdict.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");

/** Rows of a table in Markdown, by their first cell. */
const rowsOf = (text: string) => new Map(text.split("\n").filter((line) => line.startsWith("|")).map((line) => {
  const [first, ...cells] = line.split("|").slice(1, -1).map((cell) => cell.trim());
  return [first!, cells] as const;
}));

test("after each edit, in a kernel, Flowlet returns what the cells say and runs what it has to, and nothing else", async () => {
  const { text, short } = await measureProbe({ quick: true, alone: true });
  const rows = rowsOf(text);
  const expected = EDITS.map(({ name, needs }) => [name, [["✓ hit", "✓ runs `f` only", "✓ runs again"][needs.length]]]);
  expect(EDITS.map(({ name }) => [name, rows.get(name)])).toEqual(expected);
  expect(rows.get("**stale**")).toEqual([`0 of ${EDITS.length}`]);
  expect(new Set(rowsOf(short).get("**Flowlet**"))).toEqual(new Set(["✓"]));
});

test("what is called right is what the cells return without any engine", async () => {
  const program = `import json, os, sys, tempfile
sys.dont_write_bytecode = True
values = []
started = os.getcwd()
for notebook in json.load(sys.stdin):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in notebook["files"].items():
            sys.modules.pop(name.removesuffix(".py"), None)
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
        sys.path.insert(0, folder)
        os.chdir(folder)
        scope = {"task": lambda function: function, "ran": lambda name: None}
        for cell in notebook["cells"].values():
            exec(cell, scope)
        values.append(scope["g"](scope["f"](3)))
        sys.path.remove(folder)
        os.chdir(started)
print(json.dumps(values))`;
  const running = run(process.env.FLOWLET_PYTHON ?? (process.platform === "win32" ? "python" : "python3"), ["-c", program]);
  running.child.stdin!.end(JSON.stringify(EDITS.map((edit) => notebooksOf(edit, "python").at(-1))));
  expect(JSON.parse((await running).stdout)).toEqual(EDITS.map(({ right }) => right));
});

test("no edit meets what was kept for another: the tasks of each have its name in their text", () => {
  for (const language of ["python", "typescript"] as const) {
    const texts = EDITS.map((edit) => notebooksOf(edit, language)[0]!.cells);
    for (const task of ["f", "g"]) expect(new Set(texts.map((cells) => cells[task])).size, `${language}, ${task}`).toBe(EDITS.length);
  }
});

describe("an engine is judged by its values and by what ran", () => {
  const change = EDITS.find(({ name }) => name === "a helper")!;
  const comment = EDITS.find(({ name }) => name === "a comment only")!;
  const equal = EDITS.find(({ name }) => name === "the task, to an equal result")!;
  const first: Run = { value: 108, ran: ["f", "g"] };
  const kept: Run = { value: 108, ran: [] };
  const cases: [says: string, edit: Edit, runs: Run[], verdict: string][] = [
    ["a value that the cells no longer say is stale", change, [first, kept, { value: 108, ran: [] }], "**STALE** (108, right is 126)"],
    ["a wrong value is stale whatever ran for it", change, [first, kept, { value: 108, ran: ["f", "g"] }], "**STALE** (108, right is 126)"],
    ["a right value after a change", change, [first, kept, { value: 126, ran: ["f", "g"] }], "✓ runs again"],
    ["a right value, and nothing ran", comment, [first, kept, kept], "✓ hit"],
    ["a right value, and more ran than had to", comment, [first, kept, { value: 108, ran: ["f"] }], "needless run"],
    ["the consumer of an equal result need not run", equal, [first, kept, { value: 108, ran: ["f", "g"] }], "needless run"],
    ["the consumer of an equal result did not run", equal, [first, kept, { value: 108, ran: ["f"] }], "✓ runs `f` only"],
    ["what runs each time says nothing about edits", change, [first, first, { value: 126, ran: ["f", "g"] }], "keeps nothing"],
    ["what did not run at first met what was kept for another", change, [kept, kept, { value: 126, ran: ["f", "g"] }], "fails (its first run did not run each task once)"],
    ["what ended early", change, [first, kept], "fails (it ended early)"],
  ];
  test.each(cases)("%s", (_, edit, runs, verdict) => {
    expect(judge(edit, { name: edit.name, runs }).text).toBe(verdict);
  });

  test("an error is what it says", () => {
    expect(judge(change, { name: change.name, runs: [first], error: "NameError: helper" })).toEqual({ kind: "failed", text: "fails (NameError: helper)" });
  });
});

test("an engine that cannot be installed, or fails, is listed with the reason, and the others are judged", async () => {
  const observe = async (edits: readonly Edit[]): Promise<Observation[]> => edits.map(({ name }) => ({ name, runs: [{ value: 108, ran: ["f", "g"] }, { value: 108, ran: [] }, { value: 108, ran: [] }] }));
  const engines: ProbedEngine[] = [
    { name: "far away", own: false, install: async () => "ERROR: no such package", observe },
    { name: "broken", own: false, observe: () => Promise.reject(Object.assign(new Error("Command failed"), { stderr: "Traceback\nTypeError: it broke\n" })) },
    { name: "never looks", own: false, without: ["a helper's helper"], observe },
    { name: "slow", own: false, slow: true, observe: () => Promise.reject(new Error("it was asked for")) },
  ];
  const edits = EDITS.filter(({ name }) => ["nothing", "a helper", "a helper's helper"].includes(name));
  const { text, short } = await measureProbe({ quick: true, alone: false }, engines, edits);
  expect(text).toContain("far away: absent (ERROR: no such package)");
  expect(text).toContain("broken: failed (TypeError: it broke)");
  expect(text).not.toContain("slow");
  expect([...rowsOf(text)].slice(2)).toEqual([
    ["nothing", ["✓ hit"]], ["a helper", ["**STALE** (108, right is 126)"]], ["a helper's helper", ["–"]], ["**stale**", ["1 of 2"]], ["**needless runs**", ["0 of 2"]],
  ]);
  expect(rowsOf(short).get("never looks")).toEqual(["stale", "–", "✓"]);
});

test.each(["README.md", "docs/performance.md"])("%s has a place for the probe's table", (page) => {
  const text = readFileSync(join(ROOT, page), "utf8");
  expect(rowsOf(text.slice(text.indexOf("<!-- bench:probe -->"), text.indexOf("<!-- /bench:probe -->"))).size).toBeGreaterThan(2);
});
