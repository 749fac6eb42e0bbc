/** A script of its own: what is noticed from the first run on that keeps results. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const ENGINE = pathToFileURL(join(import.meta.dirname, "../../../engine/index.ts")).href;
const EMBEDDING = pathToFileURL(join(import.meta.dirname, "../../../engine/embedding.ts")).href;

let folder: string;
beforeEach(() => { folder = realpathSync(mkdtempSync(join(tmpdir(), "script-"))); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

/** Runs a script in a folder with files. @returns what it tells */
function runScript(script: string, files: Record<string, string> = {}): Record<string, string>[] {
  const all: Record<string, string> = {
    ...files,
    "script.ts": `
      import { readFileSync, writeFileSync } from "node:fs";
      import { Flow, ThreadExecutor, task } from "${ENGINE}";
      import { withHost } from "${EMBEDDING}";
      const told: Record<string, string>[] = [];
      async function run(flow: Flow, options: object = { cache: true }) {
        const reasons: Record<string, string> = {};
        const taskRunChanged = (_: unknown, run: any, state: any) => { if (state.isFinished()) reasons[run.task.name] = state.isCached() ? run.reason : "ran"; };
        await withHost({ observer: { taskRunChanged }, onLog() {} } as object, () => flow.run({}, options));
        told.push(reasons);
      }
      ${script}
      console.log(JSON.stringify(told));
      process.exit(0);`,
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return JSON.parse(execFileSync(process.execPath, ["script.ts"], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim().split("\n").at(-1) as string) as Record<string, string>[];
}

test("the functions that modules have imported, a package's too, notice what they read; files are called by their path from the working directory", () => {
  const told = runScript(`
    import { fromPackage } from "pkg";
    import { fromModule } from "./module.ts";
    const flow = new Flow("script");
    flow.build(() => { task(() => readFileSync("data.csv", "utf8"), { name: "own" })(); task(() => fromPackage(), { name: "package" })(); task(() => fromModule(), { name: "module" })(); });
    await run(flow); await run(flow);
    writeFileSync("data.csv", "two");
    await run(flow); await run(flow);
    writeFileSync("data.csv", "three");
    told.push(Object.fromEntries(flow.plan().tasks.map((one) => [one.name, one.reason])));
  `, {
    "data.csv": "one", "module.ts": `import { readFileSync } from "node:fs";\nexport const fromModule = (): string => readFileSync("data.csv", "utf8");\n`,
    "node_modules/pkg/package.json": `{ "name": "pkg", "version": "1.0.0", "type": "module", "exports": "./index.js" }`,
    "node_modules/pkg/index.js": `import { readFileSync } from "node:fs";\nexport const fromPackage = () => readFileSync("data.csv", "utf8");\n`,
  });
  const all = (said: string) => ({ own: said, package: said, module: said });
  expect(told).toEqual([all("ran"), all("kept"), all("ran"), all("kept"), all("file data.csv changed")]);
});

test("threads that began before notice nothing, and are replaced", () => {
  const told = runScript(`
    const executor = new ThreadExecutor({ threads: 1 });
    const flow = new Flow("script");
    flow.build(() => { task(() => readFileSync("data.csv", "utf8"), { name: "reads" })(); });
    await run(flow, { executor });
    await run(flow, { executor, cache: true });
    writeFileSync("data.csv", "two");
    await run(flow, { executor, cache: true });
    await run(flow, { executor, cache: true });
  `, { "data.csv": "one" });
  expect(told.map(({ reads }) => reads)).toEqual(["ran", "ran", "ran", "kept"]);
});

test("where no run keeps results nothing is replaced", () => {
  const told = runScript(`
    const before = [process.env, (await import("node:fs")).default.readFileSync];
    const flow = new Flow("script");
    flow.build(() => { task(() => 1, { name: "one" })(); });
    await run(flow, {});
    told.push({ same: String(before[0] === process.env && before[1] === (await import("node:fs")).default.readFileSync) });
    await run(flow);
    told.push({ same: String(before[0] === process.env || before[1] === (await import("node:fs")).default.readFileSync) });
  `);
  expect(told).toEqual([{ one: "ran" }, { same: "true" }, { one: "ran" }, { same: "false" }]);
});
