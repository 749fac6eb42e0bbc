import { beforeAll, describe, expect, test } from "vitest";
import { DATABASES } from "../databases.ts";
import { opened } from "./opened.ts";

describe.each(DATABASES)("the list of runs with %s", (kind) => {
  const at = opened(kind);
  let ids: string[] = [], flows: { id: string; flowGroupId: string; projectId: string }[] = [];
  const time = (minute: number) => new Date(at.time + minute * 60_000).toISOString();

  beforeAll(async () => {
    flows = [(await at.register("list one", { project: "one" })).flow, (await at.register("list two", { project: "two" })).flow];
    for (let n = 0; n < 24; n++) {
      const run = await at.run({ flowId: flows[n % 2]!.id, name: `Run ${n}`, scheduledStartTime: time(-Math.floor(n / 3)) });
      ids.push(run.id);
      if (n % 4 === 0) await at.orchestration.markFlowRun({ flowRunId: run.id, state: "Failed", message: null });
      if (n % 4 === 1) await at.orchestration.cancelFlowRun({ flowRunId: run.id });
    }
  });

  /** Numbers of the runs, all pages of 5 together. */
  async function all(more: Partial<Parameters<typeof at.orchestration.listFlowRuns>[0]>): Promise<number[]> {
    const found: number[] = [];
    for (let after: string | undefined; ;) {
      const { items, next } = await at.orchestration.listFlowRuns({ limit: 5, order: "newest", ...more, ...(after === undefined ? {} : { after }) });
      found.push(...items.map(({ id }) => ids.indexOf(id)));
      if (next === null) return found;
      expect(items).toHaveLength(5);
      after = next;
    }
  }
  const newest = Array.from({ length: 24 }, (_, n) => n).sort((one, other) => Math.floor(one / 3) - Math.floor(other / 3) || other - one);

  test("has the newest first, or the oldest, each once over all pages", async () => {
    expect(await all({})).toEqual(newest);
    expect(await all({ order: "oldest" })).toEqual(newest.toReversed());
    expect(await all({ limit: 200 })).toEqual(newest);
  });

  test("is filtered by flow, group, project, states, name and time, and by all of them", async () => {
    const even = newest.filter((n) => n % 2 === 0);
    expect(await all({ flowId: flows[0]!.id })).toEqual(even);
    expect(await all({ flowGroupId: flows[0]!.flowGroupId })).toEqual(even);
    expect(await all({ projectId: flows[0]!.projectId })).toEqual(even);
    expect(await all({ states: "Failed" })).toEqual(newest.filter((n) => n % 4 === 0));
    expect(await all({ states: "Finished" })).toEqual(newest.filter((n) => n % 4 < 2));
    expect(await all({ states: "Pending,Cancelled", order: "oldest" })).toEqual(newest.filter((n) => n % 4 > 0).reverse());
    expect(await all({ name: "RUN 1" })).toEqual(newest.filter((n) => `run ${n}`.includes("run 1")));
    expect(await all({ since: time(-3), until: time(-1) })).toEqual(newest.filter((n) => [2, 3].includes(Math.floor(n / 3))));
    expect(await all({ flowGroupId: flows[0]!.flowGroupId, states: "Scheduled", since: time(-5), name: "2" })).toEqual(newest.filter((n) => n % 4 === 2 && n < 18 && `run ${n}`.includes("2")));
    expect(await all({ states: "Running" })).toEqual([]);
    expect(await all({ agentId: "00000000-0000-4000-8000-000000000000" })).toEqual([]);
  });

  test("refuses a filter and a page that there are not", async () => {
    await expect(all({ states: "Sucess" })).rejects.toMatchObject({ code: "BAD_REQUEST", message: expect.stringContaining('there is no state "Sucess". States: State, Pending') });
    for (const after of ["x", "W10", Buffer.from('["a","b"]').toString("base64url"), Buffer.from("[1e300,\"b\"]").toString("base64url")]) {
      await expect(at.orchestration.listFlowRuns({ limit: 5, order: "newest", after })).rejects.toMatchObject({ code: "UNPROCESSABLE" });
    }
  });
});
