import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { DATABASES } from "../databases.ts";
import { opened } from "./opened.ts";

describe.each(DATABASES)("the queue with %s", (kind) => {
  const at = opened(kind);
  const submit = (agentId: string, run: { id: string; version: number }) => at.orchestration.submitFlowRun({ agentId, flowRunId: run.id, version: run.version });
  const labelled = async (labels: string[]) => (await at.run({ labels })).id;

  test("gives an agent the runs whose labels are all its own; those without labels are for agents without", async () => {
    const [none, a, b, ab, abc] = [await labelled([]), await labelled(["a"]), await labelled(["b"]), await labelled(["b", "a"]), await labelled(["a", "b", "c"])];
    const takes = async (labels: string[]) => (await at.queue((await at.agent(labels)).id)).map(({ id }) => id);
    expect(await takes([])).toEqual([none]);
    expect(await takes(["a"])).toEqual([a]);
    expect(await takes(["b", "a"])).toEqual([a, b, ab]);
    expect(await takes(["c", "b", "a", "d"])).toEqual([a, b, ab, abc]);
    expect(await takes(["d"])).toEqual([]);
    for (const id of [none, a, b, ab, abc]) await at.orchestration.cancelFlowRun({ flowRunId: id });
    expect(await takes(["a", "b", "c"])).toEqual([]);
  });

  test("has the oldest first, as many as asked for, only those that are due, and not those that the agent has", async () => {
    const { flow } = await at.register("order", { labels: ["order"] });
    const ids: string[] = [];
    for (const seconds of [-30, -20, 5, 3600]) ids.push((await at.run({ flowId: flow.id, scheduledStartTime: new Date(at.time + seconds * 1000).toISOString() })).id);
    const agent = await at.agent(["order", "more"]);
    const queue = async (more = {}) => (await at.queue(agent.id, more)).map(({ id }) => ids.indexOf(id));
    expect(await queue()).toEqual([0, 1, 2]);
    expect(await queue({ limit: 1 })).toEqual([0]);
    expect(await queue({ exclude: [ids[0], ids[2]] })).toEqual([1]);
    expect(await queue({ before: new Date(at.time).toISOString() })).toEqual([0, 1]);
    expect(await queue({ before: new Date(at.time + 3600_000).toISOString() })).toEqual([0, 1, 2, 3]);
  });

  test("puts runs of many sets of labels in one order", async () => {
    const runs = [];
    for (let n = 0; n < 90; n++) runs.push(await at.run({ labels: [`many-${n}`, "many"], scheduledStartTime: new Date(at.time - (n * 7919) % 10_000).toISOString() }));
    const agent = await at.agent(["many", ...Array.from({ length: 90 }, (_, n) => `many-${n}`)]);
    const expected = runs.toSorted((one, other) => Date.parse(one.scheduledStartTime) - Date.parse(other.scheduledStartTime)).slice(0, 25).map(({ id }) => id);
    expect((await at.queue(agent.id)).map(({ id }) => id)).toEqual(expected);
  });

  test("lets one agent have a run, and 30 seconds later another one if the first has not begun it", async () => {
    const run = await at.run({ labels: ["lock"] });
    const [one, other] = [await at.agent(["lock"]), await at.agent(["lock"])];
    const taken = await submit(one.id, run);
    expect(taken).toMatchObject({ flowRun: { state: "Submitted", stateMessage: "Submitted for execution", version: 2, agentId: one.id }, state: { type: "Submitted", state: { type: "Scheduled" } } });
    await expect(submit(other.id, run)).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("this run has already been submitted"), details: { state: "Submitted", version: 2 } });
    at.time += 29_000;
    expect(await at.queue(other.id)).toEqual([]);
    await expect(submit(other.id, taken.flowRun)).rejects.toMatchObject({ code: "CONFLICT" });
    at.time += 1000;
    expect((await at.queue(other.id)).map(({ id, version }) => [id, version])).toEqual([[run.id, 2]]);
    expect((await submit(other.id, taken.flowRun)).flowRun).toMatchObject({ version: 3, agentId: other.id });
    // The process of the first one comes too late.
    await expect(at.orchestration.beginFlowRun({ flowRunId: run.id, processId: randomUUID(), agentId: one.id })).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining(`agent ${other.id} has taken it`) });
    await at.orchestration.beginFlowRun({ flowRunId: run.id, processId: randomUUID(), agentId: other.id });
  });

  test("leaves a run to an agent that says it still has it, however long its process takes to begin", async () => {
    const run = await at.run({ labels: ["slow"] });
    const [one, other] = [await at.agent(["slow"]), await at.agent(["slow"])];
    const { flowRun } = await submit(one.id, run);
    for (let n = 0; n < 4; n++) {
      at.time += 20_000;
      await (n % 2 === 0 ? at.queue(one.id, { exclude: [run.id] }) : at.orchestration.sendAgentHeartbeat({ agentId: one.id, running: [run.id] }));
      // What another one says it has, it has not.
      await at.orchestration.sendAgentHeartbeat({ agentId: other.id, running: [run.id] });
      expect(await at.queue(other.id)).toEqual([]);
      await expect(submit(other.id, flowRun)).rejects.toMatchObject({ code: "CONFLICT" });
    }
    await at.orchestration.beginFlowRun({ flowRunId: run.id, processId: randomUUID(), agentId: one.id });
    at.time += 600_000;
    expect(await at.queue(other.id)).toEqual([]);
  });

  test("refuses to submit what has changed, what ended, what is not there, and what the labels forbid", async () => {
    const run = await at.run({ labels: ["x"] });
    const agent = await at.agent(["x"]);
    const refused = (agentId: string, wanted: { id: string; version: number }) => expect(submit(agentId, wanted)).rejects;
    await refused(agent.id, { ...run, version: 7 }).toMatchObject({ code: "CONFLICT", message: expect.stringContaining("its version is 1, not 7") });
    await refused((await at.agent(["y"], "y")).id, run).toMatchObject({ code: "CONFLICT", message: expect.stringContaining('its labels ["x"] are not among those of agent "y", ["y"]') });
    await refused(randomUUID(), run).toMatchObject({ code: "NOT_FOUND", message: expect.stringContaining("There is no agent") });
    await refused(agent.id, { id: randomUUID(), version: 1 }).toMatchObject({ code: "NOT_FOUND" });
    const cancelled = await at.orchestration.cancelFlowRun({ flowRunId: run.id });
    await refused(agent.id, cancelled).toMatchObject({ code: "CONFLICT", message: expect.stringContaining("it is Cancelled") });
    await expect(at.queue(randomUUID())).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("submits each of 100 runs once to two agents that race for them", async () => {
    const { flow } = await at.register("race", { labels: ["race"] });
    for (let n = 0; n < 100; n++) await at.run({ flowId: flow.id });
    const agents = [await at.agent(["race"]), await at.agent(["race"])];
    const taken = await Promise.all(agents.map(async ({ id }) => {
      const mine: string[] = [];
      for (let runs = await at.queue(id); runs.length > 0; runs = await at.queue(id)) {
        const outcomes = await Promise.allSettled(runs.map((run) => submit(id, run)));
        outcomes.forEach((outcome, index) => {
          if (outcome.status === "fulfilled") mine.push(runs[index]!.id);
          else expect(outcome.reason).toMatchObject({ code: "CONFLICT" });
        });
      }
      return mine;
    }));
    expect(taken.flat()).toHaveLength(100);
    expect(new Set(taken.flat()).size).toBe(100);
    for (const id of taken.flat()) expect((await at.orchestration.getFlowRun({ flowRunId: id })).stateHistory).toHaveLength(2);
  });

  test("lets one process begin a run; the same one may ask again", async () => {
    const run = await at.run();
    const agent = await at.agent();
    const processId = randomUUID();
    const begin = (process: string, flowRunId = run.id) => at.orchestration.beginFlowRun({ flowRunId, processId: process, agentId: agent.id });
    await expect(begin(processId)).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("it is Scheduled") });
    await submit(agent.id, run);
    const info = await begin(processId);
    expect(await begin(processId)).toEqual(info);
    await expect(begin(randomUUID())).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("another process has it") });
    const other = await at.run();
    await submit(agent.id, other);
    await expect(begin(processId, other.id)).rejects.toMatchObject({ code: "CONFLICT" });
    await at.report(run.id, processId, [at.flowState("Running"), at.flowState("Success")]);
    await expect(begin(processId)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("lets a process without an agent begin a run that waits", async () => {
    const run = await at.run();
    const processId = randomUUID();
    const info = await at.orchestration.beginFlowRun({ flowRunId: run.id, processId, agentId: null });
    expect(info.flowRun).toMatchObject({ state: "Submitted", agentId: null });
    expect(await at.queue((await at.agent()).id)).not.toContainEqual(expect.objectContaining({ id: run.id }));
    expect((await at.report(run.id, processId, [at.flowState("Running"), at.flowState("Success")])).refused).toEqual([]);
    await expect(at.orchestration.beginFlowRun({ flowRunId: run.id, processId: randomUUID(), agentId: null })).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("a run that could not be started, or whose process ended without a word, is Failed with its running tasks", async () => {
    const agent = await at.agent(["fail"]);
    const run = await at.run({ labels: ["fail"] });
    await submit(agent.id, run);
    const fail = (flowRunId: string, processId: string | null, message = "no") => at.orchestration.failFlowRun({ agentId: agent.id, flowRunId, processId, message });
    expect(await fail(run.id, randomUUID(), "The process could not be started: no such folder")).toMatchObject({ state: "Failed", stateMessage: "The process could not be started: no such folder" });
    // Said again it is as it was.
    expect(await fail(run.id, null, "again")).toMatchObject({ stateMessage: "The process could not be started: no such folder" });

    const going = await at.running();
    await going.report([at.taskState("extract-1", "Success"), at.taskState("load-1", "Running")]);
    await expect(fail(going.run.id, going.processId)).rejects.toMatchObject({ code: "CONFLICT" });
    const failGoing = (processId: string | null) => at.orchestration.failFlowRun({ agentId: going.agent.id, flowRunId: going.run.id, processId, message: "Killed by SIGKILL." });
    await expect(failGoing(randomUUID())).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await failGoing(going.processId)).toMatchObject({ state: "Failed", taskCounts: { Success: 1, Failed: 1 } });
    expect((await at.orchestration.listTaskRuns({ flowRunId: going.run.id, limit: 50 })).items.map(({ slug, state, stateMessage }) => [slug, state, stateMessage])).toEqual([["extract-1", "Success", null], ["load-1", "Failed", "The process of the flow run has ended. Killed by SIGKILL."]]);
  });

  test("a run whose process was ended because it is being cancelled is Cancelled", async () => {
    const { run, agent, processId, report } = await at.running();
    await report([at.taskState("extract-1", "Running")]);
    await at.orchestration.cancelFlowRun({ flowRunId: run.id });
    expect(await at.orchestration.failFlowRun({ agentId: agent.id, flowRunId: run.id, processId, message: "Killed." })).toMatchObject({ state: "Cancelled", stateMessage: "Flow run is cancelled", taskCounts: { Cancelled: 1 } });
  });
});
