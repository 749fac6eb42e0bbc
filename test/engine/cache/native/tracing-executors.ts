/** What tasks use is noticed wherever they run, or they are marked. */
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Flow, ThreadExecutor, task, type Executor } from "../../../../engine/index.ts";
import { TracedFlow } from "./traced-flow.ts";

let traced: TracedFlow;
let executor: ThreadExecutor;
beforeEach(() => { traced = new TracedFlow(); executor = new ThreadExecutor({ threads: 2 }); process.env.TRACED_A = "one"; });
afterEach(() => { traced.remove(); executor.close(); delete process.env.TRACED_A; });

describe("in threads", () => {
  test("files and variables are dependencies, each of its own task", async () => {
    const data = traced.write("data.csv", "one"), other = traced.write("other.csv", "x");
    traced.add("reads", () => readFileSync(data, "utf8")).add("later", async () => await readFile(other, "utf8")).add("variable", () => String(process.env.TRACED_A));
    await traced.run({ executor });
    expect(await traced.run({ executor })).toEqual({ reads: "kept", later: "kept", variable: "kept" });
    traced.write("data.csv", "two");
    expect(await traced.run({ executor })).toEqual({ reads: expect.stringMatching(/^ran: file .*data\.csv changed$/), later: "kept", variable: "kept" });
    process.env.TRACED_A = "two";
    expect(await traced.run({ executor })).toEqual({ reads: "kept", later: "kept", variable: "ran: environment variable TRACED_A changed" });
    traced.write("other.csv", "y");
    expect(await traced.run({ executor })).toEqual({ reads: "kept", later: expect.stringMatching(/^ran: file .*other\.csv changed$/), variable: "kept" });
    // Kept is kept, wherever it was made.
    expect(await traced.run()).toEqual({ reads: "kept", later: "kept", variable: "kept" });
  });

  test("what a task writes is to be there, and what it asks of others makes it `outside`", async () => {
    const out = traced.path("out.csv");
    traced.add("writes", () => { writeFileSync(out, "x"); return 1; }).add("asks", () => execFileSync("echo", { encoding: "utf8" }));
    await traced.run({ executor });
    expect(await traced.run({ executor })).toEqual({ writes: "kept", asks: expect.stringMatching(/^kept from outside: child process echo, /) });
    rmSync(out);
    expect((await traced.run({ executor })).writes).toMatch(/which it wrote, is gone$/);
  });

  test("a file that changes while the task runs makes a result that is not kept", async () => {
    const data = traced.write("data.csv", "one");
    traced.age("data.csv");
    traced.add("reads", async () => { const text = readFileSync(data, "utf8"); await new Promise((resolve) => setTimeout(resolve, 300)); return text; });
    await traced.run({ executor });
    traced.write("data.csv", "two");
    const running = traced.run({ executor });
    setTimeout(() => writeFileSync(data, "three"), 150);
    expect((await running).reads).toMatch(/; not kept, because file .*data\.csv changed while it ran$/);
  });

  test("of a flow that a task runs too", async () => {
    const data = traced.write("data.csv", "one");
    traced.add("outer", async () => {
      const inner = new Flow("inner", { executor: new ThreadExecutor({ threads: 1 }) });
      const read = inner.build(() => task(() => readFileSync(data, "utf8"))());
      return (await inner.run()).result.get(read).result;
    });
    await traced.run();
    traced.write("data.csv", "two");
    expect((await traced.run()).outer).toMatch(/file .*data\.csv changed$/);
    traced.write("data.csv", "one");
    expect((await traced.run()).outer).toMatch(/^kept/);
  });
});

test("an executor that says nothing of it: its tasks are marked by what their code says", async () => {
  const data = traced.write("data.csv", "one");
  const elsewhere: Executor = { concurrency: 1, execute: ({ task: subject, inputs, names }) => subject.invoke(inputs, names) };
  traced.add("reads", () => readFileSync(data, "utf8"));
  await traced.run();
  expect(await traced.run()).toEqual({ reads: "kept" });
  traced.write("data.csv", "two");
  await traced.run({ executor: elsewhere });
  expect((await traced.run({ executor: elsewhere })).reads).toMatch(/^kept from outside: files, /);
});
