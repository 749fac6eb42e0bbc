import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { ReceivedEvent } from "../../../client/events.ts";
import { FlowletClient } from "../../../client/flowlet-client.ts";
import type { ServerEvent } from "../../../client/api-types.ts";
import { registration, Started, started } from "../started.ts";

/** Reads the stream; `until` waits for what it is to have told. */
function reader(client: FlowletClient, options: Parameters<FlowletClient["events"]>[0] = {}) {
  const received: ReceivedEvent[] = [];
  const connections: boolean[] = [];
  const controller = new AbortController();
  const ended = (async () => {
    for await (const event of client.events({ ...options, signal: controller.signal, onConnection: (open) => connections.push(open) })) received.push(event);
  })();
  return {
    received, connections,
    isOpen: () => expect.poll(() => connections.at(-1)).toBe(true),
    until: (condition: (events: readonly ServerEvent[]) => boolean) => expect.poll(() => condition(received.map(({ event }) => event)), { timeout: 20_000 }).toBe(true),
    async stop() {
      controller.abort();
      await ended;
    },
  };
}
const projects = (events: readonly ServerEvent[]) => events.filter(({ type }) => type === "project").length;

describe("the event stream", () => {
  const at = started();

  test("tells what changes, in order", async () => {
    const reading = reader(at.client);
    await reading.isOpen();
    const { flow } = await at.client.registerFlow(registration("told"));
    const run = await at.client.createFlowRun({ flowId: flow.id });
    await at.client.cancelFlowRun({ flowRunId: run.id });
    await reading.until((events) => events.some((event) => event.type === "flowRun" && event.state === "Cancelled"));
    const events = reading.received.map(({ event }) => event);
    expect(events).toContainEqual({ type: "flow", flowId: flow.id, flowGroupId: flow.flowGroupId, projectId: flow.projectId });
    expect(events.filter((event) => event.type === "flowRun").map(({ state }) => state)).toEqual(["Scheduled", "Cancelled"]);
    const ids = reading.received.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    await reading.stop();
  });

  test("begins with where it is, so that a reader who leaves at once misses nothing", async () => {
    const { server } = at;
    const before = server.orchestration.lastEventId;
    const response = await fetch(`${server.endpoint}/api/events`);
    expect([response.headers.get("content-type"), response.headers.get("cache-control")]).toEqual(["text/event-stream; charset=utf-8", "no-store"]);
    const stream = response.body!.getReader();
    expect(new TextDecoder().decode((await stream.read()).value)).toBe(`id: ${before}\n\n`);
    await stream.cancel();
    await at.client.createProject({ name: "meanwhile" });
    const reading = reader(at.client, { after: before });
    await reading.until((events) => projects(events) === 1);
    await reading.stop();
  });

  test("a reader of another database is told to ask for everything again", async () => {
    const reading = reader(at.client, { after: at.server.orchestration.lastEventId + 1000 });
    await reading.until((events) => events[0]?.type === "reset");
    await reading.stop();
  });

  test("of one run tells of that run only", async () => {
    const { flow } = await at.client.registerFlow(registration("two runs"));
    const [one, other] = [await at.client.createFlowRun({ flowId: flow.id }), await at.client.createFlowRun({ flowId: flow.id })];
    const reading = reader(at.client, { flowRunId: one.id });
    await reading.isOpen();
    await at.client.cancelFlowRun({ flowRunId: other.id });
    await at.client.cancelFlowRun({ flowRunId: one.id });
    await reading.until((events) => events.length > 0);
    expect(reading.received.map(({ event }) => "flowRunId" in event && event.flowRunId)).toEqual([one.id]);
    await reading.stop();
  });

  test.each(["after=x", "after=-1", "flowRunId=7", "flow=7"])("refuses %s", async (query) => {
    expect((await at.refusal(`/api/events?${query}`)).slice(0, 2)).toEqual([400, "BAD_REQUEST"]);
  });

  test("a last event id that is none does not count", async () => {
    const response = await fetch(`${at.server.endpoint}/api/events`, { headers: { "last-event-id": "abc" } });
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });

  test("a reader that does not read holds up nobody, takes a bounded part of the memory, and is told to ask again when it reads on", async () => {
    const { server, client } = at;
    const { flow } = await client.registerFlow(registration("loud"));
    const run = await client.createFlowRun({ flowId: flow.id });
    const loud = () => server.orchestration.renameFlowRun({ flowRunId: run.id, name: "x".repeat(200) });
    const socket = connect(server.port, "localhost");
    socket.write("GET /api/events HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let heard = "";
    await new Promise<void>((resolve) => { socket.setEncoding("utf8").once("data", (part: string) => { heard += part; resolve(); }); });
    socket.pause();

    const other = reader(client);
    await other.isOpen();
    // What the operating system holds for the socket comes on top of what the server does.
    for (let count = 0; count < 300; count++) await Promise.all(Array.from({ length: 50 }, loud));
    await other.until((events) => events.filter(({ type }) => type === "flowRun").length === 15_000);

    socket.on("data", (part: string) => { heard += part; });
    socket.resume();
    await expect.poll(() => heard, { timeout: 20_000 }).toContain('"type":"reset"');
    const told = [...heard.matchAll(/"type":"flowRun"/g)].length;
    expect(told).toBeLessThan(15_000);
    await client.createProject({ name: "after the reset" });
    await expect.poll(() => heard.slice(heard.lastIndexOf('"reset"'))).toContain('"type":"project"');
    socket.destroy();
    await other.stop();
  });
});

test("a server that closes ends its streams; readers come back when it is there again, and miss nothing or are told", async () => {
  const at = new Started();
  await at.start();
  const { port } = at.server;
  const reading = reader(at.client);
  await reading.isOpen();
  await at.server.close();
  await expect.poll(() => reading.connections).toEqual([true, false]);
  await pause(300);
  const again = new Started();
  await again.start({ port, database: `${at.home}/server/flowlet.db` });
  await again.client.createProject({ name: "new" });
  await reading.until((events) => events.some(({ type }) => type === "project" || type === "reset"));
  await reading.stop();
  await again.stop();
});
