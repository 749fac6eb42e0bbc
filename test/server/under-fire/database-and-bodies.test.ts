/** A server's process whose database others use, and whom others send what is no request. */
import { randomBytes, randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ReportEntry } from "../../../client/api-types.ts";
import { Orchestra } from "../../agent/orchestra.ts";
import { registration } from "../started.ts";

let it: Orchestra;
beforeEach(async () => {
  it = new Orchestra();
  await it.startServer();
});
afterEach(() => it.close());

const DATABASE = ".flowlet/server/flowlet.db";

/** A run that has begun, and how its process reports lines. */
async function begun() {
  const { flow } = await it.client.registerFlow(registration("f"));
  const agent = await it.client.registerAgent({ name: "a", type: "LocalAgent", labels: [], hostname: "h", coreVersion: "0.1.0" });
  const { id: flowRunId, version } = await it.client.createFlowRun({ flowId: flow.id });
  const processId = randomUUID();
  await it.client.submitFlowRun({ agentId: agent.id, flowRunId, version });
  await it.client.beginFlowRun({ flowRunId, processId, agentId: agent.id });
  const report = (sequence: number) => it.client.reportFlowRun({ flowRunId, processId, entries: [{ kind: "log", sequence, at: new Date().toISOString(), level: "INFO", logger: "l", message: `line ${sequence}` }] as unknown as ReportEntry[] });
  const lines = async () => (await it.logs(flowRunId)).map(({ message }) => message);
  return { flowRunId, processId, report, lines };
}

test("a database that another program holds can be read; what can not be stored is said, and stored when it is sent again", async () => {
  const { flowRunId, report, lines } = await begun();
  await report(1);
  const other = new DatabaseSync(it.path(DATABASE));
  try {
    other.exec("begin immediate");
    // A short while is waited for.
    const waiting = report(2);
    expect(await lines()).toEqual(["line 1"]);
    other.exec("rollback");
    expect(await waiting).toMatchObject({ acknowledged: 2 });
    other.exec("begin immediate");
    await expect(report(3)).rejects.toMatchObject({ code: "DATABASE_BUSY", status: 503, message: expect.stringContaining("flowlet.db cannot be used at the moment") as string });
    expect((await it.client.getFlowRun({ flowRunId })).state).toBe("Submitted");
    other.exec("rollback");
  } finally {
    other.close();
  }
  expect(await report(3)).toMatchObject({ acknowledged: 3 });
  expect(await report(3)).toMatchObject({ acknowledged: 3 });
  expect(await lines()).toEqual(["line 1", "line 2", "line 3"]);
});

test("a database of a newer version is left alone, and the start says what to do", async () => {
  await it.client.createProject({ name: "mine" });
  await it.killServer();
  const set = (value: string) => {
    const database = new DatabaseSync(it.path(DATABASE));
    database.exec(`update flowlet_meta set value = ${value} where name = 'schema'`);
    database.close();
  };
  set("value + 7");
  await expect(it.startServer()).rejects.toThrow(/The state database .*flowlet\.db is of a newer Flowlet: its tables have version \d+, this Flowlet knows \d+\. Update Flowlet, or name another database\./);
  set("value - 7");
  await it.startServer();
  expect((await it.client.listProjects()).items.map(({ name }) => name)).toContain("mine");
});

test("what others send that is no request costs a run nothing", async () => {
  const { flowRunId, processId, report, lines } = await begun();
  const path = `/api/flow-runs/${flowRunId}/report`;
  const bodies: (string | Buffer)[] = ["", "{", "null", "[]", "3", '"x"', randomBytes(1000), "[".repeat(100_000), `{"a":${'{"a":'.repeat(10_000)}`, JSON.stringify({ processId, entries: {} }), JSON.stringify({ processId, entries: [{ kind: "log" }] }),
    JSON.stringify({ processId, entries: [{ kind: "nothing", sequence: 1e400 }] }), JSON.stringify({ processId: "x", entries: [] }), `{"__proto__":{"processId":"${processId}"},"entries":[]}`];
  const statuses: number[] = [];
  const noise = (async () => {
    for (let round = 0; round < 10; round++) {
      for (const body of bodies) {
        const response = await fetch(it.endpoint + path, { method: "POST", headers: { "content-type": "application/json" }, body: body as string });
        statuses.push(response.status);
        expect(Object.keys(await response.json() as object)).toEqual(["error"]);
      }
    }
  })();
  for (let sequence = 1; sequence <= 100; sequence++) expect(await report(sequence)).toMatchObject({ acknowledged: sequence, refused: [] });
  await noise;
  expect(statuses.filter((status) => ![400, 413, 422].includes(status))).toEqual([]);
  expect(await lines()).toEqual(Array.from({ length: 100 }, (_, index) => `line ${index + 1}`));
});
