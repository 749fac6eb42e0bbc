import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newDatabase } from "../databases.ts";
import { Opened } from "./opened.ts";

describe("two servers of one PostgreSQL database", () => {
  const [one, two] = [new Opened(), new Opened()];
  beforeAll(async () => {
    one.database = two.database = await newDatabase("postgres");
    await Promise.all([one.open(), two.open()]);
  });
  afterAll(() => Promise.all([one, two].map(({ orchestration }) => orchestration?.close())));

  test("let one agent have each of 100 runs", async () => {
    const { flow } = await one.register("race");
    for (let n = 0; n < 100; n++) await (n % 2 === 0 ? one : two).run({ flowId: flow.id });
    const taken = await Promise.all([one, two].map(async (at) => {
      const agent = await at.agent();
      const mine: string[] = [];
      for (let runs = await at.queue(agent.id); runs.length > 0; runs = await at.queue(agent.id)) {
        const outcomes = await Promise.allSettled(runs.map((run) => at.orchestration.submitFlowRun({ agentId: agent.id, flowRunId: run.id, version: run.version })));
        outcomes.forEach((outcome, index) => {
          if (outcome.status === "fulfilled") mine.push(runs[index]!.id);
          else expect(outcome.reason).toMatchObject({ code: "CONFLICT" });
        });
      }
      return mine;
    }));
    expect(taken.flat().sort()).toEqual([...new Set(taken.flat())].sort());
    expect(taken.flat()).toHaveLength(100);
  });

  test("let one process begin a run, and take what it reports to either of them once", async () => {
    const run = await one.run();
    const agent = await one.agent();
    await two.orchestration.submitFlowRun({ agentId: agent.id, flowRunId: run.id, version: 1 });
    const processes = [randomUUID(), randomUUID()];
    const begun = await Promise.allSettled([one, two].map((at, index) => at.orchestration.beginFlowRun({ flowRunId: run.id, processId: processes[index]!, agentId: agent.id })));
    expect(begun.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const processId = processes[begun.findIndex(({ status }) => status === "fulfilled")]!;
    const entries = [one.flowState("Running"), ...Array.from({ length: 20 }, (_, n) => [one.taskState("extract-1", n % 2 === 0 ? "Running" : "Retrying"), one.log(`${n}`)]).flat()].map((entry, index) => ({ ...entry, sequence: index + 1 }));
    const answers = await Promise.all([one, two, one, two].map((at) => at.report(run.id, processId, entries)));
    expect(answers.every(({ acknowledged, refused }) => acknowledged === 41 && refused.length === 0)).toBe(true);
    expect(await one.orchestration.findTaskRun({ flowRunId: run.id, slug: "extract-1", mapIndex: -1 })).toMatchObject({ version: 20 });
    expect((await two.orchestration.listLogs({ flowRunId: run.id, limit: 100 })).items.map(({ message }) => message)).toEqual(Array.from({ length: 20 }, (_, n) => `${n}`));
  });

  test("let one of two changes by hand through", async () => {
    const run = await one.run();
    const outcomes = await Promise.allSettled([one, two].map(({ orchestration }) => orchestration.markFlowRun({ flowRunId: run.id, state: "Failed", message: null, version: 1 })));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("make one version of the same code, and one run of the same key", async () => {
    const flows = await Promise.all([one, two, one, two].map((at) => at.register("together", { project: "made together" })));
    expect(new Set(flows.map(({ flow }) => flow.id)).size).toBe(1);
    expect(flows.filter(({ created }) => created)).toHaveLength(1);
    const runs = await Promise.all([one, two, one, two].map((at) => at.run({ flowId: flows[0]!.flow.id, idempotencyKey: "k" })));
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
  });

  test("tell each other's listeners what changes, and number their events differently", async () => {
    const [first, second] = [one.events(), two.events()];
    const run = await one.run();
    await two.orchestration.cancelFlowRun({ flowRunId: run.id });
    const states = (events: typeof first) => events.heard.flatMap(({ event }) => event.type === "flowRun" && event.flowRunId === run.id ? [event.state] : []);
    await expect.poll(() => states(first)).toEqual(["Scheduled", "Cancelled"]);
    await expect.poll(() => states(second)).toEqual(["Scheduled", "Cancelled"]);
    // Who was at one server and comes to the other one can not know what it has missed.
    const ids = first.heard.map(({ id }) => id);
    expect(second.heard.map(({ id }) => id).some((id) => ids.includes(id))).toBe(false);
    for (const [at, last] of [[two, ids.at(-1)!], [one, second.heard.at(-1)!.id]] as const) {
      const back = at.events(last);
      expect(back.heard.map(({ event }) => event.type).at(0) ?? (last > at.orchestration.lastEventId ? "ahead" : "nothing")).toMatch(/reset|ahead/);
      back.stop();
    }
    first.stop();
    second.stop();
  });
});
