import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { OPERATIONS } from "../../../server/api/operations.ts";
import { registration, started, Started } from "../started.ts";

const UNKNOWN = "019ab5d5-0c0c-7000-8000-000000000000";

describe("the API", () => {
  const at = started();

  test("does what a client asks: from a project to the logs of a run", async () => {
    const { client } = at;
    const project = await client.createProject({ name: "  reports  " });
    expect(project).toMatchObject({ name: "reports", description: null, flowCount: 0 });
    const { flow } = await client.registerFlow(registration("daily", { project: "reports", parameters: [{ name: "when", slug: "when", required: true, default: null }] }));
    const run = await client.createFlowRun({ flowId: flow.id, parameters: { when: [1, { a: null }] } });
    await client.writeRunLogs({ flowRunId: run.id, entries: [{ at: new Date().toISOString(), level: "INFO", logger: "agent", message: "Hello\nü" }] });
    expect((await client.listLogs({ flowRunId: run.id, limit: 5 })).items).toMatchObject([{ message: "Hello\nü" }]);
    expect((await client.getFlowRun({ flowRunId: run.id })).parameters).toEqual({ when: [1, { a: null }] });
    expect((await client.listFlowRuns({ flowId: flow.id, states: "Scheduled" })).items.map(({ id }) => id)).toEqual([run.id]);
    expect(await client.cancelFlowRun({ flowRunId: run.id })).toMatchObject({ state: "Cancelled" });
    expect(await client.deleteProject({ projectId: project.id })).toEqual({ done: true });
    expect(await client.getStatus()).toMatchObject({ authenticated: false, database: "sqlite" });
  });

  test("is there whole: a route for each operation", async () => {
    for (const { method, path } of Object.values(OPERATIONS)) {
      const { status } = await at.ask(`/api${path.replace("{bundleId}", "a".repeat(64)).replace("{mapIndex}", "0").replaceAll(/\{\w+\}/g, UNKNOWN)}`, { method });
      expect([200, 400, 404, 409, 422], `${method} ${path}`).toContain(status);
      expect((await at.ask(`/api${path.replaceAll(/\{\w+\}/g, "x")}`, { method: "PUT" })).status).toBe(405);
    }
  });

  test.each([
    ["a path that is none", "/api/nothing", {}, 404, "NOT_FOUND", "There is nothing at GET /api/nothing. What the API has is at /docs."],
    ["the path above all", "/api", {}, 404, "NOT_FOUND", /nothing at GET \/api\./],
    ["a method that a path does not have", "/api/projects", { method: "DELETE" }, 405, "METHOD_NOT_ALLOWED", "/api/projects takes GET, HEAD, POST, not DELETE."],
    ["a method that the event stream does not have", "/api/events", { method: "POST" }, 405, "METHOD_NOT_ALLOWED", "/api/events takes GET, not POST."],
    ["a thing that is not there", `/api/flow-runs/${UNKNOWN}`, {}, 404, "NOT_FOUND", /019ab5d5/],
    ["an address that is not UTF-8", "/api/projects/%c0%af", {}, 400, "BAD_REQUEST", /^The address is not valid/],
    ["a query that is wrong", "/api/flow-runs?limit=0", {}, 400, "BAD_REQUEST", "limit (in the query) must be at least 1, got 0."],
    ["a query that says something twice", "/api/flow-runs?name=a&name=b", {}, 400, "BAD_REQUEST", "name (in the query) must be a text, got a list of 2."],
    ["broken JSON", "/api/projects", { method: "POST", body: '{"name":', headers: { "content-type": "application/json" } }, 400, "BAD_REQUEST", "The body is no valid JSON: Unexpected end of JSON input."],
    ["no body", "/api/projects", { method: "POST" }, 400, "BAD_REQUEST", "The body must be an object, got nothing."],
    ["an empty body", "/api/projects", { method: "POST", body: "", headers: { "content-type": "application/json" } }, 400, "BAD_REQUEST", "The body must be an object, got nothing."],
    ["a form", "/api/projects", { method: "POST", body: "name=x", headers: { "content-type": "application/x-www-form-urlencoded" } }, 415, "UNSUPPORTED_MEDIA_TYPE", /"content-type: application\/json"/],
    ["a plain text, as a page of another site may send it", "/api/projects", { method: "POST", body: '{"name":"x"}', headers: { "content-type": "text/plain" } }, 415, "UNSUPPORTED_MEDIA_TYPE", /JSON/],
    ["a content type that is none", "/api/projects", { method: "POST", body: "{}", headers: { "content-type": "json" } }, 415, "UNSUPPORTED_MEDIA_TYPE", /JSON/],
    ["a body that is too large", "/api/projects", { method: "POST", body: JSON.stringify({ name: "x".repeat(4 * 1024 * 1024) }), headers: { "content-type": "application/json" } }, 413, "PAYLOAD_TOO_LARGE", "The body is larger than 4194304 bytes, which is what the server takes here."],
  ] as const)("%s is refused in one form", async (_, path, asking, status, code, message) => {
    expect(await at.refusal(path, asking)).toEqual([status, code, typeof message === "string" ? message : expect.stringMatching(message)]);
  });

  test("the methods of a path are told", async () => {
    expect((await at.ask(`/api/projects/${UNKNOWN}`, { method: "POST" })).headers.allow).toBe("GET, HEAD, DELETE");
  });

  test("a body longer or shorter than it says is refused, what is no HTTP too, and others are served", async () => {
    const say = (text: string) => new Promise<string>((resolve) => {
      let heard = "";
      const socket = connect(at.server.port, "localhost", () => socket.write(text));
      socket.setEncoding("utf8").on("data", (part: string) => { heard += part; }).on("close", () => resolve(heard)).on("error", () => {});
    });
    expect(await say("nonsense\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 [^]*\{"error":\{"code":"BAD_REQUEST","message":"The request is not valid HTTP\."\}\}$/);
    expect(await say(`GET / HTTP/1.1\r\nhost: localhost\r\nx: ${"x".repeat(100_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await say("POST /api/projects HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n{}")).toMatch(/^HTTP\/1\.1 400 /);
    expect(await say("GET /api/status HTTP/1.1\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
    expect((await at.ask("/api/status")).status).toBe(200);
  });

  test("answers have no more than the document says, and are not kept by anybody in between", async () => {
    const { headers, text } = await at.ask("/api/projects");
    expect([headers["content-type"], headers["cache-control"]]).toEqual(["application/json; charset=utf-8", "no-store"]);
    expect(JSON.parse(text)).toEqual({ items: expect.any(Array) as unknown, next: null });
  });

  test("a slug with slashes, percent signs and 500 characters finds its task", async () => {
    const { client } = at;
    const { flow } = await client.registerFlow(registration("odd"));
    const run = await client.createFlowRun({ flowId: flow.id });
    await expect(client.findTaskRun({ flowRunId: run.id, slug: `a/b%2F?#${"ü".repeat(492)}`, mapIndex: -1 })).rejects.toMatchObject({ code: "NOT_FOUND", message: expect.stringContaining("a/b%2F?#ü") as string });
  });
});

test("a failure of the server itself tells nothing of its inside, and its log tells all", async () => {
  const at = new Started();
  await at.start();
  await at.server.orchestration.close();
  const { status, text } = await at.post("/api/projects", { name: "x", description: "pass-word" }, { authorization: "Bearer s3cret", cookie: "flowlet=s3cret" });
  expect([status, text]).toEqual([500, '{"error":{"code":"INTERNAL","message":"The server failed. What went wrong is in its log (~/.flowlet/server/server.log)."}}']);
  const lines = at.log.trim().split("\n").map((line) => JSON.parse(line) as { msg: string; err?: { stack: string }; req?: object });
  expect(lines.find(({ err }) => err !== undefined)).toMatchObject({ err: { stack: expect.stringMatching(/database/i) as string }, req: { method: "POST", path: "/api/projects" } });
  expect(at.log).not.toMatch(/s3cret|pass-word/);
  await at.stop().catch(() => {});
});
