import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FlowletClient } from "../../client/flowlet-client.ts";
import type { ReceivedEvent } from "../../client/events.ts";
import { httpServer, json, type Asked, type TestServer } from "./http-server.ts";

let server: TestServer;
let answers: ((response: ServerResponse, asked: Asked) => void)[];
beforeEach(async () => {
  answers = [];
  server = await httpServer((asked, response) => (answers.shift() ?? ((one) => stream(one, "")))(response, asked));
});
afterEach(() => server.close());

const stream = (response: ServerResponse, text: string, thenEnd = false) => {
  response.writeHead(200, { "content-type": "text/event-stream" }).write(text);
  if (thenEnd) setTimeout(() => response.end(), 5);
};
const project = (id: number) => `id: ${id}\ndata: {"type":"project","projectId":"${id}"}\n\n`;

/** Reads until `count` events are there. */
async function read(count: number, options: Parameters<FlowletClient["events"]>[0] = {}): Promise<ReceivedEvent[]> {
  const received: ReceivedEvent[] = [];
  for await (const event of new FlowletClient({ endpoint: server.endpoint, token: "t" }).events(options)) {
    received.push(event);
    if (received.length === count) break;
  }
  return received;
}
const ids = (received: readonly ReceivedEvent[]) => received.map(({ id }) => id);
const places = () => server.asked.map(({ headers }) => headers["last-event-id"]);

test("come in order over as many connections as it takes, each of which begins after the last event", async () => {
  answers = [(response) => stream(response, `id: 4\n\n${project(5)}${project(6)}`, true), (response) => response.destroy(), (response) => stream(response, project(7), true), (response) => stream(response, project(8))];
  expect(ids(await read(4))).toEqual([5, 6, 7, 8]);
  expect(places()).toEqual([undefined, "6", "6", "7"]);
  expect(server.asked[0]).toMatchObject({ url: "/api/events", headers: { accept: "text/event-stream", authorization: "Bearer t" } });
});

test("a connection that is lost before its first event is taken up where it began; a later place without an event counts too", async () => {
  answers = [(response) => stream(response, "id: 41\n\n", true), (response) => stream(response, ": alive\nid: 57\n\n", true), (response) => stream(response, project(58))];
  expect(ids(await read(1))).toEqual([58]);
  expect(places()).toEqual([undefined, "41", "57"]);
});

test("begin after the event that is known, of one run only", async () => {
  answers = [(response) => stream(response, project(13))];
  await read(1, { after: 12, flowRunId: "r" });
  expect([server.asked[0].url, places()]).toEqual(["/api/events?flowRunId=r", ["12"]]);
});

test("a server that is away, or busy, is asked again", async () => {
  answers = [(response) => json(response, 503, { error: { code: "DATABASE_BUSY", message: "Busy." } }), (response) => { response.writeHead(502).end(); }, (response) => stream(response, project(1))];
  const seen: boolean[] = [];
  expect(ids(await read(1, { onConnection: (open) => seen.push(open) }))).toEqual([1]);
  expect(seen).toEqual([true, false]);
});

test("a server that refuses is not", async () => {
  answers = [(response) => json(response, 401, { error: { code: "UNAUTHORIZED", message: "A token, please." } })];
  await expect(read(1)).rejects.toMatchObject({ code: "UNAUTHORIZED", message: "A token, please." });
  expect(server.asked).toHaveLength(1);
});

test("what is no event of ours is passed over, and characters that arrive in two parts are whole", async () => {
  const text = Buffer.from('id: 3\ndata: {"type":"agent","agentId":"ü"}\n\n');
  answers = [(response) => {
    stream(response, "data: nonsense\n\nid: x\ndata: [1]\n\nevent: odd\nid: 2\ndata: {\"type\":\"other\"}\n\n");
    response.write(text.subarray(0, text.indexOf(0xc3) + 1));
    setTimeout(() => response.write(text.subarray(text.indexOf(0xc3) + 1)), 20);
  }];
  expect(await read(2)).toEqual([{ id: 2, event: { type: "other" } }, { id: 3, event: { type: "agent", agentId: "ü" } }]);
});

test("end with the signal: while it waits for an event, for a connection, and before a next one", async () => {
  for (const answer of [(response: ServerResponse) => stream(response, ""), () => {}, (response: ServerResponse) => response.destroy()]) {
    answers = [answer, () => {}];
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    expect(await read(1, { signal: controller.signal })).toEqual([]);
  }
});
