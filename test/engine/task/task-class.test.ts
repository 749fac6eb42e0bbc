import { describe, expect, test } from "vitest";
import { Flow, Parameter, Task, task, type TaskOptions } from "../../../engine/index.ts";
import { capturedLogs } from "../captured-logs.ts";

const add = task((x: number, y: number = 1) => x + y, { name: "add" });

describe("names of Task itself", () => {
  test("that a class uses for methods and fields are warned of, once for the class", async () => {
    class Upload extends Task {
      timeout = 5;
      name = "mine";
      override run() { return 1; }
      get(): never { throw new Error("mine"); }
      other() { return 2; }
    }
    expect(await capturedLogs(() => { new Upload(); new Upload(); })).toEqual([
      "Class Upload has get, name, timeout, which are names of Task itself. Choose another name, or give it as an option.",
    ]);
  });

  test("are also those that a base class uses", async () => {
    class Base extends Task { tags = new Set<string>(); }
    class Derived extends Base { override run() { return 1; } }
    expect(await capturedLogs(() => new Derived())).toEqual(["Class Derived has tags, which is a name of Task itself. Choose another name, or give it as an option."]);
  });

  test("may be used where a class is meant to", async () => {
    class Fine extends Task<[x: number], number> {
      readonly factor: number;
      constructor(factor: number, options?: TaskOptions) { super(options); this.factor = factor; }
      override run(x: number) { return x * this.factor; }
      override inputNames() { return ["x"]; }
      override toString() { return "fine"; }
    }
    expect(await capturedLogs(() => { new Fine(2); task(() => 1); new Parameter("p"); })).toEqual([]);
  });
});

describe("a task that is given to the constructor of another", () => {
  class AddTask extends Task<[x: number], number> {
    readonly fallback: unknown;
    constructor(fallback: unknown, options?: TaskOptions) { super(options); this.fallback = fallback; }
    override run(x: number) { return x; }
  }

  test("is warned of: first values, then tasks", async () => {
    const logs = await capturedLogs(() => new Flow("f").build(() => { new AddTask(add(1))(2); }));
    expect(logs).toEqual([
      "Task add was given to the constructor of AddTask (field fallback). Results are not known there: first make the task with values, then call it with tasks: " +
      "const make = new AddTask(…); make(add).",
    ]);
    expect(await capturedLogs(() => new AddTask(new Parameter("n")))).toHaveLength(1);
  });

  test("may be a task of no flow, whose run() it calls", async () => {
    expect(await capturedLogs(() => { new AddTask(add); new AddTask(5); })).toEqual([]);
  });

  test("is refused in the place of options", () => {
    class Plain extends Task {}
    expect(() => new Plain(add as never)).toThrow("Task add: the option options must be an object, got the function add.");
  });
});

test("a class whose run takes a rest parameter is refused, unless it tells its inputs", () => {
  class Rest extends Task { override run(...xs: any[]) { return xs; } }
  class Told extends Task { override run(...xs: any[]) { return xs; } override inputNames() { return ["a", "b"]; } }
  expect(() => new Rest()).toThrow("The function of task Rest can not be used: a rest parameter (...xs) has no fixed inputs.");
  expect(() => new Rest()).toThrow("a rest parameter");
  expect(new Told().inputNames()).toEqual(["a", "b"]);
});
