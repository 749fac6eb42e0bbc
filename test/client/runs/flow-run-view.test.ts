import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { flowBackend } from "../../../client/flow-backend.ts";
import { agentDiagnosis } from "../../../client/runs/agent-diagnosis.ts";
import { cancelFlowRun, createFlowRun, getTaskRunResult, renameFlowRun, waitForFlowRun } from "../../../client/runs/flow-run-tasks.ts";
import { FlowRunView } from "../../../client/runs/flow-run-view.ts";
import { watchFlowRun } from "../../../client/runs/watch-flow-run.ts";
import type { Agent } from "../../../client/api-types.ts";
import { withHost, type Host } from "../../../engine/embedding.ts";
import { Flow, LocalResult, LocalRun, Parameter, context, task, type ContextEntries } from "../../../engine/index.ts";
import { startRegistry, type Registry } from "../register/registry.ts";
import { PlayedRun, registerBare } from "./played-agent.ts";

/** Runs under a configuration that names the server. */
const configured = <T>({ endpoint }: Registry, body: () => Promise<T>): Promise<T> =>
  context.with({ config: { server: { endpoint, ui: { endpoint: "http://pages" } } } } as ContextEntries, body);

describe("a run that an agent does", () => {
  test("is watched: its states and records in order, until it has ended", async () => {
    const { client } = await startRegistry();
    const flowId = await registerBare(client, "sums");
    const { id } = await client.createFlowRun({ flowId });
    const lines: string[] = [];
    const watching = (async () => {
      for await (const { kind, message, level, taskRunName } of watchFlowRun(id, { client })) lines.push(`${kind} ${level} ${taskRunName ?? "-"} ${message}`);
    })();
    const run = await PlayedRun.take(client, id);
    await run.flowState("Running", "Running flow.");
    await run.log("begins");
    await run.taskState("Running", "Starting task run.");
    await run.log("adding", "add-1");
    await run.taskState("Success", "Task run succeeded.");
    await run.end("Flow run SUCCESS", "All reference tasks succeeded.");
    await watching;
    expect(lines).toEqual([
      "state INFO - Entered state <Scheduled>: Flow run scheduled.", "state INFO - Entered state <Submitted>: Submitted for execution", "state INFO - Entered state <Running>: Running flow.",
      "log INFO - begins", "log INFO add adding", "log INFO - Flow run SUCCESS", "state INFO - Entered state <Success>: All reference tasks succeeded.",
    ]);
    const again = [];
    for await (const { kind } of watchFlowRun(id, { client, streamLogs: false })) again.push(kind);
    expect(again).toEqual(["state", "state", "state", "state"]);
  });

  test("that nobody takes: the agents are looked at, once for each thing that is wrong", async () => {
    const { client } = await startRegistry();
    const { id } = await client.createFlowRun({ flowId: await registerBare(client, "sums", { labels: ["gpu"] }) });
    const ended = new AbortController();
    const notices: string[] = [];
    const watching = (async () => {
      for await (const { kind, message } of watchFlowRun(id, { client, diagnoseAfter: 0, signal: ended.signal })) {
        if (kind !== "notice") continue;
        notices.push(message.replace(/^It has been \d+ seconds and the flow run has not been submitted by an agent\. /, ""));
        if (notices.length === 1) await client.registerAgent({ name: "other", type: "LocalAgent", labels: ["cpu"], hostname: "here", coreVersion: "0.1.0" });
        if (notices.length === 2) await client.registerAgent({ name: "right", type: "LocalAgent", labels: ["cpu", "gpu"], hostname: "here", coreVersion: "0.1.0" });
        if (notices.length === 3) ended.abort();
      }
    })();
    await expect(watching).rejects.toThrow(/abort/i);
    expect(notices).toEqual([
      `There is no agent that runs. Start one: flowlet agent local start --label "gpu"`,
      `No agent may take the run: it is for agents with the labels "gpu", and "other" has "cpu". Start one, flowlet agent local start --label "gpu", or change the labels of the flow.`,
      `Agent "right" has matching labels and is there. It should take the run.`,
    ]);
  });

  test("is made by flow.schedule(), waited for, and cancelled; waiting may end earlier", async () => {
    const registry = await startRegistry();
    await configured(registry, async () => {
      const { client } = registry;
      await registerBare(client, "hello", { parameters: [{ name: "name", slug: "name", required: true, default: null }] });
      const flow = new Flow("hello", () => { task((name: string) => name)(new Parameter<string>("name")); });
      const run = await withHost({ backend: flowBackend } as Host, () => flow.schedule({ name: "Marvin" }, { runName: "first", labels: ["x"], runConfig: new LocalRun({ env: { A: "1" }, labels: ["y"], workingDir: "/data" }), context: { team: "blue" } }));
      expect([run.name, run.url]).toEqual(["first", `http://pages/flow-run/${run.id}`]);
      expect(await client.getFlowRun({ flowRunId: run.id })).toMatchObject({ name: "first", parameters: { name: "Marvin" }, labels: ["x", "y"], context: { team: "blue" }, runConfig: { env: { A: "1" }, workingDir: "/data" } });
      expect((await run.state()).isScheduled()).toBe(true);
      await expect(run.wait({ timeout: 1 })).rejects.toMatchObject({ code: "RUN_NOT_FINISHED", message: expect.stringContaining("The flow run first has not ended within 0.001 seconds: it is Scheduled.") as unknown });
      const [cancelled, ended] = await Promise.all([run.cancel(), run.wait()]);
      expect([cancelled.isCancelled(), ended.isCancelled()]).toEqual([true, true]);
      await expect(withHost({ backend: flowBackend } as Host, () => flow.schedule({ name: new Map() }))).rejects.toThrow("the option parameters.name must be a value that JSON can hold");
      await expect(withHost({ backend: flowBackend } as Host, () => new Flow("unknown").schedule())).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(withHost({ backend: flowBackend } as Host, () => flow.schedule())).rejects.toMatchObject({ code: "UNPROCESSABLE" });
    });
  });
});

describe("runs of flows as tasks", () => {
  test("a flow makes a run of another one, waits for it and reads a result", async () => {
    const registry = await startRegistry();
    const dir = mkdtempSync(join(tmpdir(), "flowlet-results-"));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    await configured(registry, async () => {
      const { client } = registry;
      await registerBare(client, "child", { parameters: [{ name: "n", slug: "n", required: false, default: 1 }] });
      const parent = new Flow("parent");
      const { waited, result, renamed } = parent.build(() => {
        const id = createFlowRun({ flowName: "child", projectName: "examples", parameters: { n: new Parameter<number>("n") }, runName: "made by parent" });
        const waited = waitForFlowRun(id, { streamLogs: true });
        const renamed = renameFlowRun.with({ upstreamTasks: [waited] })("renamed", id);
        return { id, waited, result: getTaskRunResult(id, "add-1"), renamed };
      });
      const logs: string[] = [];
      const running = withHost({ onLog: ({ logger, message }) => void logs.push(`${logger}: ${message}`) }, () => parent.run({ n: 5 }));
      let items: { id: string; parameters: object }[] = [];
      while (items.length === 0) ({ items } = await client.listFlowRuns({}));
      expect(items[0]).toMatchObject({ name: "made by parent", parameters: { n: 5 }, flowName: "child" });
      const child = await PlayedRun.take(client, items[0]!.id);
      await child.flowState("Running", "Running flow.");
      const { location } = await new LocalResult({ dir }).write([1, new Date(0)], {});
      await child.taskState("Success", "Task run succeeded.", { type: "LocalResult", location });
      await child.log("hello from the child");
      await child.flowState("Success", "All reference tasks succeeded.");
      const state = await running;
      expect(state.isSuccessful()).toBe(true);
      expect(state.result.get(result)?.result).toEqual([1, new Date(0)]);
      expect(state.result.get(waited)?.result).toMatchObject({ id: items[0]!.id, state: "Success" });
      expect(state.result.get(renamed)?.isSuccessful()).toBe(true);
      expect((await client.getFlowRun({ flowRunId: items[0]!.id })).name).toBe("renamed");
      expect(logs).toContain("flowlet.waitForFlowRun: Flow run 'made by parent': hello from the child");
      expect(logs).toContain("flowlet.waitForFlowRun: Flow run 'made by parent': Entered state <Success>: All reference tasks succeeded.");
    });
  });

  test("raiseFinalState ends as the run has ended; a run never waits for itself; a result that is not there is named", async () => {
    const registry = await startRegistry();
    await configured(registry, async () => {
      const { client } = registry;
      const { id, name } = await client.createFlowRun({ flowId: await registerBare(client, "child") });
      const child = await PlayedRun.take(client, id);
      await child.flowState("Running", "Running flow.");
      await child.taskState("Failed", "no data");
      await child.flowState("Failed", "Some reference tasks failed.");
      const flow = new Flow("parent");
      const { raised, waited, read } = flow.build(() => ({ raised: waitForFlowRun(id, { raiseFinalState: true }), waited: waitForFlowRun(id), read: getTaskRunResult(id, "add-1") }));
      const { result } = await withHost({ onLog: () => {} }, () => flow.run());
      expect([result.get(raised)?.isFailed(), result.get(raised)?.message, result.get(waited)?.isSuccessful()]).toEqual([true, "Some reference tasks failed.", true]);
      expect(result.get(read)?.result).toMatchObject({ code: "TASK_HAS_NO_RESULT", message: expect.stringContaining(`The task run add of flow run ${name} has no result: it is Failed: no data.`) as unknown });
      const self = new Flow("self", () => { waitForFlowRun("abc"); cancelFlowRun(); });
      const own = await withHost({ onLog: () => {} }, () => self.run({}, { context: { flowRunId: "abc" } }));
      expect([...own.result].map(([, state]) => String(state.message))).toEqual(expect.arrayContaining([expect.stringContaining("the option flowRunId must be the id of another flow run, got that of the run it is part of")]));
    });
  });

  test("views give records, task runs and results", async () => {
    const registry = await startRegistry();
    const { client } = registry;
    const { id } = await client.createFlowRun({ flowId: await registerBare(client, "child") });
    const run = await PlayedRun.take(client, id);
    await run.flowState("Running", "Running flow.");
    await run.taskState("Running", "Starting");
    await run.taskState("Success", "done", undefined);
    await run.log("one");
    const view = await FlowRunView.fromFlowRunId(id, client);
    expect((await view.getLogs()).map(({ message }) => message)).toEqual(["one"]);
    expect((await view.getAllTaskRuns()).map(({ slug, state }) => [slug, state])).toEqual([["add-1", "Success"]]);
    expect(await view.getResult("add-1")).toBeNull();
    await expect(view.getTaskRun("sub-1")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(FlowRunView.fromFlowRunId("00000000-0000-7000-8000-000000000000", client)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("why no agent takes a run", () => {
  const agent = (name: string, labels: string[], rest: Partial<Agent> = {}): Agent => ({ id: name, name, type: "LocalAgent", labels, hostname: "here", coreVersion: "0.1.0", createdAt: "2026-01-01T00:00:00Z", lastQueried: "2026-01-01T00:00:00Z", healthy: true, runningCount: 0, limit: null, waitingCount: 0, ...rest });
  const now = new Date("2026-01-01T00:03:00Z");
  test.each([
    [[], [], "There is no agent that runs. Start one: flowlet agent local start --no-hostname-label"],
    [[agent("a", ["x"])], ["x"], `Agent "a" has matching labels and was heard of 3 minutes ago. It should take the run.`],
    [[agent("a", ["x"]), agent("b", ["x", "y"])], ["x"], "Found 2 healthy agents with matching labels. One of them should take the run."],
    [[agent("a", ["x"], { runningCount: 2, limit: 2 })], ["x"], `Agent "a" has matching labels and was heard of 3 minutes ago. It has 2 runs going, as many as it may: the run waits for one of them.`],
    [[agent("a", ["x"], { healthy: false })], ["x"], `Agent "a" has matching labels, but was last heard of 3 minutes ago. Start it again: flowlet agent local start --label "x"`],
    [[agent("a", ["x"])], [], `No agent may take the run: it is for agents with no labels, and "a" has "x". Start one, flowlet agent local start --no-hostname-label, or change the labels of the flow.`],
  ])("%#", (agents, labels, text) => {
    expect(agentDiagnosis(agents, labels, now)).toBe(text);
  });
});
