/** Log lines as scripts print them, each in a process of its own. */
import { describe, expect, test } from "vitest";
import { runScript } from "../script.ts";

const flow = `import { Flow, context, getLogger, task } from "flowlet";
  const say = task(function say(x: number) { console.log("printed", x); context.logger.info("logged %d", x); getLogger("etl").warning("of the library"); return x; });
  const flow = new Flow("talk", () => { say(1); });
`;
const STAMP = /^\[\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}[+-]\d{4}\] /;

describe("text lines", () => {
  test("are Prefect's, in order with what the script prints", async () => {
    const { stdout, stderr } = await runScript(`${flow} console.log("before"); await flow.run(); console.log("after");`);
    expect(stdout.split("\n").map((line) => line.replace(STAMP, "[time] "))).toEqual([
      "before",
      "[time] INFO - flowlet.FlowRunner | Beginning Flow run for 'talk'",
      "[time] INFO - flowlet.TaskRunner | Task 'say': Starting task run...",
      "printed 1",
      "[time] INFO - flowlet.say | logged 1",
      "[time] WARNING - flowlet.etl | of the library",
      "[time] INFO - flowlet.TaskRunner | Task 'say': Finished task run for task with final state: 'Success'",
      "[time] INFO - flowlet.FlowRunner | Flow run SUCCESS: all reference tasks succeeded",
      "after",
      "",
    ]);
    expect(stderr).toBe("");
  });

  test("look as the configuration says, with entries of the context", async () => {
    const { stdout } = await runScript(`${flow} await flow.run({}, { context: { team: "blue" } }); getLogger("etl").info("outside"); getLogger("mine").info("own name");`, {
      config: `[logging]\nformat = "%(asctime)s|%(levelname)-7s|%(name)s|%(flow_name)s|%(taskSlug)s|%(team)s|%(message)s"\ndatefmt = "%Y"\nlog_attributes = ["team"]\nextra_loggers = ["mine"]`,
    });
    const year = new Date().getFullYear();
    expect(stdout.split("\n")).toEqual([
      `${year}|INFO   |flowlet.FlowRunner|talk|-|blue|Beginning Flow run for 'talk'`,
      `${year}|INFO   |flowlet.TaskRunner|talk|say-1|blue|Task 'say': Starting task run...`,
      "printed 1",
      `${year}|INFO   |flowlet.say|talk|say-1|blue|logged 1`,
      `${year}|WARNING|flowlet.etl|talk|say-1|blue|of the library`,
      `${year}|INFO   |flowlet.TaskRunner|talk|say-1|blue|Task 'say': Finished task run for task with final state: 'Success'`,
      `${year}|INFO   |flowlet.FlowRunner|talk|-|blue|Flow run SUCCESS: all reference tasks succeeded`,
      `${year}|INFO   |flowlet.etl|-|-|-|outside`,
      `${year}|INFO   |mine|-|-|-|own name`,
      "",
    ]);
  });

  test("below the level are not written; a block may have another level", async () => {
    const { stdout } = await runScript(`${flow}
      getLogger("a").info("hidden"); getLogger("a").error("shown");
      context.with({ config: { logging: { level: "DEBUG", format: "%(levelname)s %(message)s" } } }, () => getLogger("a").debug("a debug line"));
      getLogger("a").debug("hidden again");
      await flow.run({}, { context: { config: { logging: { level: "INFO", format: "%(name)s" } } } });`, { env: { FLOWLET__LOGGING__LEVEL: "error", FLOWLET__LOGGING__FORMAT: "%(message)s" } });
    expect(stdout.split("\n")).toEqual(["shown", "DEBUG a debug line", "flowlet.FlowRunner", "flowlet.TaskRunner", "printed 1", "flowlet.say", "flowlet.etl", "flowlet.TaskRunner", "flowlet.FlowRunner", ""]);
  });

  test("are all there when the script ends at once or crashes", async () => {
    const many = `import { getLogger } from "flowlet"; for (let i = 0; i < 5000; i++) getLogger("x").info("line " + i + " ".repeat(100));`;
    for (const end of ["process.exit(3)", `throw new Error("crash")`, `process.abort()`]) {
      const { stdout } = await runScript(`${many}\n${end};`, { env: { FLOWLET__LOGGING__FORMAT: "%(message)s" } });
      const lines = stdout.trimEnd().split("\n");
      expect([lines.length, lines.at(-1)?.trim()]).toEqual([5000, "line 4999"]);
    }
  });

  test("hold the stack of what was thrown", async () => {
    const { stdout } = await runScript(`import { Flow, getLogger, task } from "flowlet";
      getLogger("x").error("could not", new TypeError("broken"), { a: 1 });
      await new Flow("f", () => { task(function fails() { throw new RangeError("no"); })(); }).run();`, { env: { FLOWLET__LOGGING__FORMAT: "%(levelname)s %(message)s", FLOWLET__LOGGING__LEVEL: "ERROR" } });
    expect(stdout).toMatch(/^ERROR could not TypeError: broken\n\s+at \S*script\.mts:2:\d+(.|\n)* \{ a: 1 \}\nERROR Task 'fails': Exception encountered during task execution!\nRangeError: no\n\s+at .*script\.mts:3:\d+/);
    expect(stdout).not.toContain("node:async_hooks");
  });
});

test("what a task with logStdout prints are log lines, that of others is not touched", async () => {
  const { stdout } = await runScript(`import { Flow, context, task } from "flowlet";
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const logged = task(async function logged(n: number) { console.log("a %d\\n\\nb", n); await wait(5); process.stdout.write(Buffer.from("bytes")); console.error("err"); return n; }, { logStdout: true });
    const plain = task(async function plain() { await wait(2); console.log("plain"); });
    const quick = task(function quick() { console.log("quick"); context.logger.warning("its own line"); }, { logStdout: true });
    const breaks = task(function breaks() { console.log("last words"); throw new Error("no"); }, { logStdout: true });
    const write = process.stdout.write;
    await new Flow("f", () => { logged.map([1, 2]); plain(); quick(); breaks(); }).run();
    console.log("after", process.stdout.write === write);`, { env: { FLOWLET__LOGGING__FORMAT: "%(name)s: %(message)s" } });
  const lines = stdout.split("\n").filter((line) => !/Runner: |exception|Error: no|^\s+at |Exception/i.test(line));
  expect(lines.toSorted()).toEqual(["", "after true", "flowlet.breaks: last words", "flowlet.logged[0]: a 1", "flowlet.logged[0]: b", "flowlet.logged[0]: bytes", "flowlet.logged[1]: a 2", "flowlet.logged[1]: b", "flowlet.logged[1]: bytes", "flowlet.quick: its own line", "flowlet.quick: quick", "plain"]);
});

describe("JSON lines", () => {
  test("are one object for each record, with what it is about", async () => {
    const { stdout } = await runScript(`${flow} const state = await flow.run({}, { context: { team: "blue", flowRunId: "run-1" } });
      getLogger().error("could not", new TypeError("broken", { cause: new Error("inner") }), 7);
      getLogger("x").critical(new Error("alone"));`, { config: `[logging]\nformat = "json"\nlogAttributes = ["team", "secrets"]` });
    const records = stdout.trimEnd().split("\n").filter((line) => line !== "printed 1").map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.map(({ level, name, msg }) => `${level} ${name} ${msg}`)).toEqual([
      "INFO flowlet.FlowRunner Beginning Flow run for 'talk'", "INFO flowlet.TaskRunner Task 'say': Starting task run...", "INFO flowlet.say logged 1", "WARNING flowlet.etl of the library",
      "INFO flowlet.TaskRunner Task 'say': Finished task run for task with final state: 'Success'", "INFO flowlet.FlowRunner Flow run SUCCESS: all reference tasks succeeded", "ERROR flowlet could not 7", "CRITICAL flowlet.x alone",
    ]);
    const { taskRunId, time, ...logged } = records[2];
    expect(logged).toEqual({ level: "INFO", name: "flowlet.say", flowName: "talk", flowRunId: "run-1", taskName: "say", taskSlug: "say-1", team: "blue", msg: "logged 1" });
    expect([String(taskRunId), new Date(time as string).toISOString()]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), time]);
    expect(new Set(records.slice(1, 5).map((record) => record.taskRunId)).size).toBe(1);
    expect(records[6].err).toMatchObject({ type: "TypeError", message: expect.stringContaining("broken"), stack: expect.stringContaining("script.mts") });
  });

  test("hold anything that is logged", async () => {
    const { stdout } = await runScript(`import { getLogger } from "flowlet";
      const round: Record<string, unknown> = {}; round.self = round;
      getLogger("x").info("a\\nb \\u2028 %s", round, 1n, Symbol("s"), undefined); getLogger("x").info({ a: [1] }); getLogger("x").error(Object.assign(new Error("odd"), { self: round, big: 1n }));`, { env: { FLOWLET__LOGGING__FORMAT: "json" } });
    const records = stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as { msg: string; err?: { message: string } });
    expect([records.length, records[0].msg.startsWith("a\nb \u2028 <ref *1>"), records[1].msg, records[2].err?.message]).toEqual([3, true, "{ a: [ 1 ] }", "odd"]);
  });
});
