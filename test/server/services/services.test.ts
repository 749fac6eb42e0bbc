import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CronSchedule, IntervalClock, IntervalSchedule, Schedule } from "../../../engine/index.ts";
import type { Database } from "../../../server/database/database.ts";
import { openDatabase } from "../../../server/database/open-database.ts";
import { makeCore, type Core } from "../../../server/orchestration/core.ts";
import { lazarus } from "../../../server/services/lazarus.ts";
import { scheduler } from "../../../server/services/scheduler.ts";
import { zombieKiller } from "../../../server/services/zombie-killer.ts";
import { DATABASES } from "../databases.ts";
import { opened } from "../orchestration/opened.ts";

const MINUTE = 60_000, HOUR = 60 * MINUTE;
/** As JSON crosses the border. */
const json = (schedule: Schedule) => JSON.parse(JSON.stringify(schedule.toJson())) as Record<string, never>;
const hourly = json(new IntervalSchedule({ interval: HOUR, startDate: new Date("2026-01-01T00:00:00Z") }));

describe.each(DATABASES)("services with %s", (kind) => {
  const at = opened(kind);
  let database: Database, core: Core;
  beforeAll(async () => {
    database = await openDatabase(at.database);
    core = makeCore(database, () => at.time);
  });
  afterAll(() => database.close());

  const runsOf = async (flowId: string, states = "Scheduled") => (await at.orchestration.listFlowRuns({ limit: 200, flowId, states, order: "oldest" })).items;
  const times = async (flowId: string) => (await runsOf(flowId)).map(({ scheduledStartTime }) => scheduledStartTime);

  describe("the scheduler", () => {
    test("has ten runs of a schedule wait, from its registration on, and makes each only once", async () => {
      const { flow } = await at.register("hourly", { schedule: hourly });
      const first = await runsOf(flow.id);
      expect(first).toHaveLength(10);
      expect(first[0]).toMatchObject({ scheduledStartTime: "2026-03-01T13:00:00.000Z", autoScheduled: true, idempotencyKey: "auto-scheduled:2026-03-01T13:00:00.000Z", stateMessage: "Flow run scheduled." });
      expect(await scheduler.run(core)).toBe(0);
      at.time += 2 * HOUR;
      expect(await scheduler.run(core)).toBe(2);
      expect(await scheduler.run(core)).toBe(0);
      expect((await times(flow.id)).at(-1)).toBe("2026-03-02T00:00:00.000Z");
    });

    test("two servers that look at the same time make no run twice", async () => {
      const { flow } = await at.register("both", { schedule: hourly });
      at.time += 5 * HOUR;
      const made = await Promise.all([scheduler.run(core), scheduler.run(core), scheduler.run(makeCore(database, () => at.time))]);
      const all = await times(flow.id);
      expect(made.reduce((sum, one) => sum + one, 0)).toBeGreaterThanOrEqual(5);
      expect(new Set(all).size).toBe(all.length);
    });

    test("a schedule that is turned off takes its runs with it, but not those that people made; turned on it has them again", async () => {
      const { flow } = await at.register("toggled", { schedule: hourly });
      const own = await at.run({ flowId: flow.id, scheduledStartTime: new Date(at.time + HOUR).toISOString() });
      expect((await at.orchestration.setScheduleActive({ flowId: flow.id, active: false })).isScheduleActive).toBe(false);
      expect((await runsOf(flow.id)).map(({ id }) => id)).toEqual([own.id]);
      expect(await scheduler.run(core)).toBe(0);
      expect((await at.orchestration.setScheduleActive({ flowId: flow.id, active: true })).isScheduleActive).toBe(true);
      expect(await runsOf(flow.id)).toHaveLength(11);
    });

    test("another schedule replaces the runs of the former one; null gives the flow its own back", async () => {
      const { flow } = await at.register("changed", { schedule: hourly });
      const daily = json(new CronSchedule("30 6 * * *", { timeZone: "Europe/Berlin" }));
      const group = await at.orchestration.setSchedule({ flowGroupId: flow.flowGroupId, schedule: daily });
      expect(group.schedule).toEqual(daily);
      const all = await times(flow.id);
      expect(all).toHaveLength(10);
      // 6:30 in Berlin, before and after the clocks change on March 29.
      expect(all.every((time) => /T0[45]:30:00/.test(time))).toBe(true);
      expect((await at.orchestration.setSchedule({ flowGroupId: flow.flowGroupId, schedule: null })).schedule).toBe(null);
      expect((await times(flow.id)).every((time) => time.endsWith(":00:00.000Z"))).toBe(true);
    });

    test("a new version takes over the schedule: runs of the archived one that wait are gone", async () => {
      const { flow } = await at.register("versions", { schedule: hourly });
      const { flow: second } = await at.register("versions", { schedule: hourly, bundle: { format: 1, code: "// changed" } });
      expect(second.version).toBe(2);
      expect(await runsOf(flow.id)).toEqual([]);
      expect(await runsOf(second.id)).toHaveLength(10);
    });

    test("clocks bring parameters and labels of their own; the same time with others is another run", async () => {
      const start = new Date("2026-01-01T00:00:00Z");
      const clocks = [new IntervalClock(HOUR, { startDate: start, parameterDefaults: { day: "a" } }), new IntervalClock(HOUR, { startDate: start, parameterDefaults: { day: "b" }, labels: ["b"] })];
      const parameters = [{ name: "day", slug: "day", required: true, default: null, type: "string" }];
      const { flow } = await at.register("clocks", { schedule: json(new Schedule(clocks)), parameters, labels: ["own"] });
      const all = await runsOf(flow.id);
      expect(all).toHaveLength(10);
      expect(new Set(all.map((run) => run.scheduledStartTime)).size).toBe(5);
      expect(all.slice(0, 2).map(({ parameters: given, labels }) => ({ given, labels })).sort((one, other) => (String(one.given.day) < String(other.given.day) ? -1 : 1))).toEqual([{ given: { day: "a" }, labels: ["own"] }, { given: { day: "b" }, labels: ["b"] }]);
    });

    test("a flow whose required parameter nobody gives has no runs, and keeps no other flow from having them", async () => {
      const { flow } = await at.register("lacking", { schedule: hourly, parameters: [{ name: "day", slug: "day", required: true, default: null, type: null }] });
      expect(await runsOf(flow.id)).toEqual([]);
      const { flow: other } = await at.register("not lacking", { schedule: hourly });
      await scheduler.run(core);
      expect(await runsOf(other.id)).toHaveLength(10);
      await at.orchestration.updateFlowGroup({ flowGroupId: flow.flowGroupId, defaultParameters: { day: "Monday" } });
      await scheduler.run(core);
      expect((await runsOf(flow.id))[0]?.parameters).toEqual({ day: "Monday" });
    });

    test("what is no schedule is refused with the reason, and there is nothing to turn on where there is none", async () => {
      await expect(at.orchestration.previewSchedule({ schedule: { type: "Schedule", clocks: [{ type: "SunClock" }] } as never, count: 3 })).rejects.toMatchObject({ code: "UNPROCESSABLE", message: expect.stringMatching(/^The schedule is none: .*SunClock/) });
      await expect(at.register("broken", { schedule: { clocks: 3 } })).rejects.toMatchObject({ code: "UNPROCESSABLE", message: expect.stringContaining('The schedule of flow "broken" is none') });
      const { flow } = await at.register("without");
      await expect(at.orchestration.setScheduleActive({ flowId: flow.id, active: true })).rejects.toMatchObject({ code: "UNPROCESSABLE", message: expect.stringContaining("has no schedule to turn on") });
      expect((await at.orchestration.previewSchedule({ schedule: hourly, count: 2 })).times).toHaveLength(2);
    });
  });

  describe("lazarus", () => {
    test("starts a silent run again three times, then it has failed", async () => {
      const { run, report } = await at.running();
      await report([at.taskState("a-1", "Running"), at.taskState("a-1", "Success")]);
      for (let attempt = 1; attempt <= 3; attempt++) {
        at.time += 9 * MINUTE;
        await lazarus.run(core);
        expect((await at.orchestration.getFlowRun({ flowRunId: run.id })).state).not.toBe("Scheduled");
        at.time += 2 * MINUTE;
        await lazarus.run(core);
        const again = await at.orchestration.getFlowRun({ flowRunId: run.id });
        expect(again).toMatchObject({ state: "Scheduled", timesResurrected: attempt, stateMessage: `Rescheduled by a Lazarus process. This is attempt ${attempt}.`, taskCounts: { Success: 1 } });
        await at.begin(run.id);
      }
      at.time += 11 * MINUTE;
      await lazarus.run(core);
      expect(await at.orchestration.getFlowRun({ flowRunId: run.id })).toMatchObject({ state: "Failed", stateMessage: expect.stringContaining("3 times without success"), taskCounts: { Success: 1 } });
    });

    test("leaves runs alone that are heard of, whose flow does not want it, or that wait for somebody", async () => {
      const heard = await at.running(), unwanted = await at.running(), paused = await at.running();
      await at.orchestration.updateFlowGroup({ flowGroupId: unwanted.run.flowGroupId, settings: { lazarusEnabled: false } });
      await paused.report([at.taskState("a-1", "Paused")]);
      at.time += 8 * MINUTE;
      await heard.report([]);
      at.time += 5 * MINUTE;
      await lazarus.run(core);
      for (const { run } of [heard, unwanted, paused]) expect((await at.orchestration.getFlowRun({ flowRunId: run.id })).state).toBe("Running");
      await at.orchestration.cancelFlowRun({ flowRunId: paused.run.id });
    });
  });

  describe("the zombie killer", () => {
    const taskRun = async (flowRunId: string, slug: string) => (await at.orchestration.listTaskRuns({ flowRunId, limit: 50 })).items.find((one) => one.slug === slug);

    test("gives up tasks of a silent run: those with retries left are retried", async () => {
      const tasks = [{ slug: "a-1", maxRetries: 1 }, { slug: "b-1", maxRetries: 0 }].map((one) => ({ ...one, name: one.slug, type: "FunctionTask", tags: [], mapped: false, retryDelay: 1000, timeout: null, trigger: "allSuccessful" }));
      const { flow } = await at.register("zombies", { tasks });
      const { run, report } = await at.running({ flowId: flow.id });
      await report([at.taskState("a-1", "Running"), at.taskState("b-1", "Running")]);
      at.time += 9 * MINUTE;
      expect(await zombieKiller.run(core)).toBe(0);
      at.time += 2 * MINUTE;
      await zombieKiller.run(core);
      expect(await taskRun(run.id, "a-1")).toMatchObject({ state: "Retrying", stateMessage: expect.stringContaining("No heartbeat detected from the remote task;") });
      expect(await taskRun(run.id, "b-1")).toMatchObject({ state: "Failed", stateMessage: "No heartbeat detected from the remote task; marking the run as failed." });
      expect((await at.orchestration.getFlowRun({ flowRunId: run.id })).taskCounts).toEqual({ Retrying: 1, Failed: 1 });
      await lazarus.run(core);
      expect((await at.orchestration.getFlowRun({ flowRunId: run.id })).state).toBe("Scheduled");
    });

    test("ends a run that is being cancelled and says nothing any more, and leaves those alone whose flow sends no heartbeats", async () => {
      const cancelled = await at.running(), without = await at.running();
      await at.orchestration.updateFlowGroup({ flowGroupId: without.run.flowGroupId, settings: { heartbeatEnabled: false } });
      await without.report([at.taskState("a-1", "Running")]);
      await at.orchestration.cancelFlowRun({ flowRunId: cancelled.run.id });
      at.time += 11 * MINUTE;
      await zombieKiller.run(core);
      await lazarus.run(core);
      expect(await at.orchestration.getFlowRun({ flowRunId: cancelled.run.id })).toMatchObject({ state: "Failed", stateMessage: expect.stringContaining("No heartbeat detected from the flow run while it was being cancelled") });
      expect((await at.orchestration.getFlowRun({ flowRunId: without.run.id })).state).toBe("Running");
    });
  });
});
