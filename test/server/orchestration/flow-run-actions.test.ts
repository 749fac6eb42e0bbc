import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { DATABASES } from "../databases.ts";
import { opened } from "./opened.ts";

describe.each(DATABASES)("a run with %s", (kind) => {
  const at = opened(kind);
  const states = async (flowRunId: string) => (await at.orchestration.getFlowRun({ flowRunId })).stateHistory.map(({ type }) => type);
  const tasks = async (flowRunId: string) => Object.fromEntries((await at.orchestration.listTaskRuns({ flowRunId, limit: 200 })).items.map(({ slug, state }) => [slug, state]));

  test("that waits is cancelled at once; one that has ended can not be", async () => {
    const run = await at.run();
    expect(await at.orchestration.cancelFlowRun({ flowRunId: run.id })).toMatchObject({ state: "Cancelled", stateMessage: "Flow run is cancelled" });
    expect(await at.queue((await at.agent()).id)).not.toContainEqual(expect.objectContaining({ id: run.id }));
    await expect(at.orchestration.cancelFlowRun({ flowRunId: run.id })).rejects.toMatchObject({ code: "CONFLICT", message: `Flow run "${run.name}" can not be cancelled: it has ended. It is Cancelled.` });
    await expect(at.orchestration.cancelFlowRun({ flowRunId: randomUUID() })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("that an agent has taken is cancelled at once; its process can not begin it", async () => {
    const run = await at.run();
    const agent = await at.agent();
    await at.orchestration.submitFlowRun({ agentId: agent.id, flowRunId: run.id, version: 1 });
    expect(await at.orchestration.cancelFlowRun({ flowRunId: run.id })).toMatchObject({ state: "Cancelled" });
    await expect(at.orchestration.beginFlowRun({ flowRunId: run.id, processId: randomUUID(), agentId: agent.id })).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await at.orchestration.failFlowRun({ agentId: agent.id, flowRunId: run.id, processId: null, message: "exit code 1" })).toMatchObject({ state: "Cancelled" });
  });

  test("that a process has begun is Cancelling until the process says that it has ended", async () => {
    const run = await at.run();
    const agent = await at.agent();
    await at.orchestration.submitFlowRun({ agentId: agent.id, flowRunId: run.id, version: 1 });
    const processId = randomUUID();
    await at.orchestration.beginFlowRun({ flowRunId: run.id, processId, agentId: agent.id });
    expect(await at.orchestration.cancelFlowRun({ flowRunId: run.id })).toMatchObject({ state: "Cancelling" });
    expect(await at.orchestration.cancelFlowRun({ flowRunId: run.id })).toMatchObject({ state: "Cancelling", version: 3 });
    expect(await at.report(run.id, processId, [at.flowState("Running")])).toMatchObject({ refused: [{ sequence: 1 }], flowRun: { state: "Cancelling" } });
    await at.report(run.id, processId, [at.flowState("Cancelled", "Flow run is cancelled")]);
    expect(await states(run.id)).toEqual(["Scheduled", "Submitted", "Cancelling", "Cancelled"]);
  });

  test("that failed runs again from where it failed, as the same run", async () => {
    const { run, report, processId } = await at.running();
    await report([
      at.taskState("extract-1", "Running"), at.taskState("extract-1", "Success", { result: { type: "LocalResult", location: "/results/extract" } }), at.taskState("load-1", "Mapped", { nMapStates: 2 }),
      at.taskState("load-1", "Success", { mapIndex: 0 }), at.taskState("load-1", "Running", { mapIndex: 1 }), at.taskState("load-1", "Failed", { mapIndex: 1, message: "boom" }), at.taskState("last-1", "TriggerFailed"), at.flowState("Failed"),
    ]);
    at.time += 60_000;
    const again = await at.orchestration.restartFlowRun({ flowRunId: run.id });
    expect(again).toMatchObject({ id: run.id, state: "Scheduled", stateMessage: "Flow run was restarted.", scheduledStartTime: new Date(at.time).toISOString(), endTime: null, agentId: null, taskCounts: { Success: 2, Pending: 2 } });
    expect(await tasks(run.id)).toEqual({ "extract-1": "Success", "load-1": "Mapped", "last-1": "Pending" });
    expect((await at.orchestration.findTaskRun({ flowRunId: run.id, slug: "load-1", mapIndex: -1 })).children).toEqual({ Success: 1, Pending: 1 });
    expect(await at.report(run.id, processId, [])).toMatchObject({ flowRun: { superseded: true } });

    const agent = await at.agent();
    await at.orchestration.submitFlowRun({ agentId: agent.id, flowRunId: run.id, version: again.version });
    const second = randomUUID();
    const info = await at.orchestration.beginFlowRun({ flowRunId: run.id, processId: second, agentId: agent.id });
    expect(info.taskRuns.map(({ slug, mapIndex, state }) => [slug, mapIndex, state.type])).toEqual([["extract-1", -1, "Success"], ["load-1", -1, "Mapped"], ["load-1", 0, "Success"], ["load-1", 1, "Pending"], ["last-1", -1, "Pending"]]);
    expect(info.taskRuns[0]!.state.result).toEqual({ type: "LocalResult", location: "/results/extract" });
    await at.report(run.id, second, [at.flowState("Running"), at.taskState("load-1", "Running", { mapIndex: 1 }), at.taskState("load-1", "Success", { mapIndex: 1 }), at.taskState("last-1", "Success"), at.flowState("Success")]);
    expect(await at.orchestration.getFlowRun({ flowRunId: run.id })).toMatchObject({ state: "Success", taskCounts: { Success: 4 } });
    const child = await at.orchestration.findTaskRun({ flowRunId: run.id, slug: "load-1", mapIndex: 1 });
    expect(child.stateHistory.map(({ type }) => type)).toEqual(["Running", "Failed", "Pending", "Running", "Success"]);
    expect(child).toMatchObject({ startTime: new Date(at.time).toISOString(), runCount: 2 });
  });

  test("that did not fail is not restarted; a cancelled one is", async () => {
    const { run, report } = await at.running();
    await expect(at.orchestration.restartFlowRun({ flowRunId: run.id })).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("It is Running.") });
    await report([at.flowState("Success")]);
    await expect(at.orchestration.restartFlowRun({ flowRunId: run.id })).rejects.toMatchObject({ code: "CONFLICT" });
    const other = await at.run();
    await at.orchestration.cancelFlowRun({ flowRunId: other.id });
    expect(await at.orchestration.restartFlowRun({ flowRunId: other.id })).toMatchObject({ state: "Scheduled" });
  });

  test("that is for later starts now when it is told to", async () => {
    const run = await at.run({ scheduledStartTime: "2030-01-01T00:00:00.000Z" });
    const agent = await at.agent();
    expect(await at.queue(agent.id)).not.toContainEqual(expect.objectContaining({ id: run.id }));
    expect(await at.orchestration.startFlowRunNow({ flowRunId: run.id })).toMatchObject({ state: "Scheduled", scheduledStartTime: new Date(at.time).toISOString() });
    expect(await at.queue(agent.id)).toContainEqual(expect.objectContaining({ id: run.id }));
    const { run: going } = await at.running();
    await expect(at.orchestration.startFlowRunNow({ flowRunId: going.id })).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("does not wait for its time") });
  });

  test("is marked by hand, where it has not changed meanwhile; its process may not report any more", async () => {
    const { run, report } = await at.running();
    await report([at.taskState("extract-1", "Running"), at.taskState("load-1", "Pending")]);
    await expect(at.orchestration.markFlowRun({ flowRunId: run.id, state: "Failed", message: null, version: 2 })).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("has version 3, not 2") });
    expect(await at.orchestration.markFlowRun({ flowRunId: run.id, state: "Success", message: "I have looked.", version: 3 })).toMatchObject({ state: "Success", stateMessage: "I have looked.", version: 4 });
    expect(await tasks(run.id)).toEqual({ "extract-1": "Cancelled", "load-1": "Pending" });
    expect(await report([at.taskState("extract-1", "Success")])).toMatchObject({ refused: [{ state: { type: "Cancelled" } }], flowRun: { superseded: true, state: "Success" } });
  });

  test("that is marked Scheduled waits for an agent again; one that is Pending does not", async () => {
    const run = await at.run({ labels: ["mark"] });
    const agent = await at.agent(["mark"]);
    await at.orchestration.markFlowRun({ flowRunId: run.id, state: "Pending", message: null });
    expect(await at.queue(agent.id)).toEqual([]);
    await at.orchestration.markFlowRun({ flowRunId: run.id, state: "Scheduled", message: null });
    expect((await at.queue(agent.id)).map(({ id }) => id)).toEqual([run.id]);
  });

  test("gets another name", async () => {
    const run = await at.run();
    expect(await at.orchestration.renameFlowRun({ flowRunId: run.id, name: "Märvin" })).toMatchObject({ name: "Märvin", version: 1 });
    expect((await at.orchestration.listFlowRuns({ name: "MÄR", limit: 5, order: "newest" })).items.map(({ id }) => id)).toEqual([run.id]);
    await expect(at.orchestration.renameFlowRun({ flowRunId: randomUUID(), name: "x" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("is deleted with all that belongs to it, unless it is going", async () => {
    const { run, report } = await at.running();
    await report([at.taskState("extract-1", "Running"), at.log("x")]);
    const task = await at.orchestration.findTaskRun({ flowRunId: run.id, slug: "extract-1", mapIndex: -1 });
    await expect(at.orchestration.deleteFlowRun({ flowRunId: run.id })).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("is Running. Cancel it, then delete it.") });
    await report([at.flowState("Success")]);
    await at.orchestration.deleteFlowRun({ flowRunId: run.id });
    for (const ask of [() => at.orchestration.getFlowRun({ flowRunId: run.id }), () => at.orchestration.getTaskRun({ taskRunId: task.id }), () => at.orchestration.listTaskRunStates({ taskRunId: task.id, limit: 5 }), () => report([at.log("late")])]) await expect(ask()).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
