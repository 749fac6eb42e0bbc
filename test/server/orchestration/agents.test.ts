import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { DATABASES } from "../databases.ts";
import { opened } from "./opened.ts";

describe.each(DATABASES)("agents with %s", (kind) => {
  const at = opened(kind);

  test("are the same when they come back under their id", async () => {
    const agent = await at.orchestration.registerAgent({ id: null, name: "one", type: "LocalAgent", labels: ["b", "a", "a"], hostname: "h", coreVersion: "0.1.0", limit: 3 });
    expect(agent).toMatchObject({ name: "one", labels: ["a", "b"], limit: 3, healthy: true, runningCount: 0, waitingCount: 0 });
    at.time += 1000;
    expect(await at.orchestration.registerAgent({ id: agent.id, name: "uno", type: "LocalAgent", labels: [], hostname: "h2", coreVersion: "0.2.0", limit: null })).toEqual({ ...agent, name: "uno", labels: [], hostname: "h2", coreVersion: "0.2.0", limit: null, lastQueried: new Date(at.time).toISOString() });
    const own = randomUUID();
    expect((await at.orchestration.registerAgent({ id: own, name: "own id", type: "LocalAgent", labels: [], hostname: "h", coreVersion: "1", limit: null })).id).toBe(own);
    await at.orchestration.deleteAgent({ agentId: own });
    for (const ask of [() => at.orchestration.getAgent({ agentId: own }), () => at.orchestration.sendAgentHeartbeat({ agentId: own, running: [] }), () => at.orchestration.deleteAgent({ agentId: own })]) await expect(ask()).rejects.toMatchObject({ code: "NOT_FOUND", message: `There is no agent ${own}. It was deleted, or it has to register first.` });
  });

  test("are healthy while they ask for runs or send a heartbeat", async () => {
    const agent = await at.agent(["health"]);
    const healthy = async () => (await at.orchestration.getAgent({ agentId: agent.id })).healthy;
    at.time += 60_000;
    expect(await healthy()).toBe(true);
    at.time += 1;
    expect(await healthy()).toBe(false);
    await at.queue(agent.id);
    expect(await healthy()).toBe(true);
    at.time += 61_000;
    await at.orchestration.sendAgentHeartbeat({ agentId: agent.id, running: [] });
    expect(await healthy()).toBe(true);
  });

  test("say how many runs they have, and how many wait for them", async () => {
    const agent = await at.agent(["count", "more"], "counting");
    const { flow } = await at.register("counted", { labels: ["count"] });
    const runs = [await at.run({ flowId: flow.id }), await at.run({ flowId: flow.id }), await at.run({ flowId: flow.id, scheduledStartTime: "2030-01-01T00:00:00.000Z" })];
    const counts = async () => (({ runningCount, waitingCount }) => [runningCount, waitingCount])((await at.orchestration.listAgents({})).items.find(({ id }) => id === agent.id)!);
    expect(await counts()).toEqual([0, 2]);
    await at.orchestration.submitFlowRun({ agentId: agent.id, flowRunId: runs[0]!.id, version: 1 });
    expect(await counts()).toEqual([1, 1]);
    const processId = randomUUID();
    await at.orchestration.beginFlowRun({ flowRunId: runs[0]!.id, processId, agentId: agent.id });
    await at.report(runs[0]!.id, processId, [at.flowState("Running")]);
    expect(await counts()).toEqual([1, 1]);
    await at.report(runs[0]!.id, processId, [at.flowState("Success")]);
    expect(await counts()).toEqual([0, 1]);
    expect((await at.orchestration.getFlowRun({ flowRunId: runs[0]!.id })).agentName).toBe("counting");
  });
});
