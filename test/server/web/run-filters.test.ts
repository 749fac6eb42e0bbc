import { describe, expect, test } from "vitest";
import { rangeBorders, timeRange } from "../../../server/web/pages/dashboard/time-range.ts";
import { isFiltered, runFilters } from "../../../server/web/pages/flow-runs/run-filters.ts";

const NOW = Date.UTC(2026, 0, 31, 12, 0, 30);
const filters = (query: string) => runFilters(new URLSearchParams(query), NOW);

describe("the list of runs shows what its address says", () => {
  test("without filters all until now: what schedules plan for later would hide it", () => {
    expect(filters("")).toEqual({ until: "2026-01-31T12:02:00.000Z" });
    expect(isFiltered(new URLSearchParams(""))).toBe(false);
  });

  test("a state, a part of a name, a project, a flow, an agent", () => {
    expect(filters("states=Failed&name=ott&project=p&flow=f&agent=a")).toEqual({ states: "Failed", name: "ott", projectId: "p", flowGroupId: "f", agentId: "a" });
    expect(isFiltered(new URLSearchParams("name=ott"))).toBe(true);
  });

  test("what is planned comes in the order of its time", () => {
    expect(filters("states=Scheduled")).toEqual({ states: "Scheduled", order: "oldest" });
  });

  test("a time that goes to now begins at a whole minute, so that the same is asked for a while", () => {
    expect(filters("states=Failed&time=1h")).toEqual({ states: "Failed", since: "2026-01-31T11:00:00.000Z" });
    expect(runFilters(new URLSearchParams("time=1h"), NOW + 20_000)).toEqual(filters("time=1h"));
  });

  test("times of a bar of the chart, and none where they are no times", () => {
    expect(filters("since=2026-01-30T00:00:00Z&until=2026-01-30T01:00:00Z")).toEqual({ since: "2026-01-30T00:00:00.000Z", until: "2026-01-30T01:00:00.000Z" });
    expect(filters("states=Success&since=yesterday&until=%00")).toEqual({ states: "Success" });
  });
});

describe("the dashboard's time", () => {
  test("is a day where the address does not say", () => {
    expect(timeRange(null).id).toBe("24h");
    expect(timeRange("constructor").id).toBe("24h");
    expect(timeRange("7d").id).toBe("7d");
  });

  test("begins at a bar's border, and its last bar holds now", () => {
    const range = timeRange("24h");
    const { since, until } = rangeBorders(range, NOW);
    expect(since.getTime() % range.span).toBe(0);
    expect(until.getTime() - since.getTime()).toBe(range.spans * range.span);
    expect(until.getTime() - range.span <= NOW && NOW < until.getTime()).toBe(true);
    expect(rangeBorders(range, NOW + 1000)).toEqual({ since, until });
  });
});
