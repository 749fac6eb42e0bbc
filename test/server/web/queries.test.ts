import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Queries, Query } from "../../../server/web/live/queries.ts";

/** A question whose answers are given by hand. */
function asked() {
  const open: PromiseWithResolvers<unknown>[] = [];
  const query = new Query(() => {
    const answer = Promise.withResolvers<unknown>();
    open.push(answer);
    return answer.promise;
  }, 1);
  query.readers = 1;
  return { query, open };
}

describe("what a page has asked for", () => {
  test("is not asked twice at once; what comes up meanwhile is asked once, afterwards", async () => {
    const { query, open } = asked();
    query.refresh(true);
    query.refresh();
    query.refresh();
    query.refresh(true);
    expect(open.length).toBe(1);
    open[0]!.resolve("first");
    await expect.poll(() => open.length).toBe(2);
    open[1]!.resolve("second");
    await expect.poll(() => query.state.get()).toEqual({ data: "second", error: undefined, loading: false });
    await wait(20);
    expect(open.length).toBe(2);
  });

  test("by two components of one page is asked once, and again when the page is opened later", async () => {
    const { query, open } = asked();
    query.readers = 0;
    query.enter();
    query.enter();
    open[0]!.resolve("first");
    await expect.poll(() => query.state.get().data).toBe("first");
    await wait(80);
    expect(open.length).toBe(1);
    query.leave();
    query.leave();
    query.enter();
    await expect.poll(() => open.length).toBe(2);
  });

  test("keeps its former answer when asking again fails, and says why", async () => {
    const { query, open } = asked();
    query.refresh(true);
    open[0]!.resolve("first");
    await expect.poll(() => query.state.get().data).toBe("first");
    query.refresh(true);
    open[1]!.reject(new Error("gone"));
    await expect.poll(() => query.state.get().error?.message).toBe("gone");
    expect(query.state.get().data).toBe("first");
    query.refresh(true);
    open[2]!.resolve("third");
    await expect.poll(() => query.state.get()).toEqual({ data: "third", error: undefined, loading: false });
  });

  test("is not asked when no page shows it any more", async () => {
    const { query, open } = asked();
    query.readers = 0;
    query.refresh(true);
    await wait(10);
    expect(open.length).toBe(0);
  });
});

describe("answers that are kept", () => {
  test("are there at once for a page that is opened again, the oldest ones excepted", () => {
    const queries = new Queries();
    const ask = async () => 1;
    const first = queries.open("getFlow 1", ask, 1);
    const shown = queries.open("getFlow 2", ask, 1);
    shown.readers = 1;
    expect(queries.open("getFlow 1", ask, 1)).toBe(first);
    for (let index = 0; index < 100; index++) queries.open(`listFlows ${index}`, ask, 1);
    expect(queries.open("getFlow 2", ask, 1)).toBe(shown);
    expect(queries.open("getFlow 1", ask, 1)).not.toBe(first);
  });

  test("of an operation are asked again after the user has changed something", async () => {
    const queries = new Queries();
    const count = { flows: 0, runs: 0 };
    const flows = queries.open("listFlows {}", async () => ++count.flows, 1);
    const runs = queries.open("listFlowRuns {}", async () => ++count.runs, 1);
    flows.readers = runs.readers = 1;
    queries.refresh("listFlows");
    await expect.poll(() => count).toEqual({ flows: 1, runs: 0 });
  });
});
