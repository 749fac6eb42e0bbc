import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  Flow, LOOP, LocalResult, Mapped, Parameter, Pending, SecretResult, State, TaskStates, allFinished, allInputs, context, flatten, task, type Task, type Trigger,
} from "../../../engine/index.ts";

let dir: string;
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), "flowlet-restarts-")); });
afterEach(() => { rmSync(dir, { recursive: true, force: true }); });

const calls: string[] = [];
const note = (name: string) => { calls.push(name); };

/** Runs a flow, takes its states through JSON text into the flow built anew, without those of some tasks, and runs that. */
async function restarted<T extends Task>(build: () => T, without: readonly string[], run: { readonly parameters?: Record<string, unknown>; readonly checkpointing?: boolean; readonly between?: () => void } = {}) {
  const make = () => {
    const flow = new Flow("f", { result: new LocalResult({ dir }) });
    return [flow, flow.build(build)] as const;
  };
  const { parameters = {}, checkpointing = true } = run;
  const [flow] = make();
  const first = await flow.run(parameters, { checkpointing });
  const json = JSON.parse(JSON.stringify(first.result.toJson(flow))) as Record<string, unknown>;
  for (const slug of without) delete json[slug];
  run.between?.();
  calls.length = 0;
  const [again, node] = make();
  // Another process has cached nothing.
  const second = await context.with({ caches: new Map() }, () => again.run(parameters, { taskStates: TaskStates.fromJson(json, again) }));
  return { first, second, state: second.result.get(node as never) as State, calls: [...calls] };
}

const load = task((n: number) => { note("load"); return Array.from({ length: n }, (_, i) => i + 1); }, { name: "load" });
const double = task((x: number) => { note("double"); return x * 2; }, { name: "double" });
const sum = task((xs: number[]) => { note("sum"); return xs.reduce((a, b) => a + b, 0); }, { name: "sum" });

describe("a flow goes on from states that know only where results are", () => {
  test("only what has no state runs; it reads what it needs", async () => {
    const { state, calls } = await restarted(() => sum(load(3)), ["sum-1"]);
    expect([state.result, calls]).toEqual([6, ["sum"]]);
  });

  test("what nobody needs is not read", async () => {
    const { second, calls } = await restarted(() => { const rows = load(3); return task((_?: unknown) => "after", { name: "after" }).with({ upstreamTasks: [rows] })(); }, ["after-1"]);
    expect([calls, [...second.result.values()].map((state) => state.result)]).toEqual([[], [undefined, "after"]]);
    const rows = [...second.result.values()][0];
    expect((await rows.loadResult()).result).toEqual([1, 2, 3]);
  });

  test("parameters and constants", async () => {
    const { state, calls } = await restarted(() => double(new Parameter<number>("n")), ["double-1"], { parameters: { n: 4 } });
    expect([state.result, calls]).toEqual([8, ["double"]]);
  });

  test("a mapped task: its children's results are read for what reduces them", async () => {
    const { state, calls } = await restarted(() => sum(double.map(load(3))), ["sum-1"]);
    expect([state.result, calls]).toEqual([12, ["sum"]]);
  });

  test("a mapped task over what was read, and one over mapped children", async () => {
    const { state, calls } = await restarted(() => double.map(double.map(load(2))), ["double-2"]);
    expect([(state as Mapped).result, calls]).toEqual([[4, 8], ["double", "double"]]);
    const over = await restarted(() => double.map(load(2)), ["double-1"]);
    expect([(over.state as Mapped).result, over.calls]).toEqual([[2, 4], ["double", "double"]]);
  });

  test("only those children that are not done", async () => {
    const flow = new Flow("f", { result: new LocalResult({ dir }) });
    const build = () => double.map(load(3));
    flow.build(build);
    const json = JSON.parse(JSON.stringify((await flow.run({}, { checkpointing: true })).result.toJson(flow))) as Record<string, { mapStates: { type: string; result?: unknown }[] }>;
    json["double-1"].mapStates[1] = new Pending().toJson();
    calls.length = 0;
    const again = new Flow("f");
    const mapped = again.build(build);
    const state = (await again.run({}, { taskStates: TaskStates.fromJson(json, again) })).result.get(mapped) as unknown as Mapped;
    expect([state.mapStates.map((child) => child.type), calls]).toEqual([["Success", "Success", "Success"], ["double"]]);
    expect((await state.loadResult()).result).toEqual([2, 4, 6]);
  });

  test("what is flattened", async () => {
    const pairs = task((x: number) => [x, x], { name: "pairs" });
    const { state } = await restarted(() => double.map(flatten(pairs.map(load(2)))), ["double-1"]);
    expect((state as Mapped).result).toEqual([2, 2, 4, 4]);
  });

  test("lists made of results, and parts of results, are made again where they were not written", async () => {
    const { state, calls } = await restarted(() => sum([double(1), double(2)]), ["sum-1"]);
    expect([state.result, calls]).toEqual([6, ["sum"]]);
    const part = await restarted(() => double(load(3).get(1)), ["double-1"]);
    expect([part.state.result, part.calls]).toEqual([4, ["double"]]);
  });

  test("a trigger of the user's sees results also of tasks that are only followed", async () => {
    const enough: Trigger = (states) => [...states.values()].every((state) => (state.result as number[]).length === 3);
    const { state } = await restarted(() => task((_?: unknown) => "ran", { name: "after", trigger: enough }).with({ upstreamTasks: [load(3)] })(), ["after-1"]);
    expect(state.result).toBe("ran");
  });

  test("errors and skips upstream are what they were", async () => {
    const fails = task((): number => { throw new RangeError("boom"); }, { name: "fails" });
    const { state } = await restarted(() => task((error: unknown) => [error instanceof RangeError, (error as Error).message], { name: "after", trigger: allFinished })(fails()), ["after-1"]);
    expect(state.result).toEqual([true, "boom"]);
  });

  test("a Cached state is validated with the inputs it was made from", async () => {
    const kept = task((x: number[]) => { note("kept"); return x.length; }, { name: "kept", cacheFor: 3_600_000, cacheValidator: allInputs });
    await context.with({ caches: new Map() }, async () => {
      const { state, calls } = await restarted(() => kept(load(3)), []);
      expect([state.type, calls]).toEqual(["Cached", []]);
      expect((await state.loadResult()).result).toBe(3);
    });
    await context.with({ caches: new Map() }, async () => {
      let n = 3;
      const { state, calls } = await restarted(() => kept(load(n)), ["load-1"], { between: () => { n = 2; } });
      expect([state.result, calls]).toEqual([2, ["load", "kept"]]);
    });
  });

  test("a loop goes on with the iteration that was written", async () => {
    const build = (fail: boolean) => () => task(() => {
      const sofar = (context.taskLoopResult as number | undefined) ?? 0;
      note(`loop ${context.taskLoopCount} ${sofar}`);
      if (context.taskLoopCount === 3 && fail) throw new Error("boom");
      if (sofar < 30) throw new LOOP("more", { result: sofar + 10 });
      return sofar;
    }, { name: "loop", maxRetries: 1, retryDelay: 3_600_000 })();
    const flow = new Flow("f", { result: new LocalResult({ dir }) });
    flow.build(build(true));
    const json = JSON.stringify((await flow.run({}, { checkpointing: true, wait: false })).result.toJson(flow));
    calls.length = 0;
    const again = new Flow("f");
    const node = again.build(build(false));
    const states = [...TaskStates.fromJson(json, again)];
    expect(states[0][1].type).toBe("Retrying");
    (states[0][1] as State & { startTime: Date }).startTime = new Date();
    const state = (await again.run({}, { taskStates: states })).result.get(node);
    expect([state.result, calls]).toEqual([30, ["loop 3 20", "loop 4 30"]]);
  });

  test("a secret is asked for again; a part of it is never the whole", async () => {
    let asked = 0;
    const vault = () => ({ password: `hunter${++asked}` });
    const flow = new Flow("f");
    const node = flow.build(() => task((text: string) => text, { name: "use" })(task(vault, { name: "secret", result: new SecretResult(vault) })().get("password")));
    const json = JSON.parse(JSON.stringify((await flow.run({}, { checkpointing: true })).result.toJson(flow))) as Record<string, unknown>;
    delete json["use-1"];
    expect(JSON.stringify(json)).not.toContain("hunter");
    expect((await flow.run({}, { taskStates: TaskStates.fromJson(json, flow) })).result.get(node).result).toBe("hunter2");
    expect((await flow.run({}, { only: [node], taskStates: TaskStates.fromJson(json, flow) })).result.get(node).result).toBe("hunter3");
  });

  test("a run that is given them goes on in one of its own, too", async () => {
    const flow = new Flow("f", { result: new LocalResult({ dir }) });
    const rows = flow.build(() => load(3));
    const states = TaskStates.fromJson((await flow.run({}, { checkpointing: true })).result.toJson(flow), flow);
    const node = flow.build(() => sum(rows));
    await flow.run({}, { taskStates: states });
    expect((await flow.run({}, { only: [node] })).result.get(node).result).toBe(6);
  });
});

describe("a result that can not be read fails what needs it", () => {
  test("because it was never written", async () => {
    const { state, calls } = await restarted(() => sum(load(3)), ["sum-1"], { checkpointing: false });
    expect([state.type, state.message, calls]).toEqual(["Failed", "Failed to retrieve task results: of 'load': The result was not kept with the state: only runs with checkpointing write results", []]);
  });

  test("because it is gone, or damaged", async () => {
    const file = () => { const found = readdirSync(dir, { recursive: true, encoding: "utf8" }).find((name) => name.endsWith(".flowlet_result")) as string; return join(dir, found); };
    const build = () => task((x: number) => x, { name: "use", trigger: allFinished })(double(2));
    const gone = await restarted(build, ["use-1"], { between: () => { for (const name of readdirSync(dir, { recursive: true, encoding: "utf8" })) if (name.endsWith("_result")) rmSync(join(dir, name)); } });
    expect(gone.state.message).toMatch(/^Failed to retrieve task results: of 'double': The result at .* can not be read: there is no such file$/);
    rmSync(dir, { recursive: true });
    const damaged = await restarted(build, ["use-1"], { between: () => { for (const name of readdirSync(dir, { recursive: true, encoding: "utf8" })) if (name.endsWith("_result")) writeFileSync(join(dir, name), readFileSync(join(dir, name)).subarray(0, 40)); } });
    expect(existsSync(file())).toBe(true);
    expect(damaged.state.message).toMatch(/they are cut off$/);
  });

  test("a skipped task is skipped before anything is read", async () => {
    const { state } = await restarted(() => task((x: unknown) => x, { name: "after" }).with({ upstreamTasks: [task(() => 1, { name: "skipped", stateHandlers: [(_, __, now) => (now.isSuccessful() ? State.fromJson({ ...now.toJson(), type: "Skipped" }) : now)] })()] })(double(1)), ["after-1"], { checkpointing: false });
    expect(state.type).toBe("Skipped");
  });
});

describe("a script that is killed", () => {
  const engine = pathToFileURL(join(import.meta.dirname, "../../../engine/index.ts")).href;

  /** Runs a script until it says "ready to die", and kills it; or to its end. @returns what it printed */
  function runScript(source: string, kill: boolean): Promise<string> {
    const file = join(dir, "script.mts");
    writeFileSync(file, source);
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, FLOWLET__FLOWS__CHECKPOINTING: "true", FLOWLET__HOME_DIR: join(dir, "home"), DIE: kill ? "1" : "" } });
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        if (said.includes("ready to die")) child.kill("SIGKILL");
      });
      child.on("error", reject).on("close", () => { resolve(said); });
    });
  }

  const tasks = `
    import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
    import { Flow, State, TaskStates, task } from ${JSON.stringify(engine)};
    const ran = (name) => appendFileSync(${JSON.stringify("RAN")}, name + "\\n");
    const die = () => process.env.DIE ? new Promise(() => { console.log("ready to die"); setInterval(() => {}, 1000); }) : undefined;
  `;
  const ran = (name: string) => readFileSync(join(dir, name), "utf8").trim().split("\n");

  test("does with targets only what was not done", async () => {
    const source = `${tasks.replace('"RAN"', JSON.stringify(join(dir, "ran")))}
      const square = task(async (x) => { ran("square " + x); if (x === 3) await die(); return new Map([[x, x * x]]); }, { name: "square", target: "squares/{x}.bin" });
      const total = task((maps) => { ran("total"); return maps.reduce((sum, map) => sum + [...map.values()][0], 0); }, { name: "total", target: "total.bin" });
      const flow = new Flow("squares");
      const node = flow.build(() => total(square.map([1, 2, 3, 4])));
      const state = await flow.run({}, { executor: new (await import(${JSON.stringify(engine)})).LocalExecutor({ concurrency: 1 }) });
      console.log("total", state.result.get(node).result);
    `;
    await runScript(source, true);
    expect(ran("ran")).toEqual(["square 1", "square 2", "square 3"]);
    expect(readdirSync(join(dir, "home/results/squares"))).toEqual(["1.bin", "2.bin"]);
    rmSync(join(dir, "ran"));
    expect(await runScript(source, false)).toContain("total 30");
    expect(ran("ran")).toEqual(["square 3", "square 4", "total"]);
    rmSync(join(dir, "ran"));
    expect(await runScript(source, false)).toContain("total 30");
    expect(existsSync(join(dir, "ran"))).toBe(false);
  });

  test("goes on from the states that it had told somebody", async () => {
    const source = `${tasks.replace('"RAN"', JSON.stringify(join(dir, "ran")))}
      const file = ${JSON.stringify(join(dir, "states.json"))};
      const known = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
      const tell = (slug) => [(_, __, state) => { if (state.isFinished()) { known[slug] = state.toJson(); writeFileSync(file, JSON.stringify(known)); } }];
      const load = task(() => { ran("load"); return { rows: [1, 2, 3], at: new Date(0) }; }, { name: "load", stateHandlers: tell("load-1") });
      const count = task(async ({ rows }) => { ran("count"); await die(); return rows.length; }, { name: "count", stateHandlers: tell("count-1") });
      const flow = new Flow("counted");
      const node = flow.build(() => count(load()));
      const state = await flow.run({}, { taskStates: TaskStates.fromJson(known, flow) });
      console.log("counted", state.result.get(node).result);
    `;
    await runScript(source, true);
    expect(ran("ran")).toEqual(["load", "count"]);
    rmSync(join(dir, "ran"));
    expect(await runScript(source, false)).toContain("counted 3");
    expect(ran("ran")).toEqual(["count"]);
  });
});

