import { describe, expect, test } from "vitest";
import type { ServerEvent } from "../../../server/api/schemas/event.ts";
import { EventHub } from "../../../server/orchestration/event-hub.ts";
import type { NumberedEvent } from "../../../server/orchestration/orchestration.ts";
import { DATABASES } from "../databases.ts";
import { opened } from "./opened.ts";

const types = (heard: readonly NumberedEvent[]) => heard.map(({ event }) => event.type);

describe.each(DATABASES)("events with %s", (kind) => {
  const at = opened(kind);

  test("tell of flows, runs, tasks, logs, agents and projects", async () => {
    const { heard, stop } = at.events();
    const { flow } = await at.register("events", { project: "events" });
    await expect.poll(() => types(heard)).toEqual(["project", "flow"]);
    const { run, report, agent } = await at.running({ flowId: flow.id });
    await report([at.taskState("extract-1", "Running"), at.taskState("load-1", "Success", { mapIndex: 3 }), at.log("x")]);
    await expect.poll(() => types(heard)).toEqual(["project", "flow", "flowRun", "runsWaiting", "agent", "flowRun", "flowRun", "taskRuns", "logs"]);
    const events = heard.map(({ event }) => event);
    expect(events.slice(2)).toEqual([
      { type: "flowRun", flowRunId: run.id, flowId: flow.id, flowGroupId: flow.flowGroupId, projectId: flow.projectId, state: "Scheduled", version: 1, name: run.name }, { type: "runsWaiting" }, { type: "agent", agentId: agent.id },
      expect.objectContaining({ state: "Submitted", version: 2 }), expect.objectContaining({ state: "Running", version: 3 }),
      { type: "taskRuns", flowRunId: run.id, states: { "extract-1": "Running", "load-1/3": "Success" } }, { type: "logs", flowRunId: run.id, last: 1 },
    ]);
    const numbers = heard.map(({ id }) => id);
    expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index));
    expect(at.orchestration.lastEventId).toBe(numbers.at(-1));
    stop();
    await at.register("events", { labels: ["more"] });
    expect(heard).toHaveLength(9);
  });

  test("are not told of what was refused", async () => {
    const { heard, stop } = at.events();
    const run = await at.run();
    await at.orchestration.markFlowRun({ flowRunId: run.id, state: "Failed", message: null, version: 9 }).catch(() => {});
    await at.run({ flowId: run.flowId, parameters: { unknown: 1 } }).catch(() => {});
    await at.orchestration.renameFlowRun({ flowRunId: run.id, name: "the last" });
    await expect.poll(() => heard.at(-1)?.event).toMatchObject({ type: "flowRun", name: "the last" });
    expect(types(heard).filter((type) => type === "flowRun")).toHaveLength(2);
    stop();
  });

  test("of a run for later do not say that runs wait; those of 400 task runs come all", async () => {
    const { heard, stop } = at.events();
    await at.run({ scheduledStartTime: "2030-01-01T00:00:00.000Z" });
    const { report } = await at.running();
    const waiting = () => types(heard).filter((type) => type === "runsWaiting").length;
    await expect.poll(waiting).toBe(1);
    const slugs = Array.from({ length: 400 }, (_, n) => `täsk-${n}-${"x".repeat(40)}`);
    await report(slugs.map((slug) => at.taskState(slug, "Running")));
    const told = () => new Set(heard.flatMap(({ event }) => event.type === "taskRuns" ? Object.keys(event.states) : []));
    await expect.poll(told, { timeout: 5000 }).toEqual(new Set(slugs));
    stop();
  });

  test("that were missed are told to who comes back, also after a restart of the server", async () => {
    const first = at.events();
    const run = await at.run();
    await expect.poll(() => types(first.heard)).toContain("runsWaiting");
    first.stop();
    const last = first.heard.at(-1)!.id;
    await at.orchestration.renameFlowRun({ flowRunId: run.id, name: "missed" });
    await expect.poll(() => at.orchestration.lastEventId).toBe(last + 1);
    const back = at.events(last);
    expect(back.heard.map(({ event }) => event)).toMatchObject([{ type: "flowRun", name: "missed" }]);
    back.stop();
    const upToDate = at.events(back.heard.at(-1)!.id);
    expect(upToDate.heard).toEqual([]);
    upToDate.stop();

    await at.orchestration.close();
    await at.open();
    const after = at.events(last);
    expect(after.heard).toEqual([{ id: at.orchestration.lastEventId, event: { type: "reset" } }]);
    expect(at.orchestration.lastEventId).toBeGreaterThan(last);
    await at.orchestration.renameFlowRun({ flowRunId: run.id, name: "again" });
    await expect.poll(() => after.heard.length).toBe(2);
    expect(after.heard[1]!.id).toBeGreaterThan(after.heard[0]!.id);
    after.stop();
  });
});

describe("the events of one run", () => {
  const states = (names: string[]): string => JSON.stringify({ type: "taskRuns", flowRunId: "r", states: Object.fromEntries(names.map((name) => [name, "Running"])) });

  test("that come many times a second are put together, the last state of each task", async () => {
    const hub = new EventHub(0);
    const heard: ServerEvent[] = [];
    hub.subscribe(({ event }) => heard.push(event));
    for (let n = 0; n < 500; n++) hub.hear(states([`t-${n}`, "same"]));
    for (let n = 1; n <= 500; n++) hub.hear(JSON.stringify({ type: "logs", flowRunId: "r", last: n }));
    hub.hear(states(["of another run"]).replace('"r"', '"other"'));
    expect(heard).toHaveLength(2);
    await expect.poll(() => heard.length).toBe(4);
    expect(Object.keys((heard[2] as { states: object }).states)).toHaveLength(500);
    expect(heard[3]).toEqual({ type: "logs", flowRunId: "r", last: 500 });
    hub.close();
  });

  test("come before the state of the run that follows them", () => {
    const hub = new EventHub(0);
    const heard: string[] = [];
    hub.subscribe(({ event }) => heard.push(event.type === "taskRuns" ? Object.keys(event.states).join() : event.type));
    hub.hear(states(["a"]));
    hub.hear(states(["b"]));
    hub.hear(JSON.stringify({ type: "flowRun", flowRunId: "r" }));
    expect(heard).toEqual(["a", "b", "flowRun"]);
    hub.close();
  });
});

describe("the memory of events", () => {
  const tell = (hub: EventHub, count: number) => { for (let n = 0; n < count; n++) hub.hear(JSON.stringify({ type: "agent", agentId: `${n}` })); };

  test("is not endless: who was away for too long is told to look at everything again", () => {
    const hub = new EventHub(100);
    tell(hub, 10);
    const heard: NumberedEvent[] = [];
    hub.subscribe((event) => heard.push(event), 103)();
    expect(heard.map(({ id }) => id)).toEqual([104, 105, 106, 107, 108, 109, 110]);
    tell(hub, 60_000);
    heard.length = 0;
    hub.subscribe((event) => heard.push(event), 103)();
    expect(heard).toEqual([{ id: hub.last, event: { type: "reset" } }]);
    heard.length = 0;
    hub.subscribe((event) => heard.push(event), hub.last - 1000)();
    expect(heard).toHaveLength(1000);
  });

  test("is given up where some may have been missed", () => {
    const hub = new EventHub(0);
    tell(hub, 5);
    const heard: NumberedEvent[] = [];
    hub.subscribe((event) => heard.push(event));
    hub.hear(null);
    hub.hear("not JSON");
    expect(heard).toEqual([{ id: 6, event: { type: "reset" } }, { id: 7, event: { type: "reset" } }]);
    const late: NumberedEvent[] = [];
    hub.subscribe((event) => late.push(event), 3);
    expect(late).toEqual([{ id: 7, event: { type: "reset" } }]);
  });

  test("does not let a listener that fails keep the others from hearing", () => {
    const hub = new EventHub(0);
    const heard: number[] = [];
    hub.subscribe(() => { throw new Error("no"); });
    hub.subscribe(({ id }) => heard.push(id));
    tell(hub, 3);
    expect(heard).toEqual([1, 2, 3]);
  });
});
