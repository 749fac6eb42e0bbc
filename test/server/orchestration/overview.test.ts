import { describe, expect, test } from "vitest";
import { DATABASES } from "../databases.ts";
import { opened } from "./opened.ts";

const HOUR = 3_600_000;

describe.each(DATABASES)("the dashboard and the search with %s", (kind) => {
  const at = opened(kind);
  const instant = (time: number) => new Date(time).toISOString();
  const overview = (input: { projectId?: string; since?: string; until?: string; spans?: number } = {}) => at.orchestration.getOverview({ spans: 24, ...input });

  test("count runs by the time they began, and list what is in progress, failed, upcoming and late", async () => {
    const { flow } = await at.register("counted");
    const began = at.time;
    const failed = await at.running({ flowId: flow.id, name: "fails" });
    await failed.report([at.flowState("Failed", "no")]);
    at.time += 3 * HOUR;
    const going = await at.running({ flowId: flow.id, name: "goes" });
    const late = await at.run({ flowId: flow.id, name: "late" });
    const upcoming = await at.run({ flowId: flow.id, name: "waits", scheduledStartTime: instant(at.time + HOUR) });
    at.time += 20_000;
    const shown = await overview({ since: instant(began - HOUR), spans: 5 });
    expect(shown.history.map(({ counts }) => counts)).toEqual([{}, { Failed: 1 }, {}, {}, { Running: 1 }]);
    expect(shown.counts).toEqual({ Failed: 1, Running: 1, Scheduled: 2 });
    const names = (runs: readonly { name: string }[]) => runs.map(({ name }) => name);
    expect([names(shown.inProgress), names(shown.failed), names(shown.upcoming), names(shown.late)]).toEqual([["goes"], ["fails"], ["waits"], ["late"]]);
    expect(shown).toMatchObject({ totals: { inProgress: 1, failed: 1, upcoming: 1, late: 1 }, flowCount: 1, projectCount: 1 });
    expect(shown.agents.length).toBeGreaterThan(0);
    // Nothing of it in a later span, or in another project.
    expect((await overview({ since: instant(at.time - HOUR) })).failed).toEqual([]);
    const other = await at.orchestration.createProject({ name: "other", description: null, skipIfExists: false });
    expect(await overview({ projectId: other.id, since: instant(began - HOUR) })).toMatchObject({ counts: {}, inProgress: [], late: [], totals: { late: 0 }, flowCount: 0, projectCount: 2 });
    for (const { id } of [going.run, late, upcoming]) await at.orchestration.cancelFlowRun({ flowRunId: id });
  });

  test("spans that end at a given time stay the same while time goes on", async () => {
    const began = at.time;
    const going = await at.running({ name: "fixed" });
    const asked = { projectId: going.run.projectId, since: instant(began - HOUR), until: instant(began + 3 * HOUR), spans: 4 };
    const before = await overview(asked);
    expect(before.history.map(({ from, to }) => [from, to])).toEqual([-1, 0, 1, 2].map((hour) => [instant(began + hour * HOUR), instant(began + (hour + 1) * HOUR)]));
    expect(before.history.map(({ counts }) => counts.Running ?? 0)).toEqual([0, 1, 0, 0]);
    at.time += HOUR;
    expect((await overview(asked)).history).toEqual(before.history);
    // An end before the beginning is no reason to fail.
    expect((await overview({ ...asked, until: instant(0) })).history.length).toBe(4);
    await at.orchestration.cancelFlowRun({ flowRunId: going.run.id });
  });

  test("lists hold twenty, the totals say how many there are", async () => {
    const { flow } = await at.register("many");
    for (let n = 0; n < 25; n++) await at.run({ flowId: flow.id, scheduledStartTime: instant(at.time + HOUR + n) });
    const shown = await overview({ projectId: flow.projectId });
    expect(shown.upcoming).toHaveLength(20);
    expect(shown.totals.upcoming).toBe(25);
    expect(shown.upcoming[0]?.scheduledStartTime).toBe(instant(at.time + HOUR));
  });

  test("a search finds projects, flows, runs, tasks and agents by a part of their name in any case, the closest first", async () => {
    const task = (name: string) => ({ slug: `${name}-1`, name, type: "FunctionTask", tags: [], mapped: false, maxRetries: 0, retryDelay: null, timeout: null, trigger: "allSuccessful" });
    const { flow } = await at.register("Ölpreis 100%", { project: "Preise", tasks: [task("lade_Preis"), task("prüfe")] });
    await at.run({ flowId: flow.id, name: "preis" });
    await at.agent([], "Preisagent");
    const found = await at.orchestration.search({ text: "preis", limit: 20 });
    expect(found.items.map(({ kind: what, name, context, slug }) => [what, name, context, slug])).toEqual([
      ["flowRun", "preis", "Ölpreis 100%", null], ["project", "Preise", "", null], ["agent", "Preisagent", "host", null], ["flow", "Ölpreis 100%", "Preise", null], ["task", "lade_Preis", "Ölpreis 100%", "lade_Preis-1"],
    ]);
    expect((await at.orchestration.search({ text: "ÖLPREIS", limit: 20 })).items).toHaveLength(1);
    expect((await at.orchestration.search({ text: "PRÜFE", limit: 20 })).items).toMatchObject([{ kind: "task", name: "prüfe" }]);
    expect((await at.orchestration.search({ text: "0%", limit: 20 })).items).toMatchObject([{ kind: "flow" }]);
    expect((await at.orchestration.search({ text: "_", limit: 1 })).items).toHaveLength(1);
    expect((await at.orchestration.search({ text: "nothing like it", limit: 20 })).items).toEqual([]);
  });
});
