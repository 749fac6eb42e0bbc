import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ApiError, isPassing } from "../../client/api-error.ts";
import { ConfiguredClient } from "../../client/configured-client.ts";
import { FlowletClient } from "../../client/flowlet-client.ts";
import { context } from "../../engine/index.ts";
import { httpServer, json, type Asked, type TestServer } from "./http-server.ts";

let server: TestServer;
let answer: (asked: Asked, response: ServerResponse) => void;
beforeEach(async () => {
  answer = (_, response) => json(response, 200, { done: true });
  server = await httpServer((asked, response) => answer(asked, response));
});
afterEach(() => server.close());

const RUN = "019ab5d5-0c0c-7000-8000-000000000000";
const failure = (call: Promise<unknown>): Promise<ApiError> => call.then(() => { throw new Error("it did not fail"); }, (error: ApiError) => error);

describe("a call", () => {
  test("sends each field where it belongs, and answers with the body", async () => {
    const client = new FlowletClient({ endpoint: `${server.endpoint}/`, token: "t" });
    expect(await client.findTaskRun({ flowRunId: RUN, slug: "a/b ü?", mapIndex: -1 })).toEqual({ done: true });
    await client.listFlowRuns({ states: "Failed,Running", limit: 3 });
    await client.listProjects();
    await client.renameFlowRun({ flowRunId: RUN, name: "n" });
    await client.cancelFlowRun({ flowRunId: RUN });
    expect(server.asked.map(({ method, url, body, headers }) => [method, url, body, headers.authorization, headers["content-type"]])).toEqual([
      ["GET", `/api/flow-runs/${RUN}/task-runs/a%2Fb%20%C3%BC%3F/-1`, "", "Bearer t", undefined],
      ["GET", "/api/flow-runs?limit=3&states=Failed%2CRunning", "", "Bearer t", undefined],
      ["GET", "/api/projects", "", "Bearer t", undefined],
      ["PATCH", `/api/flow-runs/${RUN}`, '{"name":"n"}', "Bearer t", "application/json"],
      ["POST", `/api/flow-runs/${RUN}/cancel`, "", "Bearer t", undefined],
    ]);
  });

  test("without a field that the path needs is told before anything is sent", async () => {
    const client = new FlowletClient({ endpoint: server.endpoint });
    await expect(client.getFlowRun({} as never)).rejects.toThrow('getFlowRun needs "flowRunId", and got undefined.');
    await expect(client.getFlowRun({ flowRunId: "" })).rejects.toThrow(TypeError);
    expect(server.asked).toEqual([]);
  });

  test("that the server refuses throws what it said", async () => {
    answer = (_, response) => json(response, 409, { error: { code: "CONFLICT", message: "It runs.", details: { state: "Running" } } });
    const error = await failure(new FlowletClient({ endpoint: server.endpoint }).deleteFlowRun({ flowRunId: RUN }));
    expect(error).toBeInstanceOf(ApiError);
    expect([error.name, error.code, error.status, error.message, error.details]).toEqual(["ApiError", "CONFLICT", 409, "It runs.", { state: "Running" }]);
  });

  test("to where nobody listens is UNREACHABLE, and says where and what to do", async () => {
    await server.close();
    const error = await failure(new FlowletClient({ endpoint: server.endpoint }).getStatus());
    expect([error.code, error.status, isPassing(error)]).toEqual(["UNREACHABLE", 0, true]);
    expect(error.message).toBe(`No Flowlet server answers at ${server.endpoint} (ECONNREFUSED). Start one with "flowlet server start", or say where it is.`);
    await expect(new FlowletClient({ endpoint: "http://nobody.invalid" }).getStatus()).rejects.toMatchObject({ code: "UNREACHABLE" });
    await expect(new FlowletClient({ endpoint: "nonsense" }).getStatus()).rejects.toMatchObject({ code: "UNREACHABLE" });
  });

  test.each<[string, (response: ServerResponse) => void, string]>([
    ["a page", (response) => { response.writeHead(200, { "content-type": "text/html" }).end("<html>"); }, "UNEXPECTED"],
    ["an answer that is cut off", (response) => { response.writeHead(200, { "content-length": "100" }).write('{"items":'); setImmediate(() => response.destroy()); }, "UNEXPECTED"],
    ["a refusal without a reason", (response) => { response.writeHead(404).end("no"); }, "UNEXPECTED"],
    ["a refusal of another kind", (response) => json(response, 400, { error: "no" }), "UNEXPECTED"],
    ["a proxy that reaches no server", (response) => { response.writeHead(502).end("<html>Bad Gateway"); }, "UNREACHABLE"],
    ["a connection that ends", (response) => { response.destroy(); }, "UNREACHABLE"],
  ])("to %s fails with %3$s", async (_, say, code) => {
    answer = (_asked, response) => say(response);
    expect((await failure(new FlowletClient({ endpoint: server.endpoint }).getStatus())).code).toBe(code);
  });

  test("ends with its signal", async () => {
    answer = () => {};
    const controller = new AbortController();
    const call = new FlowletClient({ endpoint: server.endpoint }).getStatus({ signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("in Node", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "flowlet-client-"));
    mkdirSync(join(home, "server"));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const tokenSent = async (config: object, options: object = {}) => {
    await context.with({ config: { homeDir: home, ...config } }, () => new ConfiguredClient(options)).getStatus();
    return server.asked.at(-1)?.headers.authorization;
  };

  test("the server is that of the configuration", async () => {
    expect(new ConfiguredClient().endpoint).toBe("http://localhost:8080");
    await tokenSent({ server: { endpoint: server.endpoint } });
    expect(server.asked).toHaveLength(1);
  });

  test("the token is that of the configuration, else that of the file that a server on this computer has made, and goes to no other server", async () => {
    const configured = { server: { endpoint: server.endpoint } };
    expect(await tokenSent(configured)).toBe(undefined);
    writeFileSync(join(home, "server/token"), "from-file\n");
    expect(await tokenSent(configured)).toBe("Bearer from-file");
    expect(await tokenSent({ server: { endpoint: server.endpoint, token: "from-config" } })).toBe("Bearer from-config");
    expect(await tokenSent(configured, { token: "given" })).toBe("Bearer given");
    expect(await tokenSent(configured, { endpoint: `${server.endpoint}/` })).toBe("Bearer from-file");
    expect(await tokenSent({ server: { endpoint: "http://elsewhere.invalid", token: "from-config" } }, { endpoint: server.endpoint })).toBe(undefined);
  });
});

test("what a browser loads of the client needs no Node, and nothing of the engine", () => {
  const folder = join(import.meta.dirname, "../../client");
  const open = ["browser.ts"], seen = new Set<string>(), packages = new Set<string>();
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const [, name] of readFileSync(join(folder, file), "utf8").matchAll(/^(?:import|export)[^;]*? from "([^"]+)"/gms)) {
      if (name.startsWith("./")) open.push(name.slice(2));
      else packages.add(name);
    }
  }
  expect(seen.size).toBeGreaterThan(5);
  expect(readdirSync(folder)).toContain("browser.ts");
  expect([...packages]).toEqual(["eventsource-parser"]);
});
