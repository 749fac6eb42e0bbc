/** Results kept across restarts of a real kernel, beside the notebook. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Notebook } from "./notebook.ts";

let directory = "";
const notebooks: Notebook[] = [];
beforeEach(() => { directory = mkdtempSync(join(tmpdir(), "flowlet-restarts-")); });
afterEach(async () => {
  await Promise.all(notebooks.splice(0).map((notebook) => notebook.close()));
  rmSync(directory, { recursive: true, force: true });
});

async function open(env: Record<string, string> = {}): Promise<Notebook> {
  const notebook = await Notebook.open({}, { FLOWLET__CACHE__FOLDER: ".flowlet/results", ...env }, directory);
  notebooks.push(notebook);
  return notebook;
}

async function close(notebook: Notebook): Promise<void> {
  notebooks.splice(notebooks.indexOf(notebook), 1);
  await notebook.close();
}

const cells = (clean = "x * factor") => ({
  constant: "const factor = 2;",
  helper: `const clean = (x: number): number => ${clean};`,
  tasks: `
    class Model { weights = [1, 2]; }
    const load = task((n: number) => { console.log("loading", n); return Array.from({ length: n }, (_, i) => clean(i)); });
    const each = task((x: number) => x + 1);
    const total = task((rows: number[]) => rows.reduce((a, b) => a + b, 0));
    const fit = task((rows: number[]) => { rows.length; return new Model(); });
    const roll = task(() => Math.random());`,
  flow: `
    const flow = new Flow("restarts");
    const { last, model, dice } = flow.build(() => { const rows = load(4); return { last: total(each.map(rows)), model: fit(rows), dice: roll() }; });`,
});
/** Runs all cells, as after a restart. @returns state of each task by name */
async function runAll(notebook: Notebook, texts: Record<string, string> = cells()): Promise<Record<string, string>> {
  for (const [id, code] of Object.entries(texts)) await notebook.cell(id, code);
  await notebook.cell("run", "const state = await flow.run();");
  return await notebook.value("Object.fromEntries([...state.result].map(([one, its]) => [one.name, its.isMapped() ? (its as any).mapStates.map((child: State) => child.type).join() : its.type]))") as Record<string, string>;
}

test("the kernel is restarted and all cells are run: everything pure is kept; what is not says why", async () => {
  const first = await open();
  expect(await runAll(first)).toEqual({ load: "Success", each: "Success,Success,Success,Success", total: "Success", fit: "Success", roll: "Success" });
  await close(first);
  expect(existsSync(join(directory, ".flowlet/results/results.db"))).toBe(true);
  expect(readFileSync(join(directory, ".flowlet/.gitignore"), "utf8")).toBe("*\n");
  const second = await open();
  expect(await runAll(second)).toEqual({ load: "Cached", each: "Cached,Cached,Cached,Cached", total: "Cached", fit: "Success", roll: "Success" });
  expect(await second.value("state.result.get(last).result")).toBe(16);
  await close(second);
  const third = await open();
  expect(await runAll(third, cells("x * factor + 1"))).toEqual({ load: "Success", each: "Success,Success,Success,Success", total: "Success", fit: "Success", roll: "Success" });
  expect(await third.value("state.result.get(last).result")).toBe(20);
  // The undo hits what was kept two kernels ago.
  expect(await runAll(third)).toMatchObject({ load: "Cached", each: "Cached,Cached,Cached,Cached", total: "Cached", roll: "Cached" });
});

test("two kernels of one folder keep results at the same time, and a third one finds them all", async () => {
  const flow = (first: number) => ({
    tasks: "const step = task((n: number) => ({ n, square: n * n, text: `row ${n}`.repeat(50) }));",
    flow: `const flow = new Flow("many", () => { for (let n = ${first}; n < ${first} + 300; n++) step(n); });`,
  });
  const [one, other] = await Promise.all([open(), open()]);
  await Promise.all([runAll(one, flow(0)), runAll(other, flow(200))]);
  await Promise.all([runAll(one, flow(200)), runAll(other, flow(0))]);
  for (const notebook of [one, other]) expect(await notebook.value("[...state.result.values()].every((its: any) => its.result.square === its.result.n ** 2)")).toBe(true);
  await Promise.all([close(one), close(other)]);
  const third = await open();
  for (const first of [0, 200]) {
    await runAll(third, flow(first));
    expect(await third.value("[...state.result.values()].filter((its) => its.isCached()).length")).toBe(300);
  }
});

test("killed in the middle of a run, it goes on after the last task that had finished", async () => {
  const texts = {
    tasks: "const slow = task(async (n: number, before: number) => { await new Promise((resolve) => setTimeout(resolve, 40)); return n + before; });",
    flow: `const flow = new Flow("slow"); const last = flow.build(() => { let one: any = 0; for (let n = 0; n < 30; n++) one = slow(n, one); return one; });`,
  };
  const notebook = await open();
  for (const [id, code] of Object.entries(texts)) await notebook.cell(id, code);
  const died = notebook.client.execute(`
    let finished = 0;
    const state = await flow.run({}, { taskRunnerStateHandlers: [(_task, _old, now) => { if (now.isFinished() && ++finished === 12) setTimeout(() => process.kill(process.pid, "SIGKILL"), 20); }] });`, { metadata: { cellId: "run" } });
  expect((await died).error?.ename).toBe("KernelDied");
  await notebook.cell("counting", `import { task, Flow, type State } from "flowlet";`);
  const states = await runAll(notebook, texts);
  expect(Object.keys(states)).toEqual(["slow"]);
  const kept = await notebook.value("[...state.result.values()].filter((its) => its.isCached()).length") as number;
  expect(kept).toBeGreaterThan(2);
  expect(kept).toBeLessThan(30);
  expect(await notebook.value("state.result.get(last as never)?.result")).toBe(435);
});

test("a folder that can not be used is told once, and the notebook works", async () => {
  mkdirSync(join(directory, ".flowlet"), { recursive: true });
  writeFileSync(join(directory, ".flowlet/results"), "a file");
  const notebook = await open();
  await runAll(notebook);
  const printed = notebook.client.received.filter(({ header }) => header.msg_type === "stream").map(({ content }) => content.text as string).join("");
  expect(printed.match(/Results are kept in memory only: .*\.flowlet\/results can not be used/g)).toHaveLength(1);
  expect(await runAll(notebook)).toMatchObject({ load: "Cached", total: "Cached" });
});

test("a flow with cache: false keeps nothing, and so does a notebook whose configuration says so", async () => {
  const notebook = await open();
  const texts = { ...cells(), flow: cells().flow.replace(`"restarts"`, `"restarts", { cache: false }`) };
  await runAll(notebook, texts);
  expect((await runAll(notebook, texts)).load).toBe("Success");
  await close(notebook);
  expect(existsSync(join(directory, ".flowlet/results"))).toBe(false);
  const off = await open({ FLOWLET__CACHE__ENABLED: "false" });
  await runAll(off);
  expect((await runAll(off)).load).toBe("Success");
});
