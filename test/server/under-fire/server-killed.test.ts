/** What clients were told is stored is stored, however the server ends. */
import { randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ReportEntry } from "../../../client/api-types.ts";
import { isPassing } from "../../../client/api-error.ts";
import { registration } from "../started.ts";
import { Orchestra } from "../../agent/orchestra.ts";

const CLIENTS = 4, TASKS = 125, KILLS = 20;
const CHANGES = CLIENTS * TASKS * 2;

let it: Orchestra;
beforeEach(async () => {
  it = new Orchestra();
  await it.startServer();
});
afterEach(() => it.close());

/** A process that reports its run, and sends again what it does not know to be stored. */
class Reporting {
  readonly flowRunId: string;
  readonly processId = randomUUID();
  /** What the server has said that it has (sequence number). */
  acknowledged = 0;
  resent = 0;
  readonly #entries: Record<string, unknown>[] = [];

  constructor(flowRunId: string) {
    this.flowRunId = flowRunId;
    const state = (type: string) => ({ version: 1, type, message: null, at: Date.now() });
    const add = (entry: object) => this.#entries.push({ sequence: this.#entries.length + 1, ...entry });
    add({ kind: "flowState", state: state("Running") });
    for (let index = 0; index < TASKS; index++) {
      const task = { kind: "taskState", slug: `t-${index}`, mapIndex: -1, taskName: `t-${index}`, name: `t-${index}` };
      add({ ...task, state: state("Running") });
      add({ kind: "log", at: new Date().toISOString(), level: "INFO", logger: "prefect.t", message: `line ${index}`, slug: task.slug });
      add({ ...task, state: state("Success") });
    }
    add({ kind: "flowState", state: state("Success") });
  }

  async begin(agentId: string, version: number): Promise<void> {
    await it.client.submitFlowRun({ agentId, flowRunId: this.flowRunId, version });
    await it.client.beginFlowRun({ flowRunId: this.flowRunId, processId: this.processId, agentId });
  }

  async sendAll(): Promise<void> {
    // Of different length, so that a kill meets them everywhere.
    for (let size = 1; this.acknowledged < this.#entries.length; size = size % 7 + 1) {
      const entries = this.#entries.slice(this.acknowledged, this.acknowledged + size) as unknown as ReportEntry[];
      for (let sent = 0; ; sent++) {
        if (sent > 0) this.resent++;
        try {
          const { acknowledged, refused } = await it.client.reportFlowRun({ flowRunId: this.flowRunId, processId: this.processId, entries });
          if (refused.length > 0) throw new Error(`refused: ${JSON.stringify(refused)}`);
          if (acknowledged < this.acknowledged) throw new Error(`${this.acknowledged} entries were stored, and now ${acknowledged}`);
          this.acknowledged = acknowledged;
          break;
        } catch (error) {
          if (!isPassing(error)) throw error;
          await pause(20);
        }
      }
    }
  }
}

test("a server that is killed twenty times during a thousand changes of state loses none that it has acknowledged, and has none twice or in part", async () => {
  const slugs = Array.from({ length: TASKS }, (_, index) => `t-${index}`);
  const tasks = slugs.map((slug) => ({ slug, name: slug, type: "FunctionTask", tags: [], mapped: false, maxRetries: 0, retryDelay: null, timeout: null, trigger: "allSuccessful" }));
  const { flow } = await it.client.registerFlow(registration("hard times", { tasks }));
  const agent = await it.client.registerAgent({ name: "a", type: "LocalAgent", labels: [], hostname: "h", coreVersion: "0.1.0" });
  const clients: Reporting[] = [];
  for (let index = 0; index < CLIENTS; index++) {
    const run = await it.client.createFlowRun({ flowId: flow.id });
    const client = new Reporting(run.id);
    await client.begin(agent.id, run.version);
    clients.push(client);
  }
  const stored = () => clients.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  const all = CLIENTS * (3 * TASKS + 2);
  const sending = Promise.all(clients.map((client) => client.sendAll()));
  sending.catch(() => {});
  for (let kills = 1; kills <= KILLS; kills++) {
    await expect.poll(stored, { interval: 1, timeout: 30_000 }).toBeGreaterThanOrEqual(Math.floor((all * kills) / (KILLS + 2)));
    await it.killServer();
    const known = clients.map(({ flowRunId, acknowledged }) => [flowRunId, acknowledged] as const);
    requireStored(known);
    await it.startServer();
  }
  await sending;
  expect(clients.reduce((sum, { resent }) => sum + resent, 0)).toBeGreaterThanOrEqual(KILLS);

  await it.killServer();
  const database = openDatabase();
  try {
    expect(database.prepare("pragma integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
    const rows = (sql: string) => database.prepare(sql).all().map((row) => ({ ...row }));
    expect(rows("select state, count(*) as n, min(version) as least, max(version) as most, min(run_count) as runs from task_runs group by state")).toEqual([{ state: "Success", n: CHANGES / 2, least: 2, most: 2, runs: 1 }]);
    expect(rows("select version, type, count(*) as n from task_run_states group by version, type order by version")).toEqual([{ version: 1, type: "Running", n: CHANGES / 2 }, { version: 2, type: "Success", n: CHANGES / 2 }]);
    expect(rows("select version, type, count(*) as n from flow_run_states group by version, type order by version").map(({ type, n }) => [type, n])).toEqual([["Scheduled", CLIENTS], ["Submitted", CLIENTS], ["Running", CLIENTS], ["Success", CLIENTS]]);
    expect(rows("select distinct state, version, task_counts, log_count from flow_runs")).toEqual([{ state: "Success", version: 4, task_counts: JSON.stringify({ Success: TASKS }), log_count: TASKS }]);
    for (const { flowRunId } of clients) {
      const lines = database.prepare("select message, task_run_id is not null as owned from logs where flow_run_id = ? order by id").all(flowRunId);
      expect(lines.map(({ message, owned }) => [message, owned])).toEqual(slugs.map((_, index) => [`line ${index}`, 1]));
    }
  } finally {
    database.close();
  }
});

function openDatabase(): DatabaseSync {
  return new DatabaseSync(it.path(".flowlet/server/flowlet.db"));
}

/** The file that a killed server leaves has all that was acknowledged, and each row agrees with its history. */
function requireStored(known: readonly (readonly [flowRunId: string, acknowledged: number])[]): void {
  const database = openDatabase();
  try {
    const one = (sql: string, ...values: string[]) => Object.values(database.prepare(sql).get(...values) ?? {})[0];
    for (const [flowRunId, acknowledged] of known) {
      const stored = one("select acknowledged from processes where flow_run_id = ?", flowRunId) as number;
      expect(stored).toBeGreaterThanOrEqual(acknowledged);
      // Entries are: the run's state, then three for each task, of which two are states and one is a record.
      const ofTasks = Math.max(0, stored - 1), whole = Math.floor(ofTasks / 3), rest = ofTasks % 3;
      if (whole >= TASKS) continue;
      expect(one("select count(*) from task_run_states s join task_runs t on t.id = s.task_run_id where t.flow_run_id = ?", flowRunId)).toBe(2 * whole + (rest > 0 ? 1 : 0));
      expect(one("select count(*) from logs where flow_run_id = ?", flowRunId)).toBe(whole + (rest > 1 ? 1 : 0));
      const counts = { ...(rest > 0 && { Running: 1 }), ...(whole > 0 && { Success: whole }) };
      expect(JSON.parse(one("select task_counts from flow_runs where id = ?", flowRunId) as string)).toEqual(counts);
    }
    expect(one("select count(*) from task_runs t where version <> (select count(*) from task_run_states s where s.task_run_id = t.id) or state <> (select type from task_run_states s where s.task_run_id = t.id and s.version = t.version)")).toBe(0);
    expect(one("select count(*) from flow_runs r where version <> (select count(*) from flow_run_states s where s.flow_run_id = r.id) or state <> (select type from flow_run_states s where s.flow_run_id = r.id and s.version = r.version)")).toBe(0);
  } finally {
    database.close();
  }
}
