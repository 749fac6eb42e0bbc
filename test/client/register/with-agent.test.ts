import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Orchestra } from "../../agent/orchestra.ts";
import { flowFolder, moveAway } from "./flow-folder.ts";

const it = new Orchestra();
beforeAll(async () => {
  await it.startServer();
  await it.agent({ hostnameLabel: true });
});
afterAll(() => it.close());

/** Runs a file with Node, as a user does. @returns what it printed; stderr where it failed */
function script(path: string): Promise<string> {
  const env = { ...process.env, HOME: it.home, FLOWLET__HOME_DIR: it.path(".flowlet"), FLOWLET__SERVER__ENDPOINT: it.endpoint, NODE_NO_WARNINGS: "1" };
  return new Promise((resolve) => execFile(process.execPath, [path], { cwd: it.home, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => resolve(error === null ? stdout : stderr)));
}

test("a registered flow runs on an agent when its folder is gone, and is scheduled, watched and waited for from a script", async () => {
  const folder = flowFolder({
    "flows.ts": `
      import { task, Flow, Parameter } from "flowlet";
      import { shout } from "./lib/shout.ts";
      import { upper } from "upper";
      const greet = task(function greet(name: string, loud = false) { const text = shout("Hello, " + name); console.log(text); return loud ? upper(text) : text; }, { logStdout: true });
      export const flow = new Flow("greetings", () => { greet(new Parameter<string>("name"), true); });
    `,
    "lib/shout.ts": "const name = '!'; export const shout = (text: string) => text + name;",
    "node_modules/upper/package.json": `{ "name": "upper", "version": "3.2.1", "type": "module", "exports": "./index.js" }`,
    "node_modules/upper/index.js": "export const upper = (name) => name.toUpperCase();",
    "register.ts": `import { flow } from "./flows.ts"; const { id, version, limits } = await flow.register({ project: "examples", quiet: true }); console.log(JSON.stringify({ id, version, limits }));`,
  });
  const { id, version, limits } = JSON.parse(await script(join(folder, "register.ts"))) as { id: string; version: number; limits: string[] };
  expect([version, limits]).toEqual([1, []]);
  expect(await it.client.getFlow({ flowId: id })).toMatchObject({ name: "greetings", packages: { upper: "3.2.1" }, source: join(folder, "flows.ts"), parameters: [{ name: "name", type: "string" }] });
  rmSync(moveAway(folder), { recursive: true });

  const other = flowFolder({
    "parent.ts": `
      import { Flow, task, Parameter } from "flowlet";
      import { createFlowRun, waitForFlowRun, getTaskRunResult } from "flowlet/client";
      const say = task((text: string) => "It said: " + text);
      const flow = new Flow("parent", () => {
        const id = createFlowRun({ flowName: "greetings", projectName: "examples", parameters: { name: new Parameter<string>("who") }, runName: "child" });
        const done = waitForFlowRun(id, { streamLogs: true, raiseFinalState: true });
        say(getTaskRunResult.with({ upstreamTasks: [done] })(id, "greet-1") as string);
      });
      await flow.register({ project: "examples", quiet: true });
      const run = await flow.schedule({ who: "Marvin" }, { runName: "first" });
      const lines: string[] = [];
      for await (const { kind, message, taskRunName } of run.watch()) lines.push(kind === "state" ? message : (taskRunName ?? "-") + ": " + message);
      const state = await run.wait();
      console.log(JSON.stringify({ id: run.id, state: state.type, lines }));
    `,
  });
  const printed = await script(join(other, "parent.ts"));
  const { id: runId, state, lines } = JSON.parse(printed.split("\n").findLast((line) => line.startsWith("{")) ?? JSON.stringify({ printed })) as { id: string; state: string; lines: string[] };
  expect(state, printed).toBe("Success");
  expect(lines).toEqual(expect.arrayContaining(["Entered state <Scheduled>: Flow run scheduled.", "Entered state <Running>: Running flow.", "waitForFlowRun: Flow run 'child': Hello, Marvin!", "Entered state <Success>: All reference tasks succeeded."]));
  expect(lines.at(-1)).toBe("Entered state <Success>: All reference tasks succeeded.");
  expect((await it.client.findTaskRun({ flowRunId: runId, slug: "say-1", mapIndex: -1 })).resultPreview).toContain("It said: HELLO, MARVIN!");
});

test("a flow that needs a package with native code runs where it is installed, and says what is missing elsewhere", async () => {
  const folder = flowFolder({
    "flow.ts": `
      import { task, Flow } from "flowlet";
      import { answer } from "native-answer";
      const ask = task(() => answer());
      const flow = new Flow("asks", () => { ask(); });
      console.log(JSON.stringify(await flow.register({ quiet: true })));
    `,
    "node_modules/native-answer/package.json": `{ "name": "native-answer", "version": "1.0.0", "main": "index.js", "gypfile": true }`,
    "node_modules/native-answer/index.js": "exports.answer = () => 42;",
  });
  const { id, limits } = JSON.parse(await script(join(folder, "flow.ts"))) as { id: string; limits: string[] };
  expect(limits).toEqual(["The package native-answer (1.0.0) is not in the bundle: it holds native code or looks for files of its own, and must be installed where the agent runs."]);
  const elsewhere = await it.run(id);
  expect((await it.until(elsewhere.id, "Failed")).stateMessage).toContain("native-answer is imported from");
  const there = await it.run(id, { runConfig: { workingDir: folder } });
  await it.until(there.id, "Success");
  expect((await it.client.findTaskRun({ flowRunId: there.id, slug: "ask-1", mapIndex: -1 })).resultPreview).toBe("42");
});
