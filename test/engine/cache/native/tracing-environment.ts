/** Environment variables that tasks read without saying so. */
import { execFileSync, spawnSync } from "node:child_process";
import { env } from "node:process";
import { inspect } from "node:util";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TracedFlow } from "./traced-flow.ts";

/** Taken before the first run with kept results. */
const early = process.env;

let traced: TracedFlow;
beforeEach(() => { traced = new TracedFlow(); process.env.TRACED_A = "one"; delete process.env.TRACED_NONE; });
afterEach(() => { traced.remove(); delete process.env.TRACED_A; delete process.env.TRACED_NONE; delete process.env.TRACED_OTHER; });

describe("a variable that a task reads is a dependency", () => {
  const ways: Record<string, () => unknown> = {
    "process.env.NAME": () => process.env.TRACED_A,
    "a computed name": () => process.env[["TRACED", "A"].join("_")],
    "destructuring": () => { const { TRACED_A } = process.env; return TRACED_A; },
    "an import of env": () => env.TRACED_A,
    "globalThis.process": () => globalThis.process.env.TRACED_A,
  };
  test.each(Object.entries(ways))("%s", async (_, read) => {
    traced.add("reads", () => String(read()));
    expect(await traced.run()).toEqual({ reads: "ran: never run" });
    process.env.TRACED_OTHER = "other";
    expect(await traced.run()).toEqual({ reads: "kept" });
    process.env.TRACED_A = "two";
    expect(await traced.run()).toEqual({ reads: "ran: environment variable TRACED_A changed" });
    process.env.TRACED_A = "one";
    expect(await traced.run()).toEqual({ reads: "kept" });
    delete process.env.TRACED_A;
    expect((await traced.run()).reads).toMatch(/environment variable TRACED_A changed/);
  });

  const missing: Record<string, () => unknown> = {
    "that it is not set": () => process.env.TRACED_NONE ?? "none",
    "that it is not in there": () => "TRACED_NONE" in process.env,
    "that it is not its own": () => Object.hasOwn(process.env, "TRACED_NONE"),
  };
  test.each(Object.entries(missing))("%s", async (_, read) => {
    traced.add("reads", () => read());
    await traced.run();
    expect(await traced.run()).toEqual({ reads: "kept" });
    process.env.TRACED_NONE = "";
    expect(await traced.run()).toEqual({ reads: "ran: environment variable TRACED_NONE changed" });
  });

  const whole: Record<string, () => unknown> = {
    "a copy": () => ({ ...process.env }).TRACED_A,
    "the names": () => Object.keys(process.env).filter((name) => name.startsWith("TRACED")),
    "a loop": () => { const names = []; for (const name in process.env) if (name.startsWith("TRACED")) names.push(name); return names; },
    "JSON": () => JSON.stringify(process.env).length,
  };
  test.each(Object.entries(whole))("all of them, by %s", async (_, read) => {
    traced.add("reads", () => read());
    await traced.run();
    expect(await traced.run()).toEqual({ reads: "kept" });
    process.env.TRACED_OTHER = "other";
    expect(await traced.run()).toEqual({ reads: "ran: the environment changed" });
    delete process.env.TRACED_OTHER;
    expect(await traced.run()).toEqual({ reads: "kept" });
  });

  test("not one that the task sets itself", async () => {
    traced.add("sets", () => { process.env.TRACED_OTHER = "set"; return process.env.TRACED_OTHER; });
    await traced.run();
    process.env.TRACED_OTHER = "else";
    expect(await traced.run()).toEqual({ sets: "kept" });
  });

  test.each([["sets", () => { process.env.TRACED_A += "!"; return 1; }], ["deletes", () => { const value = String(process.env.TRACED_A); delete process.env.TRACED_A; return value; }]])("one that it reads and then %s makes a result that can not be kept", async (_, change) => {
    traced.add("changes", () => change());
    expect(await traced.run()).toEqual({ changes: "ran: never run; not kept, because it changes environment variable TRACED_A, which it reads" });
  });

  test("one that changes while the task runs too", async () => {
    traced.add("reads", async () => { const value = process.env.TRACED_A; await new Promise((resolve) => setTimeout(resolve, 30)); return value; });
    const running = traced.run();
    setTimeout(() => { process.env.TRACED_A = "two"; }, 10);
    expect((await running).reads).toMatch(/; not kept, because environment variable TRACED_A changed while it ran$/);
  });

  test("what was taken before counts by all that is in it", async () => {
    traced.add("reads", () => early.TRACED_A);
    await traced.run();
    process.env.TRACED_A = "two";
    expect((await traced.run()).reads).toMatch(/^ran: /);
  });
});

test("of the process counts what stays by what it is, and what does not makes the result `outside`", async () => {
  traced.add("steady", () => [process.platform, process.version, process.cwd(), process.argv.length]).add("print", () => { process.stdout.write(""); return 1; }).add("unsteady", () => process.uptime());
  await traced.run();
  expect(await traced.run()).toEqual({ steady: "kept", print: "kept", unsteady: expect.stringMatching(/^kept from outside: process, /) });
});

describe("process.env is as ever", () => {
  beforeEach(async () => { await traced.add("one", () => 1).run(); });

  test("names and values", () => {
    expect(process.env).not.toBe(early);
    expect(Object.keys(process.env)).toEqual(Object.keys(early));
    expect({ ...process.env }).toEqual({ ...early });
    expect(JSON.stringify(process.env)).toBe(JSON.stringify(early));
    expect("TRACED_A" in process.env).toBe(true);
    expect(Object.getOwnPropertyDescriptor(process.env, "TRACED_A")).toEqual({ value: "one", writable: true, enumerable: true, configurable: true });
    expect(inspect(process.env)).toBe(inspect(early));
    expect(process.env.TRACED_NONE).toBeUndefined();
    expect(structuredClone(process.env)).toEqual({ ...early });
    expect(structuredClone({ a: new Map([[1, 2]]) })).toEqual({ a: new Map([[1, 2]]) });
  });

  test("what is set becomes a text, what is deleted is gone, for child processes and threads too", async () => {
    process.env.TRACED_OTHER = 5 as unknown as string;
    expect(process.env.TRACED_OTHER).toBe("5");
    expect(Object.assign(process.env, { TRACED_OTHER: "6" })).toBe(process.env);
    Object.defineProperty(process.env, "TRACED_OTHER", { value: "7", writable: true, enumerable: true, configurable: true });
    const print = "process.stdout.write(process.env.TRACED_OTHER ?? 'none')";
    expect(execFileSync(process.execPath, ["-e", print], { encoding: "utf8" })).toBe("7");
    expect(spawnSync(process.execPath, ["-e", print], { encoding: "utf8", env: process.env }).stdout).toBe("7");
    const worker = new Worker("require('node:worker_threads').parentPort.postMessage(process.env.TRACED_OTHER)", { eval: true });
    expect(await new Promise((resolve) => worker.once("message", resolve))).toBe("7");
    delete process.env.TRACED_OTHER;
    expect([process.env.TRACED_OTHER, early.TRACED_OTHER]).toEqual([undefined, undefined]);
    expect(() => { (process.env as Record<symbol, unknown>)[Symbol("s")] = 1; }).toThrow(TypeError);
  });

  test("the time zone follows", () => {
    const before = process.env.TZ;
    process.env.TZ = "Asia/Tokyo";
    expect(new Date(0).getHours()).toBe(9);
    if (before === undefined) delete process.env.TZ; else process.env.TZ = before;
  });
});
