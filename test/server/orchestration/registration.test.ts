import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { DATABASES } from "../databases.ts";
import { opened, registration } from "./opened.ts";

const parameter = (name: string, required = false) => ({ name, slug: name, required, default: null });
const NONE = "00000000-0000-4000-8000-000000000000";
const DAILY = { type: "Schedule", clocks: [{ type: "IntervalClock", interval: 86_400_000, startDate: "2026-01-01T00:00:00.000Z" }], filters: [], orFilters: [], notFilters: [], adjustments: [] };

describe.each(DATABASES)("with %s", (kind) => {
  const at = opened(kind);

  test("unchanged code makes no new version", async () => {
    const first = await at.register("same");
    const again = await at.register("same");
    expect(again).toEqual({ flow: first.flow, created: false });
    // The picture names the process that registers.
    expect((await at.register("same", { graph: { flowId: "another process" } })).created).toBe(false);
  });

  test.each([
    ["code", { bundle: { format: 1 as const, code: "export const flow = 2;" } }], ["labels", { labels: ["gpu"] }], ["parameters", { parameters: [parameter("x")] }], ["schedule", { schedule: DAILY }],
    ["run config", { runConfig: { env: { A: "1" } } }], ["packages", { packages: { d3: "7.9.0" } }],
  ])("changed %s makes the next version, and the one before is archived", async (what, change) => {
    const name = `changed ${what}`;
    const first = await at.register(name);
    const second = await at.register(name, change);
    expect(second).toMatchObject({ created: true, flow: { version: 2, archived: false, flowGroupId: first.flow.flowGroupId } });
    const versions = (await at.orchestration.listFlows({ flowGroupId: first.flow.flowGroupId, limit: 50 })).items;
    expect(versions.map(({ version, archived }) => [version, archived])).toEqual([[2, false], [1, true]]);
  });

  test("an idempotency key decides alone where there is one", async () => {
    const first = await at.register("keyed", { idempotencyKey: "k1" });
    expect(await at.register("keyed", { idempotencyKey: "k1", labels: ["new"] })).toMatchObject({ created: false, flow: { id: first.flow.id, labels: [] } });
    expect(await at.register("keyed", { idempotencyKey: "k2" })).toMatchObject({ created: true, flow: { version: 2 } });
    // As in prefect: only the newest version's key counts.
    expect(await at.register("keyed", { idempotencyKey: "k1" })).toMatchObject({ created: true, flow: { version: 3 } });
  });

  test("the same name in another project is another flow", async () => {
    const [one, other] = [await at.register("shared"), await at.register("shared", { project: "other" })];
    expect(other.flow).toMatchObject({ version: 1, projectName: "other" });
    expect(other.flow.flowGroupId).not.toBe(one.flow.flowGroupId);
  });

  test("registrations at the same moment get versions one after the other", async () => {
    const all = await Promise.all(Array.from({ length: 8 }, (_, n) => at.register("at once", { bundle: { format: 1, code: `export const flow = ${n};` } })));
    expect(all.map(({ flow }) => flow.version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const versions = (await at.orchestration.listFlows({ flowGroupId: all[0]!.flow.flowGroupId, limit: 50 })).items;
    expect(versions.filter(({ archived }) => !archived).map(({ version }) => version)).toEqual([8]);
  });

  test("code is stored once, by its SHA-256, and goes with the last flow that has it", async () => {
    const bundle = { format: 1 as const, code: "export const shared = 1;", sourceMap: "{}", external: ["sharp"] };
    const [one, other] = [await at.register("code one", { bundle }), await at.register("code other", { bundle })];
    expect([one.flow.bundleId, other.flow.bundleId]).toEqual(Array(2).fill(createHash("sha256").update(bundle.code).digest("hex")));
    expect(await at.orchestration.getBundle({ bundleId: one.flow.bundleId })).toEqual(bundle);
    await at.orchestration.deleteFlowGroup({ flowGroupId: one.flow.flowGroupId });
    expect(await at.orchestration.getBundle({ bundleId: one.flow.bundleId })).toEqual(bundle);
    await at.orchestration.deleteFlow({ flowId: other.flow.id });
    await expect(at.orchestration.getBundle({ bundleId: one.flow.bundleId })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(at.orchestration.getFlowGroup({ flowGroupId: other.flow.flowGroupId })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("a flow has its tasks and its picture; a group's id finds the newest version", async () => {
    const { flow } = await at.register("picture");
    expect(await at.orchestration.getFlow({ flowId: flow.flowGroupId })).toEqual({ ...flow, tasks: registration("picture").tasks, graph: registration("picture").graph });
    await expect(at.orchestration.getFlow({ flowId: NONE })).rejects.toMatchObject({ code: "NOT_FOUND", message: `There is no flow ${NONE}.` });
  });

  test("what contradicts itself is refused, and nothing of it is stored", async () => {
    const refused = (more: Parameters<typeof at.register>[1]) => expect(at.register("never", { project: "never made", ...more })).rejects;
    await refused({ parameters: [parameter("x"), parameter("x")] }).toMatchObject({ code: "UNPROCESSABLE", message: 'Flow "never": two parameters are called "x".' });
    await refused({ schedule: { type: "Schedule", clocks: "often" } }).toMatchObject({ code: "UNPROCESSABLE", message: expect.stringContaining('The schedule of flow "never"') });
    expect((await at.orchestration.listProjects({ limit: 200 })).items.map(({ name }) => name)).not.toContain("never made");
  });

  test("archiving takes a version out of the newest ones, and deletes what its schedule has planned", async () => {
    const { flow } = await at.register("archive me");
    expect(await at.orchestration.archiveFlow({ flowId: flow.id })).toMatchObject({ archived: true });
    expect(await at.orchestration.getFlowGroup({ flowGroupId: flow.flowGroupId })).toMatchObject({ latestFlowId: null, latestVersion: null });
    expect(await at.orchestration.unarchiveFlow({ flowId: flow.id })).toMatchObject({ archived: false });
    expect(await at.orchestration.getFlowGroup({ flowGroupId: flow.flowGroupId })).toMatchObject({ latestFlowId: flow.id, latestVersion: 1 });
  });

  test("of what a group says, only what is named changes", async () => {
    const { flow } = await at.register("group", { parameters: [parameter("x"), parameter("y")] });
    const { flowGroupId } = flow;
    const before = await at.orchestration.getFlowGroup({ flowGroupId });
    expect(before).toMatchObject({ labels: null, defaultParameters: {}, settings: { heartbeatEnabled: true, lazarusEnabled: true, versionLockingEnabled: true } });
    const changed = await at.orchestration.updateFlowGroup({ flowGroupId, labels: ["gpu"], defaultParameters: { x: 1 }, settings: { lazarusEnabled: false } });
    expect(changed).toEqual({ ...before, labels: ["gpu"], defaultParameters: { x: 1 }, settings: { ...before.settings, lazarusEnabled: false } });
    expect(await at.orchestration.updateFlowGroup({ flowGroupId, labels: null, description: "Text" })).toMatchObject({ labels: null, description: "Text", defaultParameters: { x: 1 } });
    await expect(at.orchestration.updateFlowGroup({ flowGroupId, defaultParameters: { z: 1 } })).rejects.toMatchObject({ code: "UNPROCESSABLE", message: 'Flow "group" has no parameter "z": its parameters are "x", "y".' });
    await expect(at.orchestration.updateFlowGroup({ flowGroupId: NONE })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("lists show each flow once, find by part of the name in any case, and go on page by page", async () => {
    for (const name of ["List Ärger 1", "list b", "LIST c", "list d"]) await at.register(name, { project: "lists" });
    await at.register("list b", { project: "lists", labels: ["v2"] });
    const one = await at.orchestration.listFlows({ project: "lists", limit: 3 });
    const two = await at.orchestration.listFlows({ project: "lists", limit: 3, after: one.next! });
    expect([...one.items, ...two.items].map(({ name, version }) => [name, version])).toEqual([["list b", 2], ["LIST c", 1], ["list d", 1], ["List Ärger 1", 1]]);
    expect(two.next).toBeNull();
    const found = async (name: string) => (await at.orchestration.listFlows({ project: "lists", limit: 50, name })).items.map((flow) => flow.name);
    expect(await found("äRG")).toEqual(["List Ärger 1"]);
    expect(await found("%")).toEqual([]);
    await expect(at.orchestration.listFlows({ limit: 3, after: "nonsense" })).rejects.toMatchObject({ code: "UNPROCESSABLE", message: 'after must be the `next` of a page of this list, got "nonsense".' });
  });
});

describe.each(DATABASES)("projects with %s", (kind) => {
  const at = opened(kind);

  test("are made once, counted, and deleted with all that is in them", async () => {
    const { orchestration } = at;
    const project = await orchestration.createProject({ name: "p", description: "d", skipIfExists: false });
    expect(project).toMatchObject({ name: "p", description: "d", flowCount: 0 });
    await expect(orchestration.createProject({ name: "p", description: null, skipIfExists: false })).rejects.toMatchObject({ code: "CONFLICT", message: 'There is a project "p" already.' });
    expect(await orchestration.createProject({ name: "p", description: null, skipIfExists: true })).toEqual(project);
    const { run, report } = await at.running({ flowId: (await at.register("f", { project: "p" })).flow.id });
    await report([at.taskState("extract-1", "Running"), at.log("text")]);
    for (let n = 0; n < 50; n++) await at.run({ flowId: run.flowId });
    expect(await orchestration.getProject({ projectId: project.id })).toMatchObject({ flowCount: 1 });
    await orchestration.deleteProject({ projectId: project.id });
    const gone = [() => orchestration.getProject({ projectId: project.id }), () => orchestration.getFlow({ flowId: run.flowId }), () => orchestration.getFlowRun({ flowRunId: run.id }), () => orchestration.listLogs({ flowRunId: run.id, limit: 5 }), () => report([])];
    for (const ask of gone) {
      await expect(ask()).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
    expect((await orchestration.listFlowRuns({ projectId: project.id, limit: 5, order: "newest" })).items).toEqual([]);
    await expect(orchestration.deleteProject({ projectId: project.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("are listed by name, page by page", async () => {
    for (const name of ["Zebra", "apple", "Mango"]) await at.orchestration.createProject({ name: `q ${name}`, description: null, skipIfExists: false });
    const one = await at.orchestration.listProjects({ limit: 2 });
    const two = await at.orchestration.listProjects({ limit: 2, after: one.next! });
    expect([...one.items, ...two.items].map(({ name }) => name)).toEqual(["q apple", "q Mango", "q Zebra"]);
  });
});
