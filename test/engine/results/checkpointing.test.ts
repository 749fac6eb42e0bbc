import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  Cached, DateTimeParameter, Failed, Flow, FlowletSecret, JSONSerializer, JsonResult, LOOP, LocalResult, Mapped, PAUSE, Parameter, Result, SKIP, SUCCESS, SecretResult, State, Success, TaskStates, context, resourceManager, task, unmapped, type TaskOptions,
} from "../../../engine/index.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "flowlet-checkpoints-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const files = () => readdirSync(dir, { recursive: true, encoding: "utf8", withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();
const json = (location?: string) => new LocalResult({ dir, serializer: new JSONSerializer(), ...(location === undefined ? {} : { location }) });

/** Runs one task with checkpointing. */
async function once<R>(run: () => R, options: TaskOptions = {}, checkpointing: boolean | null = true): Promise<State<Awaited<R>>> {
  const flow = new Flow("once");
  const node = flow.build(() => task(run, { name: "work", result: json("{taskName}.json"), ...options })());
  return (await flow.run({}, checkpointing === null ? {} : { checkpointing })).result.get(node) as State<Awaited<R>>;
}

describe("whether results are written", () => {
  test("a run writes nothing unless it is told to", async () => {
    const state = await once(() => 1, {}, null);
    expect([files(), state.stored, "stored" in state]).toEqual([[], undefined, false]);
  });

  test.each([
    ["the option", () => once(() => [1])],
    ["the context", () => context.with({ checkpointing: true }, () => once(() => [1], {}, null))],
    ["the configuration", () => context.with({ config: { flows: { checkpointing: true } } }, () => once(() => [1], {}, null))],
  ])("told by %s", async (_, run) => {
    const state = await run();
    expect([state.result, state.stored?.location, readFileSync(join(dir, "work.json"), "utf8")]).toEqual([[1], join(dir, "work.json"), "[1]"]);
  });

  test("the option wins over context and configuration, the context over the configuration", async () => {
    await context.with({ config: { flows: { checkpointing: true } }, checkpointing: true }, () => once(() => 1, {}, false));
    const flow = new Flow("f", { result: json("{taskName}.json") });
    flow.build(() => task(() => 1, { name: "work" })());
    await context.with({ config: { flows: { checkpointing: true } } }, () => flow.run({}, { context: { checkpointing: false } }));
    expect(files()).toEqual([]);
  });

  test("a flow that runs in a task of one that writes writes too", async () => {
    const inner = new Flow("inner", { result: json("{taskName}.json") });
    inner.build(() => task(() => 1, { name: "work" })());
    await once(async () => { await inner.run(); return null; }, {}, true);
    expect(files()).toEqual([join(dir, "work.json")]);
  });

  test("tasks see it in their context", async () => {
    expect([(await once(() => context.checkpointing)).result, (await once(() => context.checkpointing, {}, false)).result]).toEqual([true, false]);
  });

  test.each([[undefined], [true]])("checkpoint: %s writes", async (checkpoint) => {
    await once(() => 1, checkpoint === undefined ? {} : { checkpoint });
    expect(files()).toHaveLength(1);
  });

  test("checkpoint: false does not", async () => {
    await once(() => 1, { checkpoint: false });
    expect(files()).toEqual([]);
  });

  test("bad options are refused", () => {
    for (const [option, value, expected] of [["result", {}, "a Result"], ["target", 3, "a text or a function"], ["target", "", "a text or a function"], ["checkpoint", "no", "true or false"]] as const) {
      expect(() => task(() => 1, { [option]: value } as never)).toThrow(`the option ${option} must be ${expected}`);
    }
  });
});

describe("what is written", () => {
  test.each<[string, () => unknown, string | null]>([
    ["a value", () => 5, "5"],
    ["false and 0", () => [false, 0], "[false,0]"],
    ["an async value", async () => ({ a: 1 }), '{"a":1}'],
    ["a SUCCESS signal's result", () => { throw new SUCCESS("enough", { result: "early" }); }, '"early"'],
    ["nothing", () => undefined, null],
    ["null", () => null, null],
    ["a failure", () => { throw new Error("boom"); }, null],
    ["a skip", () => { throw new SKIP("no", { result: 3 }); }, null],
    ["a pause", () => { throw new PAUSE("wait", { result: 3 }); }, null],
  ])("%s", async (_, run, text) => {
    const state = await once(run);
    expect(files()).toEqual(text === null ? [] : [join(dir, "work.json")]);
    if (text !== null) expect(readFileSync(join(dir, "work.json"), "utf8")).toBe(text);
    expect(state.stored?.location).toBe(text === null ? undefined : join(dir, "work.json"));
  });

  test("each iteration of a loop", async () => {
    const seen: (string | null)[] = [];
    await once(() => {
      seen.push(existsSync(join(dir, "work.json")) ? readFileSync(join(dir, "work.json"), "utf8") : null);
      const sum = ((context.taskLoopResult as number | undefined) ?? 0) + 1;
      if (sum < 3) throw new LOOP("more", { result: sum });
      return sum;
    });
    expect([...seen, readFileSync(join(dir, "work.json"), "utf8")]).toEqual([null, "1", "2", "3"]);
  });

  test("a run that times out is not, also when its function ends later", async () => {
    const state = await once(async () => { await new Promise((resolve) => setTimeout(resolve, 60)); return 1; }, { timeout: 20 });
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect([state.type, files()]).toEqual(["TimedOut", []]);
  });

  test("handlers see where the value is, and what they put in its place is not written again", async () => {
    const seen: unknown[] = [];
    const state = await once(() => 1, { stateHandlers: [(_, __, now) => { if (now.isSuccessful()) { seen.push(now.stored?.location); return new Success("other", 2); } }] });
    expect([seen, state.result, readFileSync(join(dir, "work.json"), "utf8")]).toEqual([[join(dir, "work.json")], 2, "1"]);
  });

  test("a task with cacheFor keeps the place", async () => {
    const state = await context.with({ caches: new Map() }, () => once(() => 1, { cacheFor: 1000 }));
    expect([state.type, state.stored?.location]).toEqual(["Cached", join(dir, "work.json")]);
  });

  test("everything that was done when a flow fails later, or is cancelled", async () => {
    const flow = new Flow("f", { result: json("{taskSlug}.json") });
    const one = task((_?: unknown) => "done", { name: "one" }), fails = task((_: unknown): number => { throw new Error("boom"); }, { name: "fails" });
    flow.build(() => { fails(one()); });
    expect((await flow.run({}, { checkpointing: true })).isFailed()).toBe(true);
    expect(files()).toEqual([join(dir, "one-1.json")]);

    const stop = new AbortController();
    const other = new Flow("g", { result: json("{flowName}-{taskSlug}.json") });
    other.build(() => { task(async (_: unknown) => { stop.abort(); await new Promise((resolve) => setTimeout(resolve, 20)); return 1; }, { name: "waits" })(one()); });
    await other.run({}, { checkpointing: true, signal: stop.signal });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(files()).toContain(join(dir, "g-one-1.json"));
    expect(files()).not.toContain(join(dir, "g-waits-1.json"));
  });
});

describe("where it is written", () => {
  test("by default under Flowlet's home", async () => {
    const flow = new Flow("f");
    const node = flow.build(() => task(() => 1)());
    const state = (await context.with({ config: { homeDir: join(dir, "home") } }, () => flow.run({}, { checkpointing: true }))).result.get(node);
    expect(state.stored?.location).toMatch(new RegExp(`^${join(dir, "home/results")}/\\d{4}/.*flowlet_result$`));
    expect(files()).toEqual([state.stored?.location]);
  });

  test("the task's result overrides the flow's", async () => {
    const flow = new Flow("f", { result: json("flow/{taskSlug}.json") });
    flow.build(() => { task(() => 1, { name: "own", result: json("task/own.json") })(); task(() => 2, { name: "common" })(); });
    await flow.run({}, { checkpointing: true });
    expect(files()).toEqual([join(dir, "flow/common-1.json"), join(dir, "task/own.json")]);
  });

  test("inputs, context and parameters fill the template, in this order of preference", async () => {
    const flow = new Flow("names");
    const p = new Parameter<string>("p");
    flow.build(() => {
      task((x: number, taskName: string, p: string) => `${x}${taskName}${p}`, {
        name: "work", result: json("{flowName}/{taskSlug}/{scheduledStartTime:%Y}/{parameters[p]}-{p}-{taskName}-{x:03}-{extra}-{mapIndex}.json"),
      })(7, "input", p);
    });
    await flow.run({ p: "param" }, { checkpointing: true, context: { extra: { toString: () => "more" } } });
    expect(files()).toEqual([join(dir, `names/work-1/${new Date().getFullYear()}/param-param-input-007-more-null.json`)]);
  });

  test("a function gets the same names", async () => {
    const flow = new Flow("f");
    let names: string[] = [];
    flow.build(() => {
      task((x: number) => x, { name: "work", target: (values) => { names = Object.keys(values); const { x, flowName, p } = values; return `${String(flowName)}-${String(x)}-${String(p)}.json`; }, result: json() })(1);
    });
    flow.addTask(new Parameter("p", { default: "d" }));
    await flow.run({}, { checkpointing: true });
    expect(files()).toEqual([join(dir, "f-1-d.json")]);
    expect(names).toEqual(expect.arrayContaining(["x", "p", "flowName", "taskSlug", "today", "mapIndex"]) as unknown as string[]);
  });

  test("each child of a mapping has a place of its own", async () => {
    const flow = new Flow("f");
    const node = flow.build(() => task((x: number, y: number) => x * y, { name: "times", result: json("{taskName}/{mapIndex:02}.json") }).map([1, 2, 3], unmapped(10)));
    const state = (await flow.run({}, { checkpointing: true })).result.get(node) as Mapped;
    expect(files().map((file) => readFileSync(file, "utf8"))).toEqual(["10", "20", "30"]);
    expect(state.mapStates.map((child) => child.stored?.location)).toEqual(files());
    expect(state.stored).toBe(undefined);
  });

  test.each([["{taskName}.json", "times"], ["fixed.json", "times"], ["{y}.json", "times"]])("children that would share %s fail and say how to tell them apart", async (location) => {
    const flow = new Flow("f");
    const node = flow.build(() => task((x: number, y: number) => x * y, { name: "times", result: json(location) }).map([1, 2], unmapped(1)));
    const state = (await flow.run({}, { checkpointing: true })).result.get(node) as Mapped;
    expect(state.mapStates.map((child) => [child.type, child.message])).toEqual(Array(2).fill(["Failed",
      `The result of task 'times' could not be written: All children of the mapping of times would share one location: ${location} names nothing that tells them apart, like {mapIndex}`]));
    expect(files()).toEqual([]);
  });

  test("an input that is mapped over tells children apart", async () => {
    const flow = new Flow("f");
    flow.build(() => { task((x: number) => x, { name: "id", result: json("{x}.json") }).map([1, 2]); });
    expect((await flow.run({}, { checkpointing: true })).isSuccessful()).toBe(true);
    expect(files()).toEqual([join(dir, "1.json"), join(dir, "2.json")]);
  });

  test("a flow's result whose location is the same for all tasks is refused", async () => {
    const flow = new Flow("f", { result: json("{flowName}.json") });
    const node = flow.build(() => task(() => 1)());
    expect((await flow.run({}, { checkpointing: true })).result.get(node).message).toContain("All tasks of the flow would share one location: {flowName}.json names nothing that tells them apart, like {taskSlug}");
  });
});

describe("a value that can not be written fails its task", () => {
  test("with the place, the error and the value in the state", async () => {
    writeFileSync(join(dir, "file"), "");
    const state = await once(() => "precious", { result: json("file/below.json") });
    expect(state).toBeInstanceOf(Failed);
    expect(state.message).toMatch(new RegExp(`^The result of task 'work' could not be written: The result can not be written to ${join(dir, "file/below.json")}: `));
    expect(state.result).toMatchObject({ code: "RESULT_NOT_WRITTEN" });
    expect([state.stored?.value, state.stored?.location]).toEqual(["precious", null]);
    const saved = await (state.stored as Result).at(join(dir, "elsewhere.json")).write(state.stored?.value);
    expect(readFileSync(saved.location as string, "utf8")).toBe('"precious"');
  });

  test.each<[string, TaskOptions, string]>([
    ["it does not serialise", {}, "JSONSerializer can not keep value.f: it is the function f, and would not come back as it is"],
    ["the template names something unknown", { result: new LocalResult({ location: "{nobody}" }) }, 'The template {nobody} names "nobody", which is not known'],
    ["the location leaves the folder", { result: new LocalResult({ location: ({ taskName }) => `../../../${String(taskName)}` }) }, 'The location "../../../work" leaves the folder'],
  ])("%s", async (_, options, message) => {
    const state = await once(() => ({ f() {} }), options);
    expect([state.type, state.message]).toEqual(["Failed", expect.stringContaining(`The result of task 'work' could not be written: ${message}`)]);
  });

  test("by a class of one's own, whose error is kept", async () => {
    class Bucket extends Result { override write(): Promise<never> { return Promise.reject(new RangeError("quota")); } }
    const state = await once(() => 1, { result: new Bucket({ location: "key" }) });
    expect([state.message, state.result]).toEqual(["The result of task 'work' could not be written to key: quota", expect.any(RangeError)]);
  });

  test("and is tried again where retries remain", async () => {
    let runs = 0;
    class Flaky extends LocalResult { override write(value: unknown, values = {}) { return ++runs < 2 ? Promise.reject(new Error("busy")) : super.write(value, values); } }
    const state = await once(() => runs, { result: new Flaky({ dir, location: "x" }), maxRetries: 1, retryDelay: 0 });
    expect([state.type, state.result, files()]).toEqual(["Success", 1, [join(dir, "x")]]);
  });

  test("a Result without a store writes nothing, as if there were none", async () => {
    const state = await once(() => 1, { result: new Result() });
    expect([state.type, state.stored]).toEqual(["Success", undefined]);
  });
});

describe("special tasks", () => {
  test("a parameter's value stays with its state as JSON; what JSON can not hold goes where the flow's results go", async () => {
    const flow = new Flow("f", { result: new LocalResult({ dir, location: "{taskSlug}" }) });
    const [a, b, day] = [new Parameter("a"), new Parameter("b"), new DateTimeParameter("day")];
    for (const parameter of [a, b, day]) flow.addTask(parameter);
    const { result } = await flow.run({ a: { n: [1] }, b: new Map(), day: "2026-11-25" }, { checkpointing: true });
    expect(result.get(day).stored?.location).toBe("2026-11-25T00:00:00.000Z");
    expect(State.fromJson(JSON.stringify(result.get(day).toJson())).result).toEqual(new Date("2026-11-25"));
    expect([result.get(a).stored, result.get(a).stored?.location]).toEqual([expect.any(JsonResult), '{"n":[1]}']);
    expect(result.get(b).stored?.location).toBe(join(dir, "b"));
    expect(files()).toEqual([join(dir, "b")]);
  });

  test("a secret is written nowhere, and its state has no value in JSON, with checkpointing or without", async () => {
    for (const checkpointing of [true, false]) {
      const flow = new Flow("f");
      const [secret, part] = flow.build(() => {
        const secret = task(() => ({ password: "hunter2" }), { name: "secret", result: new SecretResult(() => ({ password: "hunter2" })) })();
        return [secret, secret.get("password")] as const;
      });
      const { result } = await flow.run({}, { checkpointing });
      expect([result.get(secret).result, result.get(part).result, files()]).toEqual([{ password: "hunter2" }, "hunter2", []]);
      expect(JSON.stringify(result.toJson(flow, { values: true }))).not.toContain("hunter2");
    }
  });

  test("nor is what a secret task gives, nor what is made to pass it on", async () => {
    for (const checkpointing of [true, false]) {
      const flow = new Flow("f", { result: json("{taskSlug}.json") });
      const use = task((all: unknown[]) => { calls.push(all); return all.length; }, { name: "use" });
      const calls: unknown[][] = [];
      const build = () => { const secret = new FlowletSecret("KEY"); return use([secret, (secret as never as Task).get("password")] as never); };
      const node = flow.build(build);
      const run = (options: object) => flow.run({}, { context: { secrets: { KEY: { password: "hunter2" } } }, ...options });
      const { result } = await run({ checkpointing });
      expect([calls, files()]).toEqual([[[{ password: "hunter2" }, "hunter2"]], checkpointing ? [join(dir, "use-1.json")] : []]);
      const states = result.toJson(flow, { values: true });
      expect(JSON.stringify(states)).not.toContain("hunter2");
      delete states["use-1"];
      expect((await run({ taskStates: TaskStates.fromJson(states, flow) })).result.get(node).result).toBe(2);
      expect(calls[1]).toEqual(calls[0]);
      rmSync(join(dir, "use-1.json"), { force: true });
    }
  });

  test("a resource is not written, and a list made of results is not", async () => {
    const database = resourceManager(class Database { setup() { return this; } cleanup() {} }, { name: "database" });
    const flow = new Flow("f", { result: json("{taskSlug}.json") });
    const one = task(() => 1, { name: "one" }), sum = task((xs: number[]) => xs.length, { name: "sum" }), use = task((_: unknown) => "used", { name: "use" });
    flow.build(() => {
      database.use([], (db) => { use(db); });
      sum([one(), one()]);
    });
    expect((await flow.run({}, { checkpointing: true })).isSuccessful()).toBe(true);
    expect(files().map((file) => file.slice(dir.length + 1))).toEqual(["one-1.json", "one-2.json", "sum-1.json", "use-1.json"]);
  });

  test("a part of a result is written as the whole is, to a place of its own", async () => {
    const flow = new Flow("f");
    const a = flow.build(() => task((): [number, string] => [1, "b"], { name: "pair", result: json("pair.json") })().get(0));
    const state = (await flow.run({}, { checkpointing: true })).result.get(a);
    expect([state.result, files().length]).toEqual([1, 2]);
    expect(readFileSync(state.stored?.location as string, "utf8")).toBe("1");
    const off = new Flow("g");
    const b = off.build(() => task((): [number, string] => [1, "b"], { checkpoint: false })().get(0));
    expect((await off.run({}, { checkpointing: true })).result.get(b).stored).toBe(undefined);
  });

  test("a result that is kept by content is written too, where the run writes", async () => {
    const flow = new Flow("f", { result: json("{taskSlug}.json") });
    const node = flow.build(() => task(() => [1], { name: "one" })());
    await flow.run({}, { cache: true });
    expect(files()).toEqual([]);
    const state = (await flow.run({}, { cache: true, checkpointing: true })).result.get(node);
    expect([state, state.stored?.location, files()]).toEqual([expect.any(Cached), join(dir, "one-1.json"), [join(dir, "one-1.json")]]);
  });
});
