import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FlowletClient } from "../../../client/flowlet-client.ts";
import { createApp } from "../../../server/http/app.ts";
import { HIDDEN } from "../../../server/http/security/hidden-values.ts";
import { registration, started } from "../started.ts";

const local = started();

describe("a server of this computer only", () => {
  const at = local;

  test("answers to names of this computer, and to no other", async () => {
    expect((await at.ask("/api/status", { headers: { host: `127.0.0.1:${at.server.port}` } })).status).toBe(200);
    for (const path of ["/api/status", "/api/events", "/docs/json", "/"]) expect(await at.refusal(path, { headers: { host: "evil.example" } })).toEqual([403, "FORBIDDEN", expect.stringMatching(/^This server is not known as "evil\.example"/)]);
  });

  test("refuses what pages of another site send, with and without a body", async () => {
    for (const headers of [{ origin: "https://evil.example" }, { origin: "null" }, { origin: "http://localhost:8888" }, { "sec-fetch-site": "cross-site" }]) {
      expect((await at.refusal("/api/projects", { headers }))[0]).toBe(403);
      expect((await at.refusal("/api/projects", { method: "POST", body: '{"name":"x"}', headers: { ...headers, "content-type": "application/json" } }))[0]).toBe(403);
      expect((await at.refusal("/api/projects", { method: "OPTIONS", headers: { ...headers, "access-control-request-method": "POST" } }))[0]).toBe(403);
    }
    expect((await at.client.listProjects()).items).toEqual([]);
    const own = `http://localhost:${at.server.port}`;
    expect((await at.post("/api/projects", { name: "mine" }, { origin: own })).status).toBe(200);
  });

  test("asks for no token, and has made none", async () => {
    expect(at.server.token).toBe(null);
    expect((await at.post("/api/login", { token: "any" })).headers["set-cookie"]).toBe(undefined);
    expect(() => statSync(join(at.home, "server/token"))).toThrow(/ENOENT/);
  });

  test("lets its pages load only what is its own, and run nothing that is written in them", async () => {
    for (const path of ["/", "/docs", "/api/status", "/api/nothing", "/assets/none.js"]) {
      const { headers } = await at.ask(path);
      const policy = String(headers["content-security-policy"]);
      expect(policy, path).toMatch(/^default-src 'none';script-src 'self';/);
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect([headers["x-content-type-options"], headers["x-frame-options"], headers["referrer-policy"], headers["cross-origin-resource-policy"]]).toEqual(["nosniff", "DENY", "same-origin", "same-origin"]);
    }
  });

  test("keeps values that look like secrets to the process of the run", async () => {
    const { client } = at;
    const runConfig = { env: { DB_PASSWORD: "hunter2", REGION: "eu", DATABASE_URL: "postgres://me:hunter2@db/x" } };
    const { flow } = await client.registerFlow(registration("with secrets", { runConfig }));
    const run = await client.createFlowRun({ flowId: flow.id, runConfig, context: { secrets: { API: "hunter2" }, team: "a" } });
    const agent = await client.registerAgent({ name: "a", type: "LocalAgent", labels: [], hostname: "h", coreVersion: "1" });
    const hidden = { DB_PASSWORD: HIDDEN, REGION: "eu", DATABASE_URL: HIDDEN };
    expect((await client.getFlow({ flowId: flow.id })).runConfig?.env).toEqual(hidden);
    expect(await client.getFlowRun({ flowRunId: run.id })).toMatchObject({ runConfig: { env: hidden }, context: { secrets: { API: HIDDEN }, team: "a" } });
    for (const answer of [flow, run, await client.listFlows(), await client.listFlowRuns(), await client.getFlowGroup({ flowGroupId: flow.flowGroupId }), await client.getRunsInQueue({ agentId: agent.id })]) expect(JSON.stringify(answer)).not.toContain("hunter2");

    const submitted = await client.submitFlowRun({ agentId: agent.id, flowRunId: run.id, version: run.version });
    const begun = await client.beginFlowRun({ flowRunId: run.id, processId: crypto.randomUUID(), agentId: agent.id });
    for (const { flowRun } of [submitted, begun]) expect([flowRun.runConfig?.env, flowRun.context]).toEqual([runConfig.env, { secrets: { API: "hunter2" }, team: "a" }]);

    await expect(client.updateFlowGroup({ flowGroupId: flow.flowGroupId, runConfig: { env: hidden } })).rejects.toMatchObject({ code: "UNPROCESSABLE", message: expect.stringMatching(/^runConfig\.env\.DB_PASSWORD is hidden/) as string });
    expect(at.log).not.toContain("hunter2");
  });
});

describe("a server that others can reach", () => {
  const at = started({ host: "0.0.0.0" });
  const bearer = () => ({ authorization: `Bearer ${at.server.token}` });
  const cookieOf = (headers: { "set-cookie"?: string[] }) => String(headers["set-cookie"]?.[0]);

  test("has made a token that only its owner reads", () => {
    const file = join(at.home, "server/token");
    expect(readFileSync(file, "utf8")).toBe(`${at.server.token}\n`);
    expect([at.server.token?.length, statSync(file).mode & 0o777, statSync(join(at.home, "server")).mode & 0o777]).toEqual([43, 0o600, 0o700]);
  });

  test("asks for the token, under whatever name it is reached", async () => {
    for (const path of ["/api/status", "/api/projects", "/api/events", "/api/flow-runs/x", "/api/projects?limit=abc"]) {
      for (const headers of [{}, { authorization: "Bearer wrong" }, { authorization: String(at.server.token) }, { cookie: `flowlet=${at.server.token}` }] as Record<string, string>[]) {
        expect(await at.refusal(path, { headers })).toEqual([401, "UNAUTHORIZED", expect.stringMatching(/^This server asks for its API token/)]);
      }
    }
    expect((await at.ask("/api/status")).headers["www-authenticate"]).toBe('Bearer realm="flowlet"');
    expect((await at.ask("/api/status", { headers: { ...bearer(), host: "flows.example" } })).status).toBe(200);
    expect(await new FlowletClient({ endpoint: at.server.endpoint.replace(/\/\/[^:]+/, "//localhost"), token: String(at.server.token) }).getStatus()).toMatchObject({ authenticated: true });
  });

  test("the pages and the document, which hold nothing, are there without it", async () => {
    expect((await at.ask("/docs/json")).status).toBe(200);
    expect([200, 503]).toContain((await at.ask("/login")).status);
  });

  test("a browser gets a cookie for the token, that scripts and other sites do not have, until it logs out", async () => {
    const answer = await at.post("/api/login", { token: ` ${at.server.token} ` });
    const cookie = cookieOf(answer.headers);
    expect([answer.status, answer.text]).toEqual([200, '{"done":true}']);
    expect(cookie).toMatch(/^flowlet-[0-9a-f]{12}=\d+\.[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(String(at.server.token));
    const headers = { cookie: cookie.split(";")[0] };
    expect((await at.ask("/api/projects", { headers })).status).toBe(200);
    expect((await at.refusal("/api/projects", { headers: { ...headers, origin: "https://evil.example" } }))[0]).toBe(403);
    expect(cookieOf((await at.ask("/api/logout", { method: "POST", headers })).headers)).toMatch(/^flowlet-[0-9a-f]{12}=; Max-Age=0; Path=\/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Strict$/);
    expect(cookieOf((await at.post("/api/login", { token: String(at.server.token) }, { "x-forwarded-proto": "https" })).headers)).toContain("; Secure");
  });

  test("a wrong token is refused, and after some tries nobody of that address is let in for a while; who is in stays in", async () => {
    expect(await at.refusal("/api/login", { method: "POST", body: "{}", headers: { "content-type": "application/json" } })).toEqual([400, "BAD_REQUEST", "token must be a text, got nothing."]);
    const tries: number[] = [];
    for (let count = 0; count < 25; count++) tries.push((await at.post("/api/login", { token: `wrong ${count}` })).status);
    expect(new Set(tries)).toEqual(new Set([401, 429]));
    expect(tries.lastIndexOf(401)).toBeLessThan(20);
    const late = await at.post("/api/login", { token: String(at.server.token) });
    expect([late.status, late.text]).toEqual([429, expect.stringMatching(/^\{"error":\{"code":"TOO_MANY_REQUESTS","message":"Too many requests: come back in .*\."\}\}$/)]);
    expect(Number(late.headers["retry-after"])).toBeGreaterThan(0);
    expect((await at.ask("/api/status", { headers: bearer() })).status).toBe(200);
  });

  test("the token is in no answer and no log", async () => {
    await at.ask(`/api/search?text=${at.server.token}`, { headers: bearer() });
    expect(at.log).not.toContain(String(at.server.token));
    expect((await at.ask("/api/status", { headers: bearer() })).text).not.toContain(String(at.server.token));
  });
});

test("too many requests of one address are refused, those of agents never", async () => {
  const app = createApp(local.server.orchestration, { version: "1", requestLimit: 5 });
  const statuses = async (count: number, method: "GET" | "POST", url: string) => {
    const found: number[] = [];
    for (let index = 0; index < count; index++) found.push((await app.inject({ method, url, headers: { host: "localhost" } })).statusCode);
    return found;
  };
  expect(await statuses(7, "GET", "/api/projects")).toEqual([200, 200, 200, 200, 200, 429, 429]);
  expect(await statuses(7, "POST", "/api/agents/x/queue")).toEqual(Array(7).fill(400));
  expect(await statuses(1, "POST", "/api/flow-runs/x/report")).toEqual([400]);
  await app.close();
});
