import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tellLeftBehind } from "../../agent/left-behind.ts";
import { lifeOf } from "../../agent/process-life.ts";
import { RunFolder } from "../../agent/run-folder.ts";
import { Reporter, type NewEntry, type ReportListener } from "../../agent/flow-run/reporter.ts";
import { readSpool, Spool } from "../../agent/flow-run/spool.ts";
import { ReportQueue } from "../../agent/flow-run/report-queue.ts";
import { FlowletClient } from "../../client/flowlet-client.ts";
import { startReportServer, type ReportServer } from "./report-server.ts";

let folder: string, server: ReportServer;
const flowRunId = randomUUID();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "flowlet-reporter-"));
  server = await startReportServer();
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const spool = () => join(folder, "spool");
const record = (message: string): NewEntry => ({ kind: "log", at: new Date().toISOString(), level: "INFO", logger: "test", message });
const messages = () => server.stored.map((entry) => (entry.kind === "log" ? entry.message : entry.kind));
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);

function reporter(listener: ReportListener = {}): Reporter {
  return new Reporter({ endpoint: server.endpoint, token: undefined, flowRunId, processId: randomUUID(), folder: spool() }, listener);
}

test("everything arrives in order and once, though requests and answers are lost", async () => {
  const faults = ["unheard", "unanswered", { status: 503, code: "DATABASE_BUSY" }, "unanswered", { status: 500, code: "INTERNAL" }] as const;
  server.fault = (_, request) => faults[request - 1];
  const mine = reporter();
  for (const message of numbered(300)) mine.report(record(message));
  expect(await mine.flush(20_000)).toBe(true);
  for (const message of numbered(10)) mine.report(record(message));
  expect(await mine.flush(20_000)).toBe(true);
  mine.stop();
  expect(messages()).toEqual([...numbered(300), ...numbered(10)]);
  expect(server.stored.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 310 }, (_, index) => index + 1));
});

test("what gathers while a request is under way goes in one batch", async () => {
  let goOn: () => void = () => {};
  const waiting = new Promise<void>((resolve) => { goOn = resolve; });
  server.fault = async (_, request) => { if (request === 1) await waiting; return undefined; };
  const mine = reporter();
  mine.report(record("first"));
  await expect.poll(() => server.batches.length, { timeout: 30_000 }).toBe(1);
  for (const message of numbered(1000)) mine.report(record(message));
  goOn();
  expect(await mine.flush(20_000)).toBe(true);
  mine.stop();
  expect(server.batches.slice(0, 2)).toEqual([1, 1000]);
});

test("a server that is away costs disk and not memory, and gets all of it when it is back", async () => {
  const written = new Spool(spool());
  const queue = new ReportQueue(spool(), { memory: 50_000, batch: 20_000 });
  for (const [index, message] of numbered(5000).entries()) {
    const line = JSON.stringify({ ...record(message), sequence: index + 1 });
    written.append(index + 1, line);
    queue.add(index + 1, line, true);
  }
  expect(queue.memory).toBeLessThan(60_000);
  const got: string[] = [];
  while (!queue.isEmpty) {
    const batch = queue.batch();
    expect(batch.length).toBeGreaterThan(0);
    for (const entry of batch) got.push(entry.kind === "log" ? entry.message : "");
    queue.acknowledge(batch[batch.length - 1].sequence);
    written.acknowledged(queue.acknowledged);
    expect(queue.memory).toBeLessThan(60_000);
  }
  expect(queue.memory).toBe(0);
  expect(got).toEqual(numbered(5000));
});

test("what is acknowledged is not kept on disk", async () => {
  const mine = reporter();
  for (const message of numbered(100)) mine.report(record(message));
  expect([...readSpool(spool())].length).toBe(100);
  expect(await mine.flush(20_000)).toBe(true);
  mine.stop();
  expect([...readSpool(spool())]).toEqual([]);
  expect(readdirSync(spool()).reduce((sum, name) => sum + statSync(join(spool(), name)).size, 0)).toBe(0);
});

test("a spool of many megabytes is in several files, and those that are acknowledged go", () => {
  const mine = new Spool(spool());
  const text = "x".repeat(100_000);
  for (let sequence = 1; sequence <= 100; sequence++) mine.append(sequence, JSON.stringify({ ...record(text), sequence }));
  expect(readdirSync(spool()).length).toBeGreaterThan(2);
  expect([...readSpool(spool(), 95)].map(({ sequence }) => sequence)).toEqual([96, 97, 98, 99, 100]);
  mine.acknowledged(99);
  expect(readdirSync(spool()).length).toBe(1);
  mine.acknowledged(100);
  expect([...readSpool(spool())]).toEqual([]);
  mine.close();
});

test.runIf(process.platform === "linux")("a full disk is no reason to say nothing", async () => {
  mkdirSync(spool());
  symlinkSync("/dev/full", join(spool(), "0000000000000001.jsonl"));
  const mine = reporter();
  for (const message of numbered(50)) mine.report(record(message));
  expect(await mine.flush(20_000)).toBe(true);
  mine.stop();
  expect(messages()).toEqual(numbered(50));
});

test("one entry that the server does not take keeps none of the others back", async () => {
  server.fault = (entries) => (entries.some((entry) => entry.kind === "log" && entry.message === "line 33") ? { status: 400, code: "BAD_REQUEST" } : undefined);
  const mine = reporter();
  for (const message of numbered(100)) mine.report(record(message));
  expect(await mine.flush(20_000)).toBe(true);
  mine.stop();
  expect(messages()).toEqual(numbered(100).map((message) => (message === "line 33" ? "A log record is missing here, the server did not take it: Refused by the test." : message)));
});

test("a run that is another process's is told nothing more, and the process hears so", async () => {
  server.fault = () => ({ status: 409, code: "CONFLICT" });
  const refused: string[] = [];
  const mine = reporter({ refused: (message) => refused.push(message) });
  mine.report(record("too late"));
  expect(await mine.flush(20_000)).toBe(false);
  mine.report(record("later still"));
  expect(refused).toEqual(["Refused by the test."]);
  expect(server.batches).toEqual([1]);
});

test("a lost server is told of once, and once that it is back", async () => {
  server.fault = (_, request) => (request <= 3 ? "unheard" : undefined);
  const told: string[] = [];
  const mine = reporter({ connection: (lost) => told.push(lost === null ? "back" : "lost") });
  mine.report(record("hello"));
  expect(await mine.flush(20_000)).toBe(true);
  mine.stop();
  expect(told).toEqual(["lost", "back"]);
});

test("what a killed process has left is sent by its agent, without the line that it was writing", async () => {
  const processId = randomUUID();
  const left = new RunFolder(join(folder, processId));
  left.make();
  const mine = new Spool(left.spool);
  for (let sequence = 1; sequence <= 3; sequence++) mine.append(sequence, JSON.stringify({ ...record(`line ${sequence}`), sequence }));
  mine.close();
  const [file] = readdirSync(left.spool);
  appendFileSync(join(left.spool, file), '{"kind":"log","sequence":4,"mess');
  const data = { flowRunId, processId, agentId: randomUUID(), endpoint: server.endpoint, process: null, agent: lifeOf(process.pid) };
  await tellLeftBehind(new FlowletClient({ endpoint: server.endpoint }), left, data, null);
  expect(messages()).toEqual(["line 1", "line 2", "line 3"]);
  expect(left.exists).toBe(false);
});

test("what a process has left stays there while the server is away", async () => {
  const processId = randomUUID();
  const left = new RunFolder(join(folder, processId));
  left.make();
  new Spool(left.spool).append(1, JSON.stringify({ ...record("line 1"), sequence: 1 }));
  const data = { flowRunId, processId, agentId: randomUUID(), endpoint: server.endpoint, process: null, agent: lifeOf(process.pid) };
  server.fault = () => "unheard";
  await expect(tellLeftBehind(new FlowletClient({ endpoint: server.endpoint }), left, data, null)).rejects.toThrow("No Flowlet server answers");
  expect([...readSpool(left.spool)].length).toBe(1);
});
