import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { DATABASES } from "../databases.ts";
import { opened } from "./opened.ts";

describe.each(DATABASES)("logs with %s", (kind) => {
  const at = opened(kind);

  test("are read on from a number, by level, by task run and by text", async () => {
    const { run, report } = await at.running();
    await report([at.taskState("extract-1", "Running"), at.log("Debug äß", { level: "DEBUG" }), at.log("Info 100%"), at.log("Warning", { level: "WARNING", slug: "extract-1" }), at.log("Error", { level: "ERROR" }), at.log("CRITICAL", { level: "CRITICAL" })]);
    const task = await at.orchestration.findTaskRun({ flowRunId: run.id, slug: "extract-1", mapIndex: -1 });
    const list = async (more: object) => {
      const { items, next } = await at.orchestration.listLogs({ flowRunId: run.id, limit: 1000, ...more });
      return { ids: items.map(({ id }) => id), next };
    };
    expect(await list({})).toEqual({ ids: [1, 2, 3, 4, 5], next: null });
    expect(await list({ limit: 2 })).toEqual({ ids: [1, 2], next: 2 });
    expect(await list({ limit: 3, after: 2 })).toEqual({ ids: [3, 4, 5], next: null });
    expect(await list({ level: "WARNING" })).toEqual({ ids: [3, 4, 5], next: null });
    expect(await list({ taskRunId: task.id })).toEqual({ ids: [3], next: null });
    for (const [search, ids] of [["ERR", [4]], ["100%", [2]], ["äß", [1]], ["critical", [5]], ["_", []]] as const) expect(await list({ search })).toEqual({ ids, next: null });
    await expect(at.orchestration.listLogs({ flowRunId: randomUUID(), limit: 1 })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await at.orchestration.listLogs({ flowRunId: run.id, limit: 1, after: 2 })).items[0]).toEqual({ id: 3, flowRunId: run.id, taskRunId: task.id, taskRunName: "extract-1", at: new Date(at.time).toISOString(), level: "WARNING", logger: "prefect.flow", message: "Warning" });
  });

  test("of the agent and of the process are numbered in one row", async () => {
    const { run, report } = await at.running();
    const agentLog = (message: string) => at.orchestration.writeRunLogs({ flowRunId: run.id, entries: [{ at: new Date(at.time).toISOString(), level: "INFO", logger: "agent", message }] });
    await Promise.all([agentLog("Submitted for execution: PID: 1"), report([at.log("a"), at.log("b")]), agentLog("x")]);
    const { items } = await at.orchestration.listLogs({ flowRunId: run.id, limit: 10 });
    expect(items.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect(items.map(({ message }) => message).sort()).toEqual(["Submitted for execution: PID: 1", "a", "b", "x"]);
    await expect(at.orchestration.writeRunLogs({ flowRunId: randomUUID(), entries: [{ at: new Date(at.time).toISOString(), level: "INFO", logger: "agent", message: "x" }] })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
