import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Cached, Flow, JSONSerializer, LOOP, LocalResult, Mapped, Parameter, Result, context, task, unmapped, type State, type TaskOptions } from "../../../engine/index.ts";
import { withHost, type ObservedTaskRun, type RunHost } from "../../../engine/embedding.ts";

let dir: string;
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), "flowlet-targets-")); });
afterEach(() => { rmSync(dir, { recursive: true, force: true }); });

const json = () => new LocalResult({ dir, serializer: new JSONSerializer() });
const files = () => readdirSync(dir).sort();
const put = (name: string, value: unknown) => { writeFileSync(join(dir, name), JSON.stringify(value)); };

let runs = 0;
async function once(options: TaskOptions = {}, parameters = {}, how: Parameters<Flow["run"]>[1] = { checkpointing: true }): Promise<State> {
  runs = 0;
  const flow = new Flow("once");
  const node = flow.build(() => task((x: number) => { runs++; return x * 10; }, { name: "work", result: json(), target: "{x}.json", ...options })(7));
  return (await flow.run(parameters, how)).result.get(node);
}

describe("a target", () => {
  test("that is not there: the task runs and writes it; the next run finds it", async () => {
    const first = await once();
    expect([first.type, runs, readFileSync(join(dir, "7.json"), "utf8"), first.stored?.location]).toEqual(["Success", 1, "70", join(dir, "7.json")]);
    const second = await once();
    expect([second, second.result, second.message, runs]).toEqual([expect.any(Cached), 70, `Result found at task target ${join(dir, "7.json")}`, 0]);
    expect(second.stored?.location).toBe(join(dir, "7.json"));
  });

  test("is found with checkpointing off too, but then not written; the log says so once", async () => {
    const lines: string[] = [];
    const host: RunHost = { onLog: ({ message }) => lines.push(message) };
    expect((await withHost(host, () => once({}, {}, {}))).type).toBe("Success");
    expect([files(), lines.filter((line) => line.includes("has a target, and its result is not written there: checkpointing is off"))]).toEqual([[], [expect.any(String)]]);
    put("7.json", "mine");
    expect((await once({}, {}, {})).result).toBe("mine");
  });

  test("is not checked, and that is said", async () => {
    const reasons: (string | undefined)[] = [];
    const host: RunHost = { observer: { taskRunChanged: (_, run: ObservedTaskRun) => { reasons.push(run.reason); } } };
    put("7.json", "old");
    await withHost(host, () => once());
    expect(reasons).toEqual(["found at its target, not checked"]);
  });

  test("that depends on parameters", async () => {
    const flow = new Flow("f");
    const day = new Parameter<string>("day");
    const node = flow.build(() => task((x: number) => { runs++; return x; }, { name: "work", target: "{day}-{parameters[day]}.json", result: json() })(1));
    flow.addTask(day);
    runs = 0;
    for (const value of ["mon", "tue", "mon"]) await flow.run({ day: value }, { checkpointing: true });
    expect([runs, files()]).toEqual([2, ["mon-mon.json", "tue-tue.json"]]);
    expect((await flow.run({ day: "tue" })).result.get(node).type).toBe("Cached");
  });

  test("given by a function", async () => {
    await once({ target: ({ x, taskSlug }) => `${String(taskSlug)}-${String(x)}.json` });
    expect([files(), (await once({ target: ({ x, taskSlug }) => `${String(taskSlug)}-${String(x)}.json` })).type]).toEqual([["work-1-7.json"], "Cached"]);
  });

  test("uses the flow's result, or a LocalResult", async () => {
    const flow = new Flow("f", { result: json() });
    const node = flow.build(() => task(() => 5, { target: "five.json" })());
    await flow.run({}, { checkpointing: true });
    expect([files(), (await flow.run()).result.get(node).type]).toEqual([["five.json"], "Cached"]);
    const other = new Flow("g");
    const absolute = other.build(() => task(() => 5, { target: join(dir, "five.bin") })());
    await other.run({}, { checkpointing: true });
    expect((await other.run()).result.get(absolute).message).toBe(`Result found at task target ${join(dir, "five.bin")}`);
  });

  test("wins over the result's location, with a warning, and leaves that result alone", async () => {
    const lines: string[] = [];
    const result = json().at("location.json");
    await withHost({ onLog: ({ message }) => lines.push(message) } as RunHost, () => once({ result, target: "target.json" }));
    expect([files(), result.location]).toEqual([["target.json"], "location.json"]);
    expect(lines).toContain("Task work: both result.location and target are set; the target is used.");
  });

  test("of a copy is another one, without a warning", () => {
    const lines: string[] = [];
    withHost({ onLog: ({ message }) => lines.push(message) } as RunHost, () => {
      const one = task(() => 1, { target: "a", result: json() });
      const other = one.copy({ target: "b" });
      expect([one.target, one.result?.location, other.target, other.result?.location]).toEqual(["a", "a", "b", "b"]);
    });
    expect(lines).toEqual([]);
  });

  test("of a task with checkpoint: false is found and not written", async () => {
    await once({ checkpoint: false });
    expect(files()).toEqual([]);
    put("7.json", 1);
    expect((await once({ checkpoint: false })).type).toBe("Cached");
  });

  test("is not looked at for a task that is asked for", async () => {
    const flow = new Flow("f", { result: json() });
    const node = flow.build(() => task(() => ++runs, { target: "n.json" })());
    runs = 0;
    await flow.run({}, { checkpointing: true });
    const state = (await flow.run({}, { only: [node], checkpointing: true })).result.get(node);
    expect([state.type, state.result, readFileSync(join(dir, "n.json"), "utf8")]).toEqual(["Success", 2, "2"]);
  });

  test("comes before the trigger, which still can fail the task", async () => {
    put("7.json", 1);
    const flow = new Flow("f");
    const node = flow.build(() => task((_: unknown) => 1, { name: "work", target: "7.json", result: json() })(task((): number => { throw new Error("boom"); }, { name: "fails" })()));
    expect((await flow.run()).result.get(node).type).toBe("TriggerFailed");
  });

  test("comes instead of what the session has cached: who removes the file wants the task to run", async () => {
    await context.with({ caches: new Map() }, async () => {
      const options = { cacheFor: 60_000 };
      expect((await once(options)).type).toBe("Cached");
      rmSync(join(dir, "7.json"));
      await once(options);
      expect([runs, files()]).toEqual([1, ["7.json"]]);
      await once(options);
      expect(runs).toBe(0);
    });
  });

  test("and results that are kept by content: a hit ends the run, a miss is written", async () => {
    const flow = new Flow("f", { result: json() });
    const node = flow.build(() => task(() => [1], { name: "work", target: "n.json" })());
    await flow.run({}, { cache: true, checkpointing: true });
    expect((await flow.run({}, { cache: true, checkpointing: true })).result.get(node).message).toContain("Result found at task target");
    rmSync(join(dir, "n.json"));
    expect((await flow.run({}, { cache: true, checkpointing: true })).result.get(node).type).toBe("Success");
    expect(files()).toEqual(["n.json"]);
    rmSync(join(dir, "n.json"));
    expect((await flow.run({}, { cache: true })).result.get(node).message).toContain("Kept from");
    put("n.json", [2]);
    expect((await flow.run({}, { cache: true })).result.get(node)).toMatchObject({ message: `Result found at task target ${join(dir, "n.json")}`, result: [2] });
  });

  test("of a loop does not end it when somebody writes it meanwhile", async () => {
    const flow = new Flow("f");
    const node = flow.build(() => task(() => {
      put("sum.json", "somebody");
      if (context.taskLoopCount === 1) throw new LOOP("more", { result: 1 });
      return "mine";
    }, { target: "sum.json", result: json() })());
    expect((await flow.run({}, { checkpointing: true })).result.get(node)).toMatchObject({ type: "Success", result: "mine" });
  });

  test("of a loop gets the last result only, and is no end of it before", async () => {
    const flow = new Flow("f");
    const at: string[][] = [];
    const node = flow.build(() => task(() => {
      at.push(files());
      const sum = ((context.taskLoopResult as number | undefined) ?? 0) + 1;
      if (sum < 3) throw new LOOP("more", { result: sum });
      return sum;
    }, { target: "sum.json", result: json() })());
    const state = (await flow.run({}, { checkpointing: true })).result.get(node);
    expect([state.result, at.every((names) => !names.includes("sum.json")), readFileSync(join(dir, "sum.json"), "utf8")]).toEqual([3, true, "3"]);
  });
});

describe("targets of a mapping", () => {
  const mapped = async (target: TaskOptions["target"]) => {
    const flow = new Flow("f");
    const node = flow.build(() => task((x: number, y: number) => { runs++; return x * y; }, { name: "times", target, result: json() }).map([1, 2, 3], unmapped(10)));
    runs = 0;
    return (await flow.run({}, { checkpointing: true })).result.get(node) as Mapped;
  };

  test("are found child by child", async () => {
    await mapped("{mapIndex}.json");
    rmSync(join(dir, "1.json"));
    const state = await mapped("{mapIndex}.json");
    expect([state.mapStates.map((child) => child.type), state.result, runs]).toEqual([["Cached", "Success", "Cached"], [10, 20, 30], 1]);
    expect(files()).toEqual(["0.json", "1.json", "2.json"]);
  });

  test("that are the same for all children are refused: each would get the first one's result", async () => {
    const state = await mapped("{taskName}.json");
    expect(state.mapStates[1].message).toBe("The target of task 'times' could not be looked at: All children of the mapping of times would share one location: {taskName}.json names nothing that tells them apart, like {mapIndex}");
    expect([runs, files()]).toEqual([0, []]);
  });
});

describe("a target that can not be read fails the task, and is left as it is", () => {
  test.each([
    ["a file of somebody else", () => { writeFileSync(join(dir, "7.json"), "a,b\n"); }, "they are no JSON"],
    ["a file that is empty", () => { writeFileSync(join(dir, "7.json"), ""); }, "they are empty"],
  ])("%s", async (_, prepare, why) => {
    prepare();
    const before = readFileSync(join(dir, "7.json"));
    const state = await once();
    expect([state.type, state.message, runs]).toEqual(["Failed", expect.stringMatching(`^The target of task 'work' could not be looked at: The result at ${join(dir, "7.json")} can not be read: .*${why}`), 0]);
    expect(readFileSync(join(dir, "7.json"))).toEqual(before);
  });

  test("a folder is none: the task runs, and says that it can not write there", async () => {
    mkdirSync(join(dir, "7.json/full"), { recursive: true });
    const state = await once();
    expect([state.type, runs, state.message]).toEqual(["Failed", 1, expect.stringContaining("The result of task 'work' could not be written")]);
  });

  test("a template that names something unknown", async () => {
    expect((await once({ target: "{nobody}.json" })).message).toContain('names "nobody", which is not known');
  });

  test("a result without a store", async () => {
    expect((await once({ result: new Result() })).message).toBe("The target of task 'work' could not be looked at: <Result: \"{x}.json\"> can not look for values: it is a description without a place of its own");
  });
});
