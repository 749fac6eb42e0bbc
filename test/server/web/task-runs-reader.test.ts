import { afterEach, describe, expect, test, vi } from "vitest";
import type { TaskRun } from "../../../client/api-types.ts";
import { TaskRunsReader } from "../../../server/web/live/use-task-runs.ts";

const run = (slug: string, state: string) => ({ id: `id of ${slug}`, slug, state, stateAt: "2026-01-01T00:00:00Z", startTime: null }) as unknown as TaskRun;

afterEach(() => { vi.useRealTimers(); });

/** A server that answers when it is told to. */
function opened(pages: readonly (readonly TaskRun[])[]) {
  vi.useFakeTimers();
  let asked = 0, failing: Error | null = null;
  const reader = new TaskRunsReader({
    listTaskRuns: async ({ after }: { after?: string }) => {
      asked++;
      if (failing !== null) throw failing;
      const page = Number(after ?? 0);
      return { items: [...pages[page]!], next: page + 1 < pages.length ? String(page + 1) : null };
    },
  } as never, "r");
  return { reader, asked: () => asked, fail: (error: Error | null) => { failing = error; }, states: () => [...reader.state.get().taskRuns.values()].map(({ slug, state }) => [slug, state]) };
}

describe("task runs of a page", () => {
  test("are read to the last page", async () => {
    const { reader, states } = opened([[run("a", "Success")], [run("b", "Running")]]);
    expect(reader.state.get().loading).toBe(true);
    reader.read();
    await vi.advanceTimersByTimeAsync(0);
    expect([states(), reader.state.get().loading]).toEqual([[["a", "Success"], ["b", "Running"]], false]);
  });

  test("have a new state as soon as it is told, and all else of it soon after, however many events there are", async () => {
    const { reader, states, asked } = opened([[run("a", "Running")]]);
    reader.read();
    await vi.advanceTimersByTimeAsync(0);
    for (let n = 0; n < 50; n++) reader.hear([{ type: "taskRuns", flowRunId: "r", states: { a: "Success" } }]);
    expect([states(), asked()]).toEqual([[["a", "Success"]], 1]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked()).toBe(2);
  });

  test("of another run, and what is not about tasks, ask for nothing", async () => {
    const { reader, states, asked } = opened([[run("a", "Running")]]);
    reader.read();
    await vi.advanceTimersByTimeAsync(0);
    reader.hear([{ type: "taskRuns", flowRunId: "other", states: { a: "Failed" } }, { type: "logs", flowRunId: "r", last: 3 }, { type: "runsWaiting" }]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([states(), asked()]).toEqual([[["a", "Running"]], 1]);
  });

  test("that could not be read are told, what was there stays, and the next event asks again", async () => {
    const { reader, states, asked, fail } = opened([[run("a", "Running")]]);
    reader.read();
    await vi.advanceTimersByTimeAsync(10_000);
    fail(new Error("gone"));
    reader.hear([{ type: "reset" }]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([states(), reader.state.get().error?.message]).toEqual([[["a", "Running"]], "gone"]);
    fail(null);
    reader.hear([{ type: "reset" }]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([reader.state.get().error, asked()]).toEqual([undefined, 3]);
  });

  test("of a page that is left are not read any more", async () => {
    const { reader, asked } = opened([[run("a", "Running")], [run("b", "Running")]]);
    reader.read();
    reader.dispose();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([asked(), reader.state.get().taskRuns.size]).toEqual([1, 0]);
  });
});
