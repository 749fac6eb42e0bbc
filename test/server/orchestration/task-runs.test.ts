import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { DATABASES } from "../databases.ts";
import { opened } from "./opened.ts";

describe.each(DATABASES)("task runs with %s", (kind) => {
  const at = opened(kind);

  test("are listed in the order they began, mapped ones by their parent, children by index, page by page", async () => {
    const { run, report } = await at.running();
    await report([at.taskState("z-1", "Running"), at.taskState("m-1", "Mapped", { nMapStates: 25 }), ...Array.from({ length: 25 }, (_, n) => at.taskState("m-1", n % 5 === 0 ? "Failed" : "Success", { mapIndex: 24 - n })), at.taskState("a-1", "Retrying"), at.taskState("b-1", "Success")]);
    const all = async (more: object) => {
      const items = [];
      for (let after: string | undefined; ;) {
        const page = await at.orchestration.listTaskRuns({ flowRunId: run.id, limit: 2, ...more, ...(after === undefined ? {} : { after }) });
        expect(page.items.length).toBeLessThanOrEqual(2);
        items.push(...page.items);
        if (page.next === null) return items;
        after = page.next;
      }
    };
    expect((await all({})).map(({ slug }) => slug)).toEqual(["z-1", "m-1", "a-1", "b-1"]);
    expect((await all({ childrenOf: "m-1" })).map(({ mapIndex }) => mapIndex)).toEqual(Array.from({ length: 25 }, (_, n) => n));
    expect((await all({ childrenOf: "m-1", states: "Failed" })).map(({ mapIndex }) => mapIndex)).toEqual([4, 9, 14, 19, 24]);
    expect((await all({ states: "Pending, Running" })).map(({ slug }) => slug)).toEqual(["z-1", "a-1"]);
    expect((await all({ name: "B-" })).map(({ slug }) => slug)).toEqual(["b-1"]);
    expect((await all({ childrenOf: "m-1", name: "[7]" })).map(({ mapIndex }) => mapIndex)).toEqual([7]);
    await expect(all({ states: "Success,Wrong" })).rejects.toMatchObject({ code: "BAD_REQUEST", message: expect.stringContaining('there is no state "Wrong"') });
    await expect(at.orchestration.listTaskRuns({ flowRunId: randomUUID(), limit: 2 })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("say where their result is, what they depend on, and why they ran", async () => {
    const { run, report } = await at.running({ name: "details" });
    await report([{ ...at.taskState("load-1", "Success", { result: { type: "LocalResult", location: "/results/load" } }), reason: "its code has changed", resultPreview: "[1, 2]" }]);
    const task = await at.orchestration.findTaskRun({ flowRunId: run.id, slug: "load-1", mapIndex: -1 });
    expect(task).toMatchObject({ taskName: "load-1", resultLocation: "/results/load", resultPreview: "[1, 2]", reason: "its code has changed", upstream: ["extract-1"], downstream: [], flowRunName: "details", flowId: run.flowId });
    expect(await at.orchestration.getTaskRun({ taskRunId: task.id })).toEqual(task);
    await expect(at.orchestration.findTaskRun({ flowRunId: run.id, slug: "load-1", mapIndex: 3 })).rejects.toMatchObject({ code: "NOT_FOUND", message: expect.stringContaining('"load-1/3"') });
    await expect(at.orchestration.getTaskRun({ taskRunId: randomUUID() })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("have a history that goes on page by page", async () => {
    const { run, report } = await at.running();
    await report(Array.from({ length: 250 }, (_, n) => at.taskState("extract-1", n % 2 === 0 ? "Running" : "Retrying", { message: `${n}` })));
    const task = await at.orchestration.findTaskRun({ flowRunId: run.id, slug: "extract-1", mapIndex: -1 });
    const one = await at.orchestration.listTaskRunStates({ taskRunId: task.id, limit: 200 });
    const two = await at.orchestration.listTaskRunStates({ taskRunId: task.id, limit: 200, after: one.next! });
    expect([...one.items, ...two.items].map(({ version, message }) => [version, message])).toEqual(Array.from({ length: 250 }, (_, n) => [n + 1, `${n}`]));
    expect(two.next).toBeNull();
  });

  test("are marked by hand when their flow run is not going; a restart then goes from there", async () => {
    const { run, report } = await at.running();
    await report([at.taskState("extract-1", "Running"), at.taskState("extract-1", "Failed"), at.taskState("load-1", "TriggerFailed")]);
    const task = await at.orchestration.findTaskRun({ flowRunId: run.id, slug: "extract-1", mapIndex: -1 });
    const mark = (version?: number) => at.orchestration.markTaskRun({ taskRunId: task.id, state: "Success", message: null, ...(version === undefined ? {} : { version }) });
    await expect(mark()).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("its flow run is Running") });
    await report([at.flowState("Failed")]);
    await expect(mark(1)).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("has version 2, not 1") });
    expect(await mark(2)).toMatchObject({ state: "Success", stateMessage: "Task run was marked Success by hand.", version: 3 });
    expect(await at.orchestration.getFlowRun({ flowRunId: run.id })).toMatchObject({ taskCounts: { Success: 1, TriggerFailed: 1 } });
    expect(await at.orchestration.restartFlowRun({ flowRunId: run.id })).toMatchObject({ taskCounts: { Success: 1, Pending: 1 } });
  });

  test("that wait for approval and get it bring their flow run into the queue", async () => {
    const { run, report } = await at.running({ labels: ["approval"] });
    await report([at.taskState("extract-1", "Paused", { startTime: null }), { kind: "flowState", state: { ...at.state("Paused", "Waits for approval."), startTime: null } }]);
    const agent = await at.agent(["approval"]);
    expect(await at.queue(agent.id)).toEqual([]);
    const { id } = await at.orchestration.findTaskRun({ flowRunId: run.id, slug: "extract-1", mapIndex: -1 });
    expect(await at.orchestration.markTaskRun({ taskRunId: id, state: "Resume", message: null })).toMatchObject({ state: "Resume" });
    expect((await at.queue(agent.id)).map((waiting) => [waiting.id, waiting.state])).toEqual([[run.id, "Scheduled"]]);
    expect((await at.orchestration.findTaskRun({ flowRunId: run.id, slug: "extract-1", mapIndex: -1 })).state).toBe("Resume");
  });
});
