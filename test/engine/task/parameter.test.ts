import { describe, expect, test } from "vitest";
import { DateTimeParameter, Flow, Parameter, context, task } from "../../../engine/index.ts";

const echo = task((x: unknown) => x, { name: "echo" });

/** A flow whose only task gives the parameter's value. */
function flowOf<T>(parameter: Parameter<T>) {
  const flow = new Flow("f");
  return { flow, shown: flow.build(() => echo(parameter)), parameter };
}

describe("a parameter", () => {
  test("adds itself when it is called, and is the same object when it is used", () => {
    const flow = new Flow("f");
    const n = new Parameter<number>("n");
    flow.build(() => { expect(n()).toBe(n); echo(n); echo(n()); });
    expect([...flow.parameters()]).toEqual([n]);
    expect([...flow.slugs.values()]).toEqual(["n", "echo-1", "echo-2"]);
  });

  test("is required unless it has a default, null and undefined being defaults too", () => {
    expect([{}, { default: 1 }, { default: null }, { default: undefined }, { default: 1, required: true }, { required: false }].map((options) => new Parameter("n", options).required))
      .toEqual([true, false, false, false, true, false]);
  });

  test("that is required demands a value, also where it has a default", async () => {
    const { flow } = flowOf(new Parameter("n", { default: 1, required: true }));
    await expect(flow.run()).rejects.toThrow("Flow.run did not receive the following required parameters: n. Flow: f.");
  });

  test("takes the run's value before the context's before its default", async () => {
    const { flow, shown } = flowOf(new Parameter("n", { default: "default" }));
    const value = async (parameters: object, options?: object) => (await flow.run({ ...parameters }, options)).result.get(shown).result;
    expect(await value({})).toBe("default");
    expect(await value({}, { context: { parameters: { n: "of the run's context" } } })).toBe("of the run's context");
    expect(await context.with({ parameters: { n: "context" } }, () => value({}))).toBe("context");
    expect(await context.with({ parameters: { n: "context" } }, () => value({ n: "run" }))).toBe("run");
  });

  test("that is required may come from the context", async () => {
    const { flow, shown } = flowOf(new Parameter("n"));
    const state = await context.with({ parameters: { n: 5, other: 6 } }, () => flow.run());
    expect(state.result.get(shown).result).toBe(5);
  });

  test("of a flow that a task runs does not take the value of the outer flow's parameter", async () => {
    const { flow: inner, shown } = flowOf(new Parameter("n", { default: "inner" }));
    const outer = new Flow("outer");
    const ran = outer.build(() => task(async (_: unknown) => (await inner.run()).result.get(shown).result)(new Parameter("n")));
    expect((await outer.run({ n: "outer" })).result.get(ran).result).toBe("inner");
  });

  test("takes no inputs and has no upstream tasks", () => {
    const flow = new Flow("f");
    const n = new Parameter("n");
    expect(() => flow.build(() => (n as unknown as (x: number) => void)(1))).toThrow("Task n takes no inputs, got 1 inputs.");
    expect(() => flow.build(() => n.with({ upstreamTasks: [echo(1)] })())).toThrow("Parameters must be root tasks");
  });

  test("is copied under a name of its own only", () => {
    const n = new Parameter("n", { default: 3 });
    const m = n.copy("m");
    expect([m.name, m.slug, m.default, m.required]).toEqual(["m", "m", 3, false]);
    expect(n.copy({ name: "k", tags: ["x"] }).slug).toBe("k");
    expect(() => n.copy()).toThrow("The copy of Parameter n: the option name must be a text of its own, got undefined.");
    expect(() => n.copy("n")).toThrow("must be a text of its own");
  });

  test.each([
    [{ defualt: 1 }, "Parameter n has no option defualt. It has default, required, tags."],
    [{ required: "yes" }, 'Parameter n: the option required must be true or false, got "yes".'],
    [{ tags: "x" }, "Parameter n: the option tags must be a list of texts"],
    [5, "Parameter n: the option options must be an object, got number 5."],
  ])("refuses the options %o", (options, message) => {
    expect(() => new Parameter("n", options as never)).toThrow(message);
  });
});

describe("a DateTimeParameter", () => {
  const { flow, shown } = flowOf(new DateTimeParameter("at", { default: null }));
  const run = async (at: unknown) => (await flow.run({ at })).result;

  test.each([
    ["2026-11-25", "2026-11-25T00:00:00.000Z"],
    ["2026-11-25T09:30", "2026-11-25T09:30:00.000Z"],
    ["2026-11-25 09:30:15.5", "2026-11-25T09:30:15.500Z"],
    ["2026-11-25T09:30:00+01:00", "2026-11-25T08:30:00.000Z"],
    ["2026-11-25T09:30:00+0530", "2026-11-25T04:00:00.000Z"],
    ["2026-11-25T09:30:00-08", "2026-11-25T17:30:00.000Z"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
  ])("makes a Date of %s; without a zone it is UTC", async (at, iso) => {
    expect((await run(at)).get(shown).result).toEqual(new Date(iso));
  });

  test("leaves null alone, given or by default", async () => {
    expect((await run(null)).get(shown).result).toBeNull();
    expect((await flow.run()).result.get(shown).result).toBeNull();
  });

  test.each([["tomorrow"], ["2026-02-30"], ["25.11.2026"], [1764057600000], [new Date(NaN)], [{}]])("fails for %s with what is expected", async (at) => {
    const result = await run(at);
    const parameter = [...flow.parameters()][0];
    expect(result.get(parameter).message).toMatch(/Parameter "at" must be a Date or an ISO text such as 2026-11-25T09:30:00Z, got /);
    expect(result.get(shown).type).toBe("TriggerFailed");
  });
});
