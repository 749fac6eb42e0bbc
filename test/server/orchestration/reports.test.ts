import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { DATABASES } from "../databases.ts";
import { opened, type Entry } from "./opened.ts";

describe.each(DATABASES)("a report with %s", (kind) => {
  const at = opened(kind);
  const tasks = async (flowRunId: string) => (await at.orchestration.listTaskRuns({ flowRunId, limit: 200 })).items.map(({ slug, state, version }) => [slug, state, version]);
  const messages = async (flowRunId: string) => (await at.orchestration.listLogs({ flowRunId, limit: 5000 })).items.map(({ message }) => message);

  test("that is sent again, whole or in part, changes nothing", async () => {
    const { run, processId, report } = await at.running();
    const entries = [at.taskState("extract-1", "Running"), at.log("one"), at.taskState("extract-1", "Success")].map((entry, index) => ({ ...entry, sequence: index + 2 }));
    const answer = { acknowledged: 4, refused: [], flowRun: { state: "Running", version: 3, superseded: false } };
    expect(await report(entries)).toEqual(answer);
    const before = await at.orchestration.getFlowRun({ flowRunId: run.id });
    for (const again of [entries, entries.slice(1), []]) expect(await report(again)).toEqual(answer);
    expect(await at.report(run.id, processId, [...entries, { ...at.log("two"), sequence: 5 }])).toEqual({ ...answer, acknowledged: 5 });
    expect(await tasks(run.id)).toEqual([["extract-1", "Success", 2]]);
    expect(await messages(run.id)).toEqual(["one", "two"]);
    expect(await at.orchestration.getFlowRun({ flowRunId: run.id })).toEqual(before);
  });

  test("that comes twice at the same moment counts once", async () => {
    const { run, report } = await at.running();
    const entries = Array.from({ length: 50 }, (_, index) => ({ ...at.log(`line ${index}`), sequence: index + 2 }));
    const answers = await Promise.all(Array.from({ length: 4 }, () => report(entries)));
    expect(answers.map(({ acknowledged }) => acknowledged)).toEqual([51, 51, 51, 51]);
    expect(await messages(run.id)).toEqual(entries.map((_, index) => `line ${index}`));
  });

  test("is taken up to the first entry that is missing", async () => {
    const { run, report } = await at.running();
    expect(await report([{ ...at.log("two"), sequence: 2 }, { ...at.log("four"), sequence: 4 }])).toMatchObject({ acknowledged: 2 });
    expect(await report([{ ...at.log("three"), sequence: 3 }, { ...at.log("four"), sequence: 4 }])).toMatchObject({ acknowledged: 4 });
    expect(await messages(run.id)).toEqual(["two", "three", "four"]);
  });

  test("a record that is written before the first state of its task is that task's all the same", async () => {
    const { run, report } = await at.running();
    await report([at.log("starts", { slug: "extract-1" }), at.log("child", { slug: "load-1", mapIndex: 2 })]);
    expect(await tasks(run.id)).toEqual([["extract-1", "Pending", 0]]);
    await report([at.taskState("extract-1", "Running")]);
    const { items } = await at.orchestration.listLogs({ flowRunId: run.id, limit: 10 });
    const [task] = (await at.orchestration.listTaskRuns({ flowRunId: run.id, limit: 10 })).items;
    expect(items.map(({ message, taskRunId, taskRunName }) => [message, taskRunId === task?.id, taskRunName])).toEqual([["starts", true, "extract-1"], ["child", false, "load[2]"]]);
  });

  test("a mapped task takes from the beginning of its first child to the end of its last one", async () => {
    const { run, report } = await at.running();
    const parent = async () => (await at.orchestration.listTaskRuns({ flowRunId: run.id, limit: 10 })).items[0];
    await report([at.taskState("load-1", "Mapped", { nMapStates: 2 })]);
    const begun = at.time;
    await report([at.taskState("load-1", "Running", { mapIndex: 0 })]);
    at.time += 1000;
    await report([at.taskState("load-1", "Running", { mapIndex: 1 }), at.taskState("load-1", "Success", { mapIndex: 1 })]);
    expect(await parent()).toMatchObject({ state: "Mapped", startTime: new Date(begun).toISOString(), endTime: null });
    at.time += 1000;
    await report([at.taskState("load-1", "Failed", { mapIndex: 0 })]);
    expect(await parent()).toMatchObject({ startTime: new Date(begun).toISOString(), endTime: new Date(begun + 2000).toISOString() });
  });

  test("of a process that has not begun the run is refused", async () => {
    const { run } = await at.running();
    const other = await at.running();
    for (const processId of [randomUUID(), other.processId]) await expect(at.report(run.id, processId, [at.log("x")])).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("only a process that has may report") });
    await expect(at.report(randomUUID(), other.processId, [])).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("of a process that was superseded is told so: its logs are kept, its states are not", async () => {
    const { run, report } = await at.running();
    await report([at.taskState("extract-1", "Running")]);
    await at.orchestration.markFlowRun({ flowRunId: run.id, state: "Failed", message: null });
    await at.orchestration.restartFlowRun({ flowRunId: run.id });
    const { version } = await at.orchestration.getFlowRun({ flowRunId: run.id });
    const agent = await at.agent();
    await at.orchestration.submitFlowRun({ agentId: agent.id, flowRunId: run.id, version });
    const now = randomUUID();
    const info = await at.orchestration.beginFlowRun({ flowRunId: run.id, processId: now, agentId: agent.id });
    expect(info.taskRuns).toMatchObject([{ slug: "extract-1", state: { type: "Pending" } }]);
    await at.report(run.id, now, [at.flowState("Running"), at.taskState("extract-1", "Running")]);
    const late = await report([at.taskState("extract-1", "Success"), at.log("late"), at.flowState("Success")]);
    expect(late).toMatchObject({ acknowledged: 5, flowRun: { state: "Running", superseded: true }, refused: [{ sequence: 3, reason: "another process has this run now", state: { type: "Running" } }, { sequence: 5, state: { type: "Running" } }] });
    expect(await messages(run.id)).toEqual(["late"]);
    await at.report(run.id, now, [at.taskState("extract-1", "Failed"), at.flowState("Failed")]);
    expect(await at.orchestration.getFlowRun({ flowRunId: run.id })).toMatchObject({ state: "Failed", taskCounts: { Failed: 1 } });
  });

  test("is a sign of life of the run, not of a superseded process", async () => {
    const { run, report } = await at.running();
    at.time += 30_000;
    await report([]);
    const { heartbeat } = await at.orchestration.getFlowRun({ flowRunId: run.id });
    expect(heartbeat).toBe(new Date(at.time).toISOString());
    await at.orchestration.markFlowRun({ flowRunId: run.id, state: "Scheduled", message: null });
    at.time += 30_000;
    expect(await report([])).toMatchObject({ flowRun: { state: "Scheduled", superseded: true } });
    expect((await at.orchestration.getFlowRun({ flowRunId: run.id })).heartbeat).toBe(heartbeat);
  });

  test("of a running task is refused unless the flow run is running", async () => {
    const run = await at.run();
    const agent = await at.agent();
    await at.orchestration.submitFlowRun({ agentId: agent.id, flowRunId: run.id, version: run.version });
    const processId = randomUUID();
    await at.orchestration.beginFlowRun({ flowRunId: run.id, processId, agentId: agent.id });
    const early = await at.report(run.id, processId, [at.taskState("extract-1", "Running")]);
    expect(early.refused).toMatchObject([{ sequence: 1, reason: "a task runs only while its flow run does, and that is Submitted", state: { type: "Pending" } }]);
    expect(await tasks(run.id)).toEqual([]);
    expect((await at.report(run.id, processId, [at.flowState("Running"), at.taskState("extract-1", "Running")])).refused).toEqual([]);
  });

  test("of what happened is taken while the run is being cancelled, but it does not run on", async () => {
    const { run, report } = await at.running();
    await report([at.taskState("extract-1", "Running")]);
    await at.orchestration.cancelFlowRun({ flowRunId: run.id });
    const answer = await report([at.taskState("extract-1", "Success"), at.flowState("Running"), at.flowState("Cancelled", "Flow run is cancelled")]);
    expect(answer).toMatchObject({ refused: [{ sequence: 4, reason: "the flow run is being cancelled", state: { type: "Cancelling" } }], flowRun: { state: "Cancelled" } });
    expect(await tasks(run.id)).toEqual([["extract-1", "Success", 2]]);
  });

  test("does not overwrite how a run and its tasks have ended", async () => {
    const { run, agent, processId, report } = await at.running();
    await report([at.taskState("extract-1", "Running"), at.taskState("load-1", "Pending")]);
    await at.orchestration.failFlowRun({ agentId: agent.id, flowRunId: run.id, processId, message: "Killed." });
    const answer = await report([at.taskState("extract-1", "Success"), at.taskState("load-1", "Running"), at.taskState("load-1", "Skipped"), at.flowState("Success")]);
    expect(answer.refused).toMatchObject([{ sequence: 4, state: { type: "Failed" } }, { sequence: 5 }, { sequence: 7, reason: "the flow run is Failed already" }]);
    // What the process had done before it was killed is a fact.
    expect(await tasks(run.id)).toEqual([["extract-1", "Failed", 2], ["load-1", "Skipped", 2]]);
    expect(await at.orchestration.getFlowRun({ flowRunId: run.id })).toMatchObject({ state: "Failed", taskCounts: { Failed: 1, Skipped: 1 } });
  });

  test("counts task runs as they change; mapped children count, their parents do not", async () => {
    const { run, report } = await at.running();
    const counts = async () => {
      const { taskCounts, taskCount } = await at.orchestration.getFlowRun({ flowRunId: run.id });
      return { taskCounts, taskCount };
    };
    await report([at.taskState("extract-1", "Running")]);
    expect(await counts()).toEqual({ taskCounts: { Running: 1 }, taskCount: 2 });
    await report([at.taskState("extract-1", "Success"), at.taskState("load-1", "Mapped", { nMapStates: 3 })]);
    expect(await counts()).toEqual({ taskCounts: { Success: 1 }, taskCount: 4 });
    await report([0, 1, 2].map((mapIndex) => at.taskState("load-1", "Running", { mapIndex })));
    await report([at.taskState("load-1", "Success", { mapIndex: 0 }), at.taskState("load-1", "Failed", { mapIndex: 2 })]);
    expect(await counts()).toEqual({ taskCounts: { Success: 2, Running: 1, Failed: 1 }, taskCount: 4 });
    const { items } = await at.orchestration.listTaskRuns({ flowRunId: run.id, limit: 50 });
    expect(items.map(({ slug, state, children }) => [slug, state, children])).toEqual([["extract-1", "Success", null], ["load-1", "Mapped", { Success: 1, Running: 1, Failed: 1 }]]);
  });

  test("may tell of mapped children before their parent, in one batch or in several", async () => {
    for (const together of [true, false]) {
      const { run, report } = await at.running();
      const entries: Entry[] = [at.taskState("load-1", "Pending"), at.taskState("load-1", "Running", { mapIndex: 1 }), at.taskState("load-1", "Success", { mapIndex: 1 }), at.taskState("load-1", "Running", { mapIndex: 0 }), at.taskState("load-1", "Mapped", { nMapStates: 2 }), at.taskState("load-1", "Success", { mapIndex: 0 })];
      const some = entries.slice(together ? 1 : 0);
      if (together) await report(some);
      else for (const entry of some) await report([entry]);
      expect(await at.orchestration.getFlowRun({ flowRunId: run.id })).toMatchObject({ taskCounts: { Success: 2 }, taskCount: 3 });
      expect((await at.orchestration.listTaskRuns({ flowRunId: run.id, limit: 50 })).items).toMatchObject([{ slug: "load-1", state: "Mapped", children: { Success: 2 } }]);
    }
  });

  test("keeps the history of retries, with the time of the first attempt and of the last end", async () => {
    const { run, report } = await at.running();
    const start = at.time;
    for (const [type, message] of [["Running", null], ["Failed", "boom"], ["Retrying", "Retrying Task (after attempt 1 of 2)"], ["Running", null], ["Success", "Task run succeeded."]] as const) {
      await report([at.taskState("extract-1", type, { message, ...(type === "Retrying" && { runCount: 1, startTime: new Date(at.time).toISOString() }) })]);
      at.time += 1000;
    }
    const task = await at.orchestration.findTaskRun({ flowRunId: run.id, slug: "extract-1", mapIndex: -1 });
    expect(task).toMatchObject({ state: "Success", version: 5, runCount: 2, startTime: new Date(start).toISOString(), endTime: new Date(start + 4000).toISOString() });
    expect(task.stateHistory.map(({ version, type, message }) => [version, type, message])).toEqual([[1, "Running", null], [2, "Failed", "boom"], [3, "Retrying", "Retrying Task (after attempt 1 of 2)"], [4, "Running", null], [5, "Success", "Task run succeeded."]]);
    expect(new Set(task.stateHistory.map(({ id }) => id)).size).toBe(5);
  });

  test("of 5,000 entries is whole", async () => {
    const { run, report } = await at.running();
    const entries = Array.from({ length: 1250 }, (_, index) => [at.taskState("load-1", "Running", { mapIndex: index }), at.log(`in ${index}`, { slug: "load-1", mapIndex: index }), at.taskState("load-1", "Success", { mapIndex: index }), at.log(`out ${index}`)]).flat();
    expect(await report(entries)).toMatchObject({ acknowledged: 5001, refused: [] });
    expect((await at.orchestration.getFlowRun({ flowRunId: run.id })).taskCounts).toEqual({ Success: 1250 });
    const logs = (await at.orchestration.listLogs({ flowRunId: run.id, limit: 5000 })).items;
    expect(logs.map(({ message }) => message)).toEqual(Array.from({ length: 1250 }, (_, index) => [`in ${index}`, `out ${index}`]).flat());
    expect(logs[0]).toMatchObject({ id: 1, taskRunName: "load-1[0]" });
  });

  test("with times and texts that no database holds is kept as well as it can be", async () => {
    const { run, report } = await at.running();
    const state = { ...at.state("Success", "null: \0, half: \ud83d"), at: 1e300, result: { type: "JsonResult", location: "\"\\u0000\"" } };
    expect((await report([{ kind: "taskState", slug: "a\0b", mapIndex: -1, taskName: "a\0b", name: "a\0b", state, resultPreview: "\0" }, at.log("\0", { slug: "a\0b" })])).refused).toEqual([]);
    const task = await at.orchestration.findTaskRun({ flowRunId: run.id, slug: "a\0b", mapIndex: -1 });
    expect(task).toMatchObject({ slug: "a␀b", stateMessage: "null: ␀, half: \ufffd", stateAt: new Date(at.time).toISOString(), resultPreview: "␀", resultLocation: null });
    expect((await at.orchestration.listLogs({ flowRunId: run.id, limit: 10 })).items).toMatchObject([{ message: "␀", taskRunId: task.id }]);
  });
});
