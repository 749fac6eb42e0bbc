import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CronSchedule, Flow, IntervalSchedule, Parameter, Schedule, Task, allFinished, mapped, task, unmapped } from "../../../engine/index.ts";

const add = task((x: number, y: number = 1) => x + y, { name: "add" });
const show = task((data: unknown) => data, { name: "show" });

const build = () => {
  const flow = new Flow("Sums");
  flow.build(() => {
    const n = new Parameter<number>("n", { default: 2, tags: ["given"] });
    const sum = add(n, 5);
    show.with({ upstreamTasks: [n], taskArgs: { trigger: allFinished } })({ sum, list: [add(unmapped(sum) as never, mapped([1]))] });
  });
  return flow;
};

describe("a serialized flow", () => {
  test("has its tasks, parameters, edges and reference tasks, each in the order of slugs", () => {
    const flow = build().serialize();
    expect(flow).toMatchObject({ name: "Sums", type: "Flow", schedule: null, runConfig: null, storage: null, version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
    expect(flow.tasks.map(({ slug, type }) => `${slug} ${type}`)).toEqual([
      "Dict-1 DictTask", "List-1 ListTask", "List-2 ListTask", "[ 1 ]-1 Constant", "add-1 FunctionTask", "add-2 FunctionTask", "n Parameter", "show-1 FunctionTask",
    ]);
    expect(flow.parameters).toEqual([{ name: "n", slug: "n", default: 2, required: false, tags: ["given"], outputs: { type: "unknown", nout: null } }]);
    expect(flow.tasks.find(({ slug }) => slug === "show-1")).toMatchObject({ trigger: "allFinished", inputs: { data: { required: true } } });
    expect(flow.edges.map(({ upstreamTask, downstreamTask, key }) => `${upstreamTask.slug} > ${downstreamTask.slug} ${key}`)).toEqual([...flow.edges].map(({ upstreamTask, downstreamTask, key }) => `${upstreamTask.slug} > ${downstreamTask.slug} ${key}`).sort());
    expect(flow.edges).toContainEqual({ upstreamTask: { slug: "n" }, downstreamTask: { slug: "add-1" }, key: "x", mapped: false, flattened: false });
    expect(flow.edges).toContainEqual({ upstreamTask: { slug: "n" }, downstreamTask: { slug: "show-1" }, key: null, mapped: false, flattened: false });
    expect(flow.edges.filter((edge) => edge.mapped)).toHaveLength(1);
    expect(flow.referenceTasks).toEqual([{ slug: "show-1" }]);
  });

  test("is JSON, whatever the defaults of its parameters are", () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const defaults = [1n, new Date(0), new Map([["a", 1]]), circle, () => 1, Symbol("s"), undefined, { get x(): never { throw new Error("no"); } }, NaN];
    const flow = new Flow("f", { tasks: defaults.map((value, index) => new Parameter(`p${index}`, { default: value })) });
    const serialized = flow.serialize();
    expect(JSON.parse(JSON.stringify(serialized))).toEqual(serialized);
    expect(serialized.parameters.map((parameter) => parameter.default).slice(0, 3)).toEqual(["bigint 1", "1970-01-01T00:00:00.000Z", "Map(1) { 'a' => 1 }"]);
  });

  test("says what its schedule says of itself", () => {
    const schedule = new CronSchedule("0 9 * * *", { timeZone: "Europe/Berlin", parameterDefaults: { n: 1 } });
    const { schedule: json } = new Flow("f", { schedule }).serialize();
    expect(json).toMatchObject({ type: "Schedule", clocks: [{ type: "CronClock", cron: "0 9 * * *", timeZone: "Europe/Berlin", parameterDefaults: { n: 1 } }] });
    const after = new Date("2026-07-01T12:00:00Z");
    expect(Schedule.fromJson(JSON.parse(JSON.stringify(json))).next(2, after)).toEqual(schedule.next(2, after));
    expect(() => new Flow("f", { schedule: new IntervalSchedule({ interval: 1000 }) }).serialize()).toThrow("at clocks[0]: the interval 1000 is shorter than a minute");
  });

  test("tells with build where its code is", () => {
    const { storage } = build().serialize({ build: true });
    expect(storage).toEqual({ url: new URL(`file://${join(import.meta.dirname, "serialize-flow.test.ts")}`).href, flow: "Sums" });
  });
});

describe("the hash of a flow", () => {
  test("is equal after a rebuild, and in another process", () => {
    const hash = build().serializedHash();
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(build().serializedHash()).toBe(hash);
    const script = `
      const { Flow, Parameter, allFinished, mapped, task, unmapped } = await import(${JSON.stringify(join(import.meta.dirname, "../../../engine/index.ts"))});
      const add = task((x, y = 1) => x + y, { name: "add" }), show = task((data) => data, { name: "show" });
      const flow = new Flow("Sums");
      flow.build(() => {
        const n = new Parameter("n", { default: 2, tags: ["given"] });
        const sum = add(n, 5);
        show.with({ upstreamTasks: [n], taskArgs: { trigger: allFinished } })({ sum, list: [add(unmapped(sum), mapped([1]))] });
      });
      process.stdout.write(flow.serializedHash());`;
    expect(execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" })).toBe(hash);
  });

  test("does not depend on the order in which unrelated tasks and dependencies are added", () => {
    const make = (order: readonly number[]) => {
      const [a, b, c] = [add.copy({ name: "a" }), add.copy({ name: "b" }), add.copy({ name: "c" })];
      const flow = new Flow("f");
      const steps = [() => flow.addTask(c), () => flow.addEdge(a, b, { key: "x" }), () => flow.addEdge(c, b, { key: "y" }), () => flow.addTask(new Parameter("p")), () => flow.addEdge(a, c)];
      for (const index of order) steps[index]();
      return flow.serializedHash();
    };
    expect(new Set([make([0, 1, 2, 3, 4]), make([4, 3, 2, 1, 0]), make([2, 0, 3, 1, 4])]).size).toBe(1);
  });

  test("differs with the structure and the options, not with the code", () => {
    const make = (change: (flow: Flow) => unknown = () => {}, run: (x: number) => number = (x) => x) => {
      const flow = new Flow("f");
      flow.build(() => { task(run, { name: "one" })(1); });
      change(flow);
      return flow.serializedHash();
    };
    const base = make();
    expect(make(undefined, (x) => x * 2)).toBe(base);
    const changes = [
      (flow: Flow) => flow.addTask(new Task({ name: "more" })), (flow: Flow) => flow.addTask(new Parameter("p", { default: 1 })), (flow: Flow) => flow.addTask(new Parameter("p", { default: 2 })),
      (flow: Flow) => [...flow.tasks][0].configure({ maxRetries: 1, retryDelay: 1 }), (flow: Flow) => [...flow.tasks][0].configure({ tags: ["t"] }),
    ];
    expect(new Set([base, ...changes.map((change) => make(change))]).size).toBe(changes.length + 1);
  });
});
