import { describe, expect, test } from "vitest";
import { DATABASES } from "../databases.ts";
import { opened } from "./opened.ts";

describe.each(DATABASES)("with %s", (kind) => {
  const at = opened(kind);

  test("a registered flow is run by an agent's process, from the queue to its success", async () => {
    const { orchestration } = at;
    const events = at.events();
    const { flow, created } = await at.register("etl");
    expect({ created, version: flow.version, project: flow.projectName }).toEqual({ created: true, version: 1, project: "examples" });

    const run = await at.run({ flowId: flow.id });
    expect(run).toMatchObject({ state: "Scheduled", stateMessage: "Flow run scheduled.", version: 1, flowName: "etl", flowVersion: 1, taskCount: 2 });
    expect(run.name).toMatch(/^[a-z]+-[a-z]+$/);

    const agent = await at.agent();
    const queue = await at.queue(agent.id);
    expect(queue.map(({ id }) => id)).toEqual([run.id]);
    const submitted = await orchestration.submitFlowRun({ agentId: agent.id, flowRunId: run.id, version: run.version });
    expect(submitted.flowRun).toMatchObject({ state: "Submitted", version: 2, agentId: agent.id });
    expect(await at.queue(agent.id)).toEqual([]);

    const processId = crypto.randomUUID();
    const info = await orchestration.beginFlowRun({ flowRunId: run.id, processId, agentId: agent.id });
    expect(info).toMatchObject({ flowName: "etl", taskRuns: [], bundleId: flow.bundleId });
    expect(await orchestration.getBundle({ bundleId: info.bundleId })).toMatchObject({ code: "export const flow = \"etl\";", external: [] });

    const answer = await at.report(run.id, processId, [at.flowState("Running", "Running flow."), at.taskState("extract-1", "Running"), at.log("Hello"), at.taskState("extract-1", "Success")]);
    expect(answer).toEqual({ acknowledged: 4, refused: [], flowRun: { state: "Running", version: 3, superseded: false } });
    await at.report(run.id, processId, [at.taskState("load-1", "Running"), at.taskState("load-1", "Success"), at.flowState("Success", "All reference tasks succeeded.")]);

    const details = await orchestration.getFlowRun({ flowRunId: run.id });
    expect(details).toMatchObject({ state: "Success", taskCounts: { Success: 2 }, taskCount: 2 });
    expect(details.stateHistory.map(({ version, type }) => [version, type])).toEqual([[1, "Scheduled"], [2, "Submitted"], [3, "Running"], [4, "Success"]]);
    expect((await orchestration.listTaskRuns({ flowRunId: run.id, limit: 50 })).items.map(({ slug, state, runCount }) => [slug, state, runCount])).toEqual([["extract-1", "Success", 1], ["load-1", "Success", 1]]);
    expect((await orchestration.listLogs({ flowRunId: run.id, limit: 10 })).items).toMatchObject([{ message: "Hello", level: "INFO", taskRunId: null }]);
    const states = () => events.heard.flatMap(({ event }) => event.type === "flowRun" ? [event.state] : []);
    await expect.poll(states).toEqual(["Scheduled", "Submitted", "Running", "Success"]);
    events.stop();
  });
});
