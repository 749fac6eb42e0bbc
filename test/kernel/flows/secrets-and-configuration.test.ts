/** Secrets and the configuration in a notebook: what the picture is told, what the cells print, and when a kept result counts. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { KernelClient } from "../kernel-client.ts";
import { Notebook, PictureComm, flowOf } from "./notebook.ts";

let notebook: Notebook;
let home: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "flowlet-home-"));
  mkdirSync(join(home, ".flowlet"));
  writeFileSync(join(home, ".flowlet/config.toml"), `[logging]\nformat = "%(levelname)s <%(name)s> %(message)s"\n[user]\nfactor = 2\n[context.secrets]\nPAIR = '{"user":"sesame-user"}'\n`);
  notebook = await Notebook.open({}, { HOME: home, USERPROFILE: home, MY_SECRET: "open sesame" });
});
afterAll(async () => { await notebook?.close(); rmSync(home, { recursive: true }); });
beforeEach(() => { notebook.ran(); });

test("a secret reaches the tasks, and nothing of it reaches a picture, an output or a log", async () => {
  const since = notebook.client.received.length;
  const shown = await notebook.cell("secret flow", `
    import { EnvVarSecret, FlowletSecret, Secret, config, getLogger } from "flowlet";
    const size = task((secret: unknown) => { ran("size"); getLogger("size").info("looked at it"); return JSON.stringify(secret).length; });
    const secretFlow = new Flow("secret");
    const { direct, part, listed, sized } = secretFlow.build(() => {
      const direct = new EnvVarSecret<string>("MY_SECRET"), pair = new FlowletSecret<{ user: string }>("PAIR");
      const part = pair.get("user");
      return { direct, part, listed: size([direct]), sized: size(part) };
    });
    secretFlow`);
  const { flowId } = flowOf(shown);
  const comm = await PictureComm.adopt(notebook.client);
  await notebook.cell("run secret", "let secretState = await secretFlow.run();");
  await comm.next((message) => message.type === "final" && message.flowId === flowId, since);
  expect(await notebook.value("[secretState.result.get(sized).result, secretState.result.get(listed).result]")).toEqual([13, 15]);
  const nodes = flowOf(await notebook.cell("show secret", "secretFlow")).nodes.map(({ id }) => id);
  expect(nodes.length).toBeGreaterThan(5);
  for (const nodeId of nodes.filter((id) => !id.includes(":"))) {
    const message = await comm.ask({ type: "details", flowId, nodeId });
    const { details } = message as unknown as { details: { result?: string; status: { state: string } } };
    expect(details.status.state).toBe("Success");
    expect(details.result).toMatch(nodeId.startsWith("size") ? /^1[35]$/ : /^\(a secret: not shown\)$/);
  }
  await notebook.cell("print secret", "console.log(context.config, config, JSON.stringify(config), context.toObject(), config.context.secrets, secretState, secretState.result);");
  const received = JSON.stringify(notebook.client.received.slice(since));
  expect(received).toContain("looked at it");
  expect(received).not.toContain("open sesame");
  expect(received).not.toContain("sesame-user");
});

test("log lines in a cell look as the configuration says", async () => {
  const { stdout } = await notebook.cell("lines", `getLogger("cell").warning("careful"); await new Flow("lines", () => { task(() => { context.logger.info("inside"); return 1; }, { name: "one" })(); }).run();`);
  expect(stdout.replace(/\(\d+ m?s\)/, "(…)").split("\n")).toEqual(["WARNING <flowlet.cell> careful", "INFO <flowlet.FlowRunner> Beginning Flow run for 'lines'", "INFO <flowlet.TaskRunner> Task 'one': Starting task run...", "INFO <flowlet.one> inside",
    "INFO <flowlet.TaskRunner> Task 'one': Finished task run for task with final state: 'Success'", "INFO <flowlet.FlowRunner> Flow run SUCCESS: all reference tasks succeeded", "INFO <flowlet.FlowRunner> 1 task: 1 run (…)", ""]);
});

test("a task that reads a secret or the configuration itself runs every time, one that logs does not", async () => {
  await notebook.cell("reading", `
    const readsSecret = task(() => { ran("secret"); return new Secret("PAIR").exists(); });
    const readsConfig = task(() => { ran("config"); return config.user.factor; });
    const logs = task(() => { ran("logs"); getLogger("own").info("a line"); return 1; });
    const reading = new Flow("reading", () => { readsSecret(); readsConfig(); logs(); });`);
  await notebook.cell("run reading", "await reading.run();");
  expect(notebook.ran()).toEqual(["config", "logs", "secret"]);
  await notebook.cell("run reading", "const read = await reading.run();");
  expect(notebook.ran()).toEqual(["config", "secret"]);
});

test("a configuration that is wrong is told in the cell that uses it first, and nothing stops", async () => {
  const client = await KernelClient.start({ env: { FLOWLET__TASKS__DEFAULTS__MAX_RETRIES: "many" } });
  try {
    const { stderr, error } = await client.execute(`import { task } from "flowlet"; task(() => 1).maxRetries`);
    expect([stderr, error]).toEqual([`flowlet: environment variable FLOWLET__TASKS__DEFAULTS__MAX_RETRIES: tasks.defaults.maxRetries must be a whole number, 0 or more, got "many". It is ignored.\n`, undefined]);
  } finally {
    await client.stop();
  }
});
