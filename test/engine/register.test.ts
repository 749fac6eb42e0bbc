import { describe, expect, onTestFinished, test, vi } from "vitest";
import { withHost, type Host, type LogRecord } from "../../engine/embedding.ts";
import {
  Flow, IntervalSchedule, LocalRun, Parameter, Pending, Schedule, IntervalClock, UniversalRun, context, nameMethodParameters, nameParameters, task,
  type FlowBackend, type RegisteredFlow, type RegisterOptions, type ScheduleRunOptions,
} from "../../engine/index.ts";

/** A host's backend that remembers what it was asked. */
function backend() {
  const asked: { register: RegisterOptions[]; schedule: [Readonly<Record<string, unknown>>, ScheduleRunOptions, RegisteredFlow | null][] } = { register: [], schedule: [] };
  const port: FlowBackend = {
    async register(flow, options) {
      asked.register.push(options);
      return { id: "f1", flowGroupId: "g1", name: flow.name, project: options.project ?? "default", version: 1, created: true, url: "http://here/flow/g1", limits: ["flow.ts, line 1: beware."] };
    },
    async schedule(flow, parameters, options, registered) {
      asked.schedule.push([parameters, options, registered]);
      const state = async () => new Pending();
      return { id: "r1", name: options.runName ?? "two words", url: "http://here/flow-run/r1", state, wait: state, cancel: state, async *watch() {} };
    },
  };
  const warnings: string[] = [];
  const onLog = ({ level, message }: LogRecord) => { if (level === "WARNING") warnings.push(message); };
  return { asked, warnings, under: <T>(body: () => T) => withHost({ backend: port, onLog } as Host, body) };
}

const hello = () => new Flow("hello", () => { task(function greet(name: string) { return name; })(new Parameter<string>("name")); });

describe("flow.register()", () => {
  test("asks the host's backend, prints the address of the flow's page and warns of what does not work elsewhere", async () => {
    const { asked, under, warnings } = backend();
    const print = vi.spyOn(console, "log").mockImplementation(() => {});
    await under(async () => expect(await hello().register({ project: "examples", labels: new Set(["gpu"]), setScheduleActive: false })).toMatchObject({ id: "f1", version: 1 }));
    expect(print.mock.calls).toEqual([["Flow: http://here/flow/g1"]]);
    expect(warnings).toEqual(["flow.ts, line 1: beware."]);
    expect(asked.register).toMatchObject([{ project: "examples", setScheduleActive: false }]);
    await under(() => hello().register({ quiet: true }));
    expect(print).toHaveBeenCalledTimes(1);
    print.mockRestore();
  });

  test.each([
    [{ projct: "x" }, "flow.register of hello has no option projct"],
    [{ project_name: "x" }, "flow.register of hello has no option project_name"],
    [{ project: "" }, `flow.register of hello: the option project must be a text, got ""`],
    [{ labels: "gpu" }, "the option labels must be a list of texts"],
    [{ labels: [1] }, "the option labels must be a list of texts"],
    [{ build: 1 }, "the option build must be true or false, got number 1"],
    [{ runConfig: { env: {} } }, "the option runConfig must be a LocalRun or UniversalRun"],
    ["examples", "the option options must be an object"],
  ])("refuses %j", async (options, message) => {
    const { under, asked } = backend();
    await expect(under(() => hello().register(options as never))).rejects.toThrow(message);
    expect(asked.register).toEqual([]);
  });

  test("refuses a flow that is being built, one with a cycle, and a schedule without values for required parameters", async () => {
    const { under } = backend();
    const flow = hello();
    await expect(under(() => flow.build(() => flow.register()))).rejects.toThrow("flow.register() of flow hello was called while the flow is being built");
    await expect(under(() => flow.build(() => flow.schedule({ name: "a" })))).rejects.toThrow("flow.schedule() of flow hello was called while the flow is being built");
    const every = { interval: 3_600_000, startDate: new Date("2026-01-01T00:00:00Z") };
    const scheduled = (clock: IntervalClock) => new Flow("hello", { schedule: new Schedule([clock]) }, () => { task((name: string) => name)(new Parameter<string>("name")); });
    await expect(under(() => scheduled(new IntervalClock(every.interval, { startDate: every.startDate })).register())).rejects.toMatchObject({ code: "MISSING_SCHEDULED_PARAMETERS", message: expect.stringContaining("required parameters name.") as unknown });
    await expect(under(() => scheduled(new IntervalClock(every.interval, { startDate: every.startDate, parameterDefaults: { name: "Marvin" } })).register({ quiet: true }))).resolves.toMatchObject({ version: 1 });
    const loop = new Flow("loop", () => { task((x: number) => x)(task(() => 1)()); });
    const [first, second] = [...loop.tasks];
    loop.addEdge(second!, first!);
    await expect(under(() => loop.register())).rejects.toMatchObject({ code: "CYCLE" });
  });

  test("does nothing while a file is being loaded, and says so", async () => {
    const { asked, under, warnings } = backend();
    await under(() => context.with({ loadingFlow: true }, async () => {
      expect(await hello().register({ project: "examples" })).toEqual({ id: "", flowGroupId: "", name: "hello", project: "examples", version: 0, created: false, url: "", limits: [] });
      const run = await hello().schedule({ name: "Marvin" }, { runName: "first" });
      expect([run.name, (await run.wait()).isPending(), (await run.cancel()).isPending()]).toEqual(["first", true, true]);
      for await (const update of run.watch()) throw update;
    }));
    expect(asked).toEqual({ register: [], schedule: [] });
    expect(warnings).toEqual([
      "flow.register() of flow hello was called while its file is being loaded: nothing is registered. Guard it: if (import.meta.main) await flow.register().",
      "flow.schedule() of flow hello was called while its file is being loaded: nothing is scheduled. Guard it: if (import.meta.main) await flow.schedule().",
    ]);
  });
});

describe("flow.schedule()", () => {
  test("hands parameters, options and what was registered to the backend", async () => {
    const { asked, under } = backend();
    const flow = hello();
    const startTime = new Date("2026-01-01T00:00:00Z");
    await under(async () => {
      expect((await flow.schedule({ name: "Marvin" })).name).toBe("two words");
      await flow.register({ quiet: true });
      expect((await flow.schedule({ name: "Ford" }, { runName: "second", startTime, labels: ["gpu"] })).name).toBe("second");
    });
    expect(asked.schedule).toMatchObject([[{ name: "Marvin" }, {}, null], [{ name: "Ford" }, { runName: "second", startTime, labels: ["gpu"] }, { flowGroupId: "g1" }]]);
  });

  test.each([
    [{ nme: "x" }, {}, "unexpected parameters: nme"],
    ["Marvin", {}, "the option parameters must be an object with a value for each name"],
    [{}, { name: "x" }, "flow.schedule of hello has no option name"],
    [{}, { startTime: "tomorrow" }, "the option startTime must be a Date"],
    [{}, { startTime: new Date(Number.NaN) }, "the option startTime must be a Date"],
    [{}, { context: [] }, "the option context must be an object"],
  ])("refuses %j with %j", async (parameters, options, message) => {
    const { under, asked } = backend();
    await expect(under(() => hello().schedule(parameters as never, options as never))).rejects.toThrow(message);
    expect(asked.schedule).toEqual([]);
  });
});

test("without a host the server of the configuration is asked", async () => {
  process.env.FLOWLET__SERVER__ENDPOINT = "http://127.0.0.1:9";
  onTestFinished(() => { delete process.env.FLOWLET__SERVER__ENDPOINT; });
  await expect(hello().schedule({ name: "Marvin" })).rejects.toThrow("No Flowlet server answers at http://127.0.0.1:9");
});

describe("a flow's run config", () => {
  test("is part of the serialized flow and of its hash", () => {
    const flow = (runConfig?: UniversalRun) => new Flow("x", { runConfig, labels: ["a"] });
    expect(flow().serialize().runConfig).toBeNull();
    expect(flow(new LocalRun({ env: { A: "1" }, labels: ["b", "a", "b"], workingDir: "/data" })).serialize().runConfig).toEqual({ type: "LocalRun", env: { A: "1" }, labels: ["a", "b"], workingDir: "/data" });
    expect(flow(new UniversalRun()).serialize().runConfig).toEqual({ type: "UniversalRun", env: {}, labels: [], workingDir: null });
    expect(flow(new LocalRun()).serializedHash()).not.toBe(flow().serializedHash());
    expect(flow(new LocalRun()).copy("y").serialize().runConfig).not.toBeNull();
  });

  test.each([
    [() => new LocalRun({ env: { A: 1 } } as never), "LocalRun: the option env must be an object with a text for each name"],
    [() => new LocalRun({ working_dir: "/" } as never), "LocalRun has no option working_dir. Do you mean workingDir"],
    [() => new UniversalRun({ workingDir: "/" } as never), "UniversalRun has no option workingDir"],
    [() => new UniversalRun({ labels: [""] }), "UniversalRun: the option labels must be a list of texts"],
    [() => new Flow("x", { runConfig: {} as never }), "Flow x: the option runConfig must be a LocalRun or UniversalRun"],
    [() => new Flow("x", { labels: "a" as never }), "Flow x: the option labels must be a list of texts"],
  ])("%#: is checked when it is made", (make, message) => {
    expect(make).toThrow(message);
  });

  test("an IntervalSchedule is written as JSON", () => {
    expect(new Flow("x", { schedule: new IntervalSchedule({ interval: 3_600_000, startDate: new Date(0) }) }).serialize().schedule).toMatchObject({ type: "Schedule" });
  });
});

describe("names of inputs that bundling has changed", () => {
  test("are those that the bundle tells", () => {
    const flow = new Flow("named", { validate: true });
    const add = task(nameParameters((x2: number, y2: number) => x2 + y2, ["x", null], "add"));
    expect([add.name, add.inputNames()]).toEqual(["add", ["x", "y2"]]);
    add.bind({ x: 1, y2: 2 }, { flow });
    const holder = nameMethodParameters({ scale(k2: number) { return k2; } }, { scale: ["k"], gone: ["a"] });
    expect(task(holder.scale).inputNames()).toEqual(["k"]);
  });
});
