import { describe, expect, test } from "vitest";
import { DATABASES } from "../databases.ts";
import { opened } from "./opened.ts";

const parameter = (name: string, required = false) => ({ name, slug: name, required, default: null });
const NONE = "00000000-0000-4000-8000-000000000000";

describe.each(DATABASES)("a new run with %s", (kind) => {
  const at = opened(kind);

  test("is of the version that is named by its id, also of an archived one", async () => {
    const first = await at.register("versions");
    const second = await at.register("versions", { labels: ["v2"] });
    expect(await at.run({ flowId: first.flow.id })).toMatchObject({ flowVersion: 1, labels: [] });
    expect(await at.run({ flowId: second.flow.id })).toMatchObject({ flowVersion: 2 });
    for (const of of [{ flowGroupId: first.flow.flowGroupId }, { flow: "versions" }, { flow: "versions", project: "examples" }]) expect(await at.run(of)).toMatchObject({ flowVersion: 2, labels: ["v2"] });
    await at.orchestration.archiveFlow({ flowId: second.flow.id });
    await expect(at.run({ flow: "versions" })).rejects.toMatchObject({ code: "UNPROCESSABLE", message: expect.stringContaining('All versions of flow "versions" are archived.') });
    await at.orchestration.unarchiveFlow({ flowId: first.flow.id });
    expect(await at.run({ flow: "versions" })).toMatchObject({ flowVersion: 1 });
  });

  test("needs one flow, and one that there is", async () => {
    await at.register("twice", { project: "a" });
    await at.register("twice", { project: "b" });
    const refused = (wanted: Parameters<typeof at.run>[0]) => expect(at.run(wanted)).rejects;
    await refused({ flow: "twice" }).toMatchObject({ code: "UNPROCESSABLE", message: 'Several projects have a flow "twice": "a", "b". Name one: project.' });
    expect(await at.run({ flow: "twice", project: "b" })).toMatchObject({ projectName: "b" });
    await refused({ flow: "twice", project: "c" }).toMatchObject({ code: "NOT_FOUND", message: 'There is no flow "twice" in project "c".' });
    await refused({ flow: "nobody" }).toMatchObject({ code: "NOT_FOUND" });
    await refused({ flowId: NONE }).toMatchObject({ code: "NOT_FOUND" });
    await refused({ flowGroupId: NONE }).toMatchObject({ code: "NOT_FOUND" });
    await refused({ flowGroupId: NONE, flow: "twice" }).toMatchObject({ code: "UNPROCESSABLE", message: "A new run needs one of flowId, flowGroupId and flow (the name)." });
  });

  test("has its own parameters over those of its group; the missing and the unknown are named", async () => {
    const { flow } = await at.register("parameters", { parameters: [parameter("x", true), parameter("y", true), parameter("z")] });
    await expect(at.run({ flowId: flow.id })).rejects.toMatchObject({ code: "UNPROCESSABLE", message: 'Flow "parameters": required parameters were not supplied: "x", "y".', details: { missing: ["x", "y"] } });
    await expect(at.run({ flowId: flow.id, parameters: { x: 1, y: 1, q: 1 } })).rejects.toMatchObject({ code: "UNPROCESSABLE", message: 'Flow "parameters" has no parameter "q": its parameters are "x", "y", "z".', details: { unknown: ["q"] } });
    await at.orchestration.updateFlowGroup({ flowGroupId: flow.flowGroupId, defaultParameters: { x: "group", z: { deep: [1, null] } } });
    expect((await at.run({ flowId: flow.id, parameters: { y: null } })).parameters).toEqual({ x: "group", y: null, z: { deep: [1, null] } });
    expect((await at.run({ flowId: flow.id, parameters: { x: "run", y: 0, z: false } })).parameters).toEqual({ x: "run", y: 0, z: false });
    // A default of the group that a later version has no parameter for does not keep it from running.
    await at.register("parameters", { parameters: [parameter("x", true)] });
    expect((await at.run({ flowGroupId: flow.flowGroupId })).parameters).toEqual({ x: "group" });
  });

  test("has the labels and the settings of itself, else of its group, else of its flow", async () => {
    const { flow } = await at.register("precedence", { labels: ["flow"], runConfig: { env: { FROM: "flow" } } });
    const details = async (more: Parameters<typeof at.run>[0] = {}) => at.orchestration.getFlowRun({ flowRunId: (await at.run({ flowId: flow.id, ...more })).id });
    expect(await details()).toMatchObject({ labels: ["flow"], runConfig: { env: { FROM: "flow" } }, context: {} });
    await at.orchestration.updateFlowGroup({ flowGroupId: flow.flowGroupId, labels: ["group"], runConfig: { env: { FROM: "group" }, workingDir: null } });
    expect(await details()).toMatchObject({ labels: ["group"], runConfig: { env: { FROM: "group" } } });
    expect(await details({ labels: ["b", "a", "b"], runConfig: { env: {}, workingDir: "/tmp" }, context: { tenant: 1 } })).toMatchObject({ labels: ["a", "b"], runConfig: { env: {}, workingDir: "/tmp" }, context: { tenant: 1 } });
    expect(await details({ labels: [] })).toMatchObject({ labels: [] });
    await at.orchestration.updateFlowGroup({ flowGroupId: flow.flowGroupId, labels: [], runConfig: null });
    expect(await details()).toMatchObject({ labels: [], runConfig: { env: { FROM: "flow" } } });
  });

  test("is Scheduled for its time, with two words as its name", async () => {
    const run = await at.run();
    expect(run).toMatchObject({ state: "Scheduled", stateMessage: "Flow run scheduled.", version: 1, scheduledStartTime: new Date(at.time).toISOString(), startTime: null, endTime: null, autoScheduled: false, timesResurrected: 0, agentId: null });
    expect(run.name).toMatch(/^[a-z]+-[a-z]+$/);
    expect(await at.run({ name: "Marvin", scheduledStartTime: "2026-04-01T08:00:00.000Z" })).toMatchObject({ name: "Marvin", scheduledStartTime: "2026-04-01T08:00:00.000Z" });
  });

  test("with the key of an earlier run of the flow is that run", async () => {
    const { flow } = await at.register("idempotent");
    const other = await at.register("idempotent other");
    const all = await Promise.all(Array.from({ length: 6 }, () => at.run({ flowId: flow.id, idempotencyKey: "once" })));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect((await at.orchestration.getFlowRun({ flowRunId: all[0]!.id })).stateHistory).toHaveLength(1);
    expect((await at.run({ flowId: other.flow.id, idempotencyKey: "once" })).id).not.toBe(all[0]!.id);
    expect((await at.run({ flowId: flow.id, idempotencyKey: "twice" })).id).not.toBe(all[0]!.id);
    expect((await at.run({ flowId: flow.id })).id).not.toBe((await at.run({ flowId: flow.id })).id);
  });

  test("keeps texts that databases have no place for", async () => {
    const run = await at.run({ name: "a\0b \ud800", context: { text: "c\0d" } });
    expect(run.name).toBe("a␀b \ufffd");
    expect((await at.orchestration.getFlowRun({ flowRunId: run.id })).context).toEqual({ text: "c\0d" });
  });
});
