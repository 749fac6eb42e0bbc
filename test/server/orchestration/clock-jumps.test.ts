import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { IntervalSchedule } from "../../../engine/index.ts";
import { openDatabase } from "../../../server/database/open-database.ts";
import { makeCore } from "../../../server/orchestration/core.ts";
import { scheduler } from "../../../server/services/scheduler.ts";
import { newDatabase } from "../databases.ts";
import { Opened } from "./opened.ts";

const HOUR = 3_600_000, DAY = 24 * HOUR;

async function opened(): Promise<Opened> {
  const at = new Opened();
  at.database = await newDatabase("sqlite");
  await at.open();
  return at;
}

describe.each([["an hour back", -HOUR], ["a day forward", DAY]] as const)("a clock that is set %s", (_, jump) => {
  test("loses nothing of a run that goes on, and has its states in their order", async () => {
    const at = await opened();
    const { run, report } = await at.running();
    await report([at.taskState("extract-1", "Running"), at.log("before")]);
    at.time += jump;
    expect(await report([at.taskState("extract-1", "Success"), at.log("after"), at.taskState("load-1", "Running"), at.taskState("load-1", "Success"), at.flowState("Success")])).toMatchObject({ refused: [], flowRun: { state: "Success" } });
    const { stateHistory, taskCounts } = await at.orchestration.getFlowRun({ flowRunId: run.id });
    expect([stateHistory.map(({ type }) => type), taskCounts]).toEqual([["Scheduled", "Submitted", "Running", "Success"], { Success: 2 }]);
    const { items } = await at.orchestration.listLogs({ flowRunId: run.id, limit: 10 });
    expect(items.map(({ message }) => message)).toEqual(["before", "after"]);
    expect((await at.orchestration.findTaskRun({ flowRunId: run.id, slug: "extract-1", mapIndex: -1 })).stateHistory.map(({ type }) => type)).toEqual(["Running", "Success"]);
    await at.orchestration.close();
  });

  test("lets the process of a run that was taken begin it, once", async () => {
    const at = await opened();
    const run = await at.run();
    const [one, other] = [await at.agent(), await at.agent([], "other")];
    const taken = (await at.orchestration.submitFlowRun({ agentId: one.id, flowRunId: run.id, version: run.version })).flowRun;
    at.time += jump;
    const processId = randomUUID();
    await at.orchestration.beginFlowRun({ flowRunId: run.id, processId, agentId: one.id });
    expect(await at.queue(other.id)).toEqual([]);
    await expect(at.orchestration.submitFlowRun({ agentId: other.id, flowRunId: run.id, version: taken.version })).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(at.orchestration.beginFlowRun({ flowRunId: run.id, processId: randomUUID(), agentId: other.id })).rejects.toMatchObject({ code: "CONFLICT" });
    expect((await at.report(run.id, processId, [at.flowState("Running"), at.flowState("Success")])).refused).toEqual([]);
    await at.orchestration.close();
  });

  test("has each run of a schedule made once, and none is missing", async () => {
    const at = await opened();
    const { flow } = await at.register("hourly", { schedule: JSON.parse(JSON.stringify(new IntervalSchedule({ interval: HOUR, startDate: new Date("2026-01-01T00:00:00Z") }).toJson())) as never });
    const times = async () => (await at.orchestration.listFlowRuns({ flowId: flow.id, states: "Scheduled", order: "oldest", limit: 200 })).items.map(({ scheduledStartTime }) => Date.parse(scheduledStartTime));
    const before = await times();
    const database = await openDatabase(at.database);
    const core = makeCore(database, () => at.time);
    at.time += jump;
    for (let n = 0; n < 3; n++) await scheduler.run(core);
    const after = await times();
    expect(new Set(after).size).toBe(after.length);
    expect(before.filter((time) => !after.includes(time))).toEqual([]);
    // Those whose time has come are there, once each; set back, they wait for it.
    const agent = await at.agent();
    const due = await at.queue(agent.id, { limit: 100 });
    expect(due.map(({ scheduledStartTime }) => Date.parse(scheduledStartTime))).toEqual(before.filter((time) => time <= at.time));
    at.time -= jump;
    await scheduler.run(core);
    expect(new Set(await times()).size).toBe((await times()).length);
    await database.close();
    await at.orchestration.close();
  });

  test("keeps ids and events growing", async () => {
    const at = await opened();
    const { heard } = at.events();
    const first = await at.run();
    at.time += jump;
    const second = await at.run();
    expect(second.id > first.id).toBe(true);
    await expect.poll(() => heard.length).toBeGreaterThan(1);
    expect(heard.map(({ id }) => id)).toEqual(heard.map(({ id }) => id).toSorted((one, other) => one - other));
    await at.orchestration.close();
  });
});
