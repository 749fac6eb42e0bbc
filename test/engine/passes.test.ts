import { describe, expect, test } from "vitest";
import { Flow, PAUSE, Paused, ResourceManager, Retrying, RETRY, Resume, Submitted, Success, context, manualOnly, mapped, task, type Mapped } from "../../engine/index.ts";

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("a paused task", () => {
  const one = task(() => 1, { name: "one", trigger: manualOnly });

  test("goes on when the option approve says so, asked again while it says no", async () => {
    const asked: string[] = [];
    const flow = new Flow("f");
    const node = flow.build(() => one());
    const state = await flow.run({}, { approve: (about, paused, mapIndex) => { asked.push(`${about.name} ${paused.type} ${mapIndex}`); return asked.length === 3; } });
    expect([state.type, state.result.get(node).result, asked]).toEqual(["Success", 1, Array(3).fill("one Paused null")]);
  });

  test("is asked about when nothing else is left to do, and holds up nothing", async () => {
    const done: string[] = [];
    const flow = new Flow("f", () => {
      one();
      task(async () => { await wait(20); done.push("other"); }, { name: "other" })();
    });
    await flow.run({}, { approve: () => { done.push("asked"); return true; } });
    expect(done).toEqual(["other", "asked"]);
  });

  test("may be a mapped child", async () => {
    const flow = new Flow("f");
    const children = flow.build(() => task((x: number) => {
      if (x === 2 && context.get("resume") === undefined) throw new PAUSE("look first");
      return x;
    }, { name: "child" })(mapped([1, 2])));
    const asked: (number | null)[] = [];
    const state = await flow.run({}, { approve: (_, __, mapIndex) => { asked.push(mapIndex); return true; } });
    expect([(state.result.get(children as never) as unknown as Mapped).result, asked]).toEqual([[1, 2], [1]]);
  });

  test("is left Paused where nobody can be asked, and the flow is Running", async () => {
    const flow = new Flow("f");
    const node = flow.build(() => one());
    const state = await flow.run();
    expect([state.type, state.result.get(node).type]).toEqual(["Running", "Paused"]);
  });

  test("resumes by itself at its start time, with the attempt that it interrupted", async () => {
    const counts: (number | undefined)[] = [];
    const flow = new Flow("f");
    const node = flow.build(() => task(() => {
      counts.push(context.taskRunCount);
      if (counts.length === 1) throw new RETRY("again");
      if (counts.length === 2) throw new PAUSE("later", { startTime: new Date(Date.now() + 5) });
      return 4;
    })());
    expect([(await flow.run()).result.get(node).result, counts]).toEqual([4, [1, 2, 2]]);
  });

  test("does not outlive a run that is cancelled while somebody is asked", async () => {
    const controller = new AbortController();
    const flow = new Flow("f", () => { one(); });
    let told = false;
    const running = flow.run({}, {
      signal: controller.signal,
      approve: (_, __, ___, signal) => new Promise((resolve) => { signal.addEventListener("abort", () => { told = true; resolve(false); }); setTimeout(() => controller.abort(), 5); }),
    });
    expect([(await running).type, told]).toEqual(["Cancelled", true]);
  });
});

describe("one pass (wait: false)", () => {
  test("leaves retries as they are, and another pass goes on from there", async () => {
    let calls = 0;
    const flow = new Flow("f");
    const { flaky, after } = flow.build(() => {
      const flaky = task(() => { if (++calls === 1) throw new Error("once"); return calls; }, { maxRetries: 1, retryDelay: 0 })();
      return { flaky, after: task((x: number) => x + 1)(flaky) };
    });
    const first = await flow.run({}, { wait: false });
    expect([first.type, first.result.get(flaky), first.result.get(after).type]).toEqual(["Running", expect.any(Retrying), "Pending"]);
    const second = await flow.run({}, { wait: false, taskStates: first.result });
    expect([second.type, second.result.get(after).result, calls]).toEqual(["Success", 3, 2]);
  });

  test("does not change the states it was given", async () => {
    let calls = 0;
    const flow = new Flow("f");
    const children = flow.build(() => task((x: number) => { if (x === 2 && ++calls === 1) throw new RETRY("again"); return x; })(mapped([1, 2])));
    const first = await flow.run({}, { wait: false });
    const types = () => (first.result.get(children as never) as unknown as Mapped).mapStates.map((child) => child.type);
    expect(types()).toEqual(["Success", "Retrying"]);
    await flow.run({}, { taskStates: first.result });
    expect(types()).toEqual(["Success", "Retrying"]);
  });
});

describe("states that tasks start from", () => {
  test("a finished one is kept, a Paused one resumes, a Submitted one is what it holds", async () => {
    let calls = 0;
    const flow = new Flow("f");
    const { a, b, c } = flow.build(() => ({ a: task(() => ++calls)(), b: task(() => ++calls, { trigger: manualOnly })(), c: task(() => ++calls)() }));
    const state = await flow.run({}, { taskStates: new Map([[a, new Success("kept", 7)], [b, new Resume()], [c, new Submitted(null, undefined, { state: new Success(null, 9) })]]) });
    expect([a, b, c].map((one) => state.result.get(one).result)).toEqual([7, 1, 9]);
    expect((await flow.run({}, { taskStates: new Map([[b, new Paused("", undefined, { startTime: new Date(0) })]]) })).type).toBe("Success");
  });
});

describe("a resource", () => {
  const events: string[] = [];
  const database = new ResourceManager<[], string>({
    names: [], hasSetup: true,
    make: () => ({ setup: () => { events.push("setup"); return "handle"; }, cleanup: () => { events.push("cleanup"); } }),
  }, { name: "database" });

  test("is set up again in every pass and every restart, and cleaned up after each task of its block", async () => {
    events.length = 0;
    const flow = new Flow("f");
    const use = flow.build(() => database.use([], (handle) => task((given: string) => { events.push("use"); if (context.taskRunCount === 1) throw new Error("once"); return given; }, { maxRetries: 1, retryDelay: 0 })(handle)));
    const state = await flow.run();
    expect([state.result.get(use).result, events]).toEqual(["handle", ["setup", "use", "setup", "use", "cleanup"]]);
    events.length = 0;
    await flow.run({}, { taskStates: state.result });
    expect(events).toEqual(["setup", "cleanup"]);
  });

  test("does not hold up a retry in its block while something else runs", async () => {
    events.length = 0;
    const flow = new Flow("f", () => {
      database.use([], (handle) => task((_: string) => { events.push("use"); if (context.taskRunCount === 1) throw new Error("once"); }, { maxRetries: 1, retryDelay: 1 })(handle));
      task(async () => { await wait(300); events.push("slow"); })();
    });
    await flow.run();
    expect(events).toEqual(["setup", "use", "use", "cleanup", "slow"]);
  });
});
