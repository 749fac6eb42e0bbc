/** Notifications, sent to a server of this test. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Failed, Flow, FlowletError, Pending, Retrying, Running, State, Success, callbackFactory, context, slackNotifier, task, type SlackNotifierOptions } from "../../../engine/index.ts";

interface Attachment { readonly title: string; readonly text: string; readonly color: string; readonly fields: { readonly title: string; readonly value: string; readonly short: boolean }[]; readonly title_link?: string }
interface Post { readonly method: string; readonly url: string; readonly type: string | undefined; readonly attachments: Attachment[] }

let server: Server, posts: Post[], answer: { status: number; text: string } | null, address: string;

beforeEach(async () => {
  posts = [];
  answer = { status: 200, text: "ok" };
  server = createServer((request: IncomingMessage, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => { text += part; }).on("end", () => {
      posts.push({ method: request.method as string, url: request.url as string, type: request.headers["content-type"], attachments: (JSON.parse(text) as { attachments: Attachment[] }).attachments });
      if (answer !== null) response.writeHead(answer.status).end(answer.text);
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterEach(() => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); }));

const withHook = <T>(body: () => T, secrets: Record<string, unknown> = { SLACK_WEBHOOK_URL: address }): T => context.with({ secrets }, body);
const subject = task(() => 1, { name: "add" });
const told = () => posts.map(({ attachments: [{ title, text }] }) => [title, text]);

describe("slackNotifier", () => {
  test("tells of each new state of a task and of a flow, as Prefect's messages do", async () => {
    const failing = task(() => { throw new RangeError("no"); }, { name: "failing", stateHandlers: [slackNotifier({ ignoreStates: [Running] })] });
    const flow = new Flow("watched", { stateHandlers: [slackNotifier({ onlyStates: [Failed] })] }, () => { failing(); });
    await withHook(() => flow.run());
    expect(posts).toEqual([
      { method: "POST", url: "/hook", type: "application/json", attachments: [{ fallback: "State change notification", color: "#eb0000", author_name: "Flowlet", title: "Failed", fields: [{ title: "Message", value: "```RangeError: no```", short: false }], text: "failing is now in a Failed state", footer: "Flowlet notification" }] },
      { method: "POST", url: "/hook", type: "application/json", attachments: [expect.objectContaining({ title: "Failed", text: "watched is now in a Failed state", fields: [{ title: "Message", value: "Some reference tasks failed.", short: false }] })] },
    ]);
  });

  test("is a handler itself, and can be called in one", async () => {
    const handled = task(() => 1, { name: "handled", stateHandlers: [slackNotifier, (one, before, after) => slackNotifier(one, before, after, { onlyStates: [Success], webhookSecret: "OTHER" })] });
    await withHook(() => new Flow("f", () => { handled(); }).run(), { SLACK_WEBHOOK_URL: address, OTHER: `${address}2` });
    expect(posts.map(({ url, attachments: [{ title }] }) => [url, title])).toEqual([["/hook", "Running"], ["/hook", "Success"], ["/hook2", "Success"]]);
  });

  test("gives the state on, and tells by class and kind", async () => {
    const states = [new Running("r"), new Success(null, 1), new Retrying("again"), new Failed("f")];
    for (const options of [{ onlyStates: [Success, Pending] }, { ignoreStates: [State] }, { onlyStates: [Failed], ignoreStates: [Failed] }] as SlackNotifierOptions[]) {
      for (const state of states) expect(await withHook(() => slackNotifier(options)(subject, new Pending(), state))).toBe(state);
    }
    expect(told()).toEqual([["Success", "add is now in a Success state"], ["Retrying", "add is now in a Retrying state"]]);
    expect(posts[0].attachments[0].fields).toEqual([]);
  });

  test("needs the secret only where it tells", async () => {
    const state = new Running();
    expect(await slackNotifier({ ignoreStates: [Running] })(subject, new Pending(), state)).toBe(state);
    await expect(slackNotifier()(subject, new Pending(), state)).rejects.toThrow(expect.objectContaining({ code: "SECRET_NOT_FOUND" }));
  });

  test("links to the run's page where a server records the run", async () => {
    const send = (more: object, options?: SlackNotifierOptions) => context.with({ flowRunId: "run", taskRunId: "one", config: { server: { ui: { endpoint: "http://ui" } } }, ...more }, async () => {
      await withHook(() => slackNotifier(options)(subject, new Pending(), new Success()));
      await withHook(() => slackNotifier(options)(new Flow("f"), new Pending(), new Success()));
    });
    await send({});
    await send({ runningWithBackend: true }, { backendInfo: false });
    await send({ runningWithBackend: true });
    expect(posts.map(({ attachments: [{ title_link }] }) => title_link)).toEqual([undefined, undefined, undefined, undefined, "http://ui/task-run/one", "http://ui/flow-run/run"]);
  });

  test("goes through a proxy", async () => {
    await withHook(() => slackNotifier({ proxy: new URL(address).origin })(subject, new Pending(), new Success()), { SLACK_WEBHOOK_URL: "http://hooks.example/services/T0/x" });
    expect(posts.map(({ url }) => url)).toEqual(["http://hooks.example/services/T0/x"]);
  });

  describe("that can not tell is an error that does not give the address away", () => {
    const failure = async (secret: unknown, options?: SlackNotifierOptions) => {
      const error = await withHook(() => slackNotifier(options)(subject, new Pending(), new Success()), { SLACK_WEBHOOK_URL: secret }).then(() => null, (one: unknown) => one as FlowletError);
      return [error?.code, error?.message];
    };
    const message = (why: string) => `Slack notification for <FunctionTask: add> failed: ${why}. The address is the secret SLACK_WEBHOOK_URL. Look at the secret and at the service's settings.`;

    test.each([[500, "", "it answered 500"], [404, "no_service", "it answered 404 (no_service)"], [302, "", "it answered 302"], [403, "x".repeat(1000), `it answered 403 (${"x".repeat(200)})`]])("an answer %d %s", async (status, text, why) => {
      answer = { status, text };
      expect(await failure(address)).toEqual(["NOTIFICATION_FAILED", message(why)]);
    });

    test("nobody there, no answer, no address", async () => {
      answer = null;
      expect(await failure(address, { timeout: 20 })).toEqual(["NOTIFICATION_FAILED", message("there was no answer in 20 ms")]);
      const [code, text] = await failure("http://127.0.0.1:1/services/T0/s3cret");
      expect([code, text]).toEqual(["NOTIFICATION_FAILED", expect.stringContaining("ECONNREFUSED")]);
      expect(text).not.toContain("s3cret");
      expect(await failure("T0/s3cret")).toEqual(["NOTIFICATION_FAILED", message("the address is no URL")]);
      expect(await failure("ftp://x/s3cret")).toEqual(["NOTIFICATION_FAILED", message("the address begins with ftp:, not with https:")]);
      expect(await failure(42)).toEqual(["NOTIFICATION_FAILED", message("the address is no text")]);
    });

    test("and ends the run as Failed", async () => {
      answer = { status: 500, text: "" };
      const flow = new Flow("f");
      const one = flow.build(() => task(() => 1, { stateHandlers: [slackNotifier()] })());
      const state = await withHook(() => flow.run());
      expect([state.type, state.result.get(one).message]).toEqual(["Failed", expect.stringMatching(/^Unexpected error while calling state handlers: FlowletError: Slack notification for .* failed: it answered 500\./)]);
    });
  });
});

describe("callbackFactory", () => {
  test("makes handlers for tasks and flows that call back when the check says true", async () => {
    const calls: unknown[] = [];
    const handler = callbackFactory(async (one: { name: string }, state) => { await Promise.resolve(); calls.push([one.name, state.type]); }, async (state) => state.isSuccessful());
    await new Flow("f", { stateHandlers: [handler] }, () => { task(() => 1, { name: "t", stateHandlers: [handler] })(); }).run();
    expect(calls).toEqual([["t", "Success"], ["f", "Success"]]);
  });

  test("keeps the state, and takes nothing for true that is not", async () => {
    const calls: unknown[] = [];
    const state = new Success();
    expect(await callbackFactory(() => { calls.push(1); return new Failed(); }, () => "yes" as never)(subject, new Pending(), state)).toBe(state);
    expect(calls).toEqual([]);
    expect(await callbackFactory(() => { calls.push(1); return new Failed(); }, () => true)(subject, new Pending(), state)).toBe(state);
    expect(calls).toEqual([1]);
  });

  test("an error of the callback ends the run as Failed", async () => {
    const flow = new Flow("f");
    const one = flow.build(() => task(() => 1, { stateHandlers: [callbackFactory(() => { throw new Error("broken"); }, (state) => state.isSuccessful())] })());
    expect((await flow.run()).result.get(one).message).toBe("Unexpected error while calling state handlers: Error: broken");
  });

  test.each([[undefined, () => true, "callback"], [() => 1, "x", "check"]])("refuses what is no function", (callback, check, option) => {
    expect(() => callbackFactory(callback as never, check as never)).toThrow(expect.objectContaining({ code: "BAD_OPTION", message: expect.stringContaining(`the option ${option} must be a function`) }));
  });
});
