/** What tasks ask of other machines and programs without saying so. */
import { exec, execFileSync, execSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import http from "node:http";
import http2 from "node:http2";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { config, context } from "../../../../engine/index.ts";
import { TracedFlow } from "./traced-flow.ts";

const server = http.createServer((_, response) => response.end("hello"));
const plain = createServer((socket) => { socket.on("error", () => {}); socket.on("data", (data) => socket.write(data)); });
const second = http2.createServer((_, response) => response.end("hello"));
const host = (one: { address(): unknown }) => `127.0.0.1:${(one.address() as AddressInfo).port}`;

let traced: TracedFlow;
let pooled: Socket;
beforeAll(async () => {
  for (const one of [server, plain, second]) await new Promise<void>((resolve) => one.listen(0, "127.0.0.1", resolve));
  pooled = connect((plain.address() as AddressInfo).port, "127.0.0.1");
  await new Promise((resolve) => pooled.once("connect", resolve));
});
afterAll(() => { pooled.destroy(); for (const one of [server, plain, second]) one.close(); });
beforeEach(() => { traced = new TracedFlow(); });
afterEach(() => { traced.remove(); });

const once = (port: number) => new Promise((resolve) => { const socket = connect(port, "127.0.0.1", () => socket.write("x")); socket.once("data", (data) => { socket.destroy(); resolve(String(data)); }); });

describe("makes the result `outside`, which is kept and says what it was", () => {
  const cases: [name: string, use: (url: string, port: number) => unknown, source: () => string][] = [
    ["fetch", async (url) => await (await fetch(url)).text(), () => `fetch ${host(server)}`],
    ["fetch after a timer", async (url) => { await new Promise((resolve) => setTimeout(resolve, 5)); return await (await fetch(url)).text(); }, () => `fetch ${host(server)}`],
    ["http", async (url) => await new Promise((resolve) => http.get(url, (response) => response.resume().on("end", () => resolve(1)))), () => `http ${host(server)}`],
    ["a socket", async (_, port) => await once(port), () => `socket ${host(plain)}`],
    ["the name of a host", async () => (await lookup("localhost")).family > 0, () => "dns localhost"],
    ["a program", () => execFileSync("echo", ["secret"], { encoding: "utf8" }), () => "child process echo"],
    ["a shell's command", () => execSync("echo secret", { encoding: "utf8" }), () => "child process echo"],
    ["a program that runs along", async () => await new Promise((resolve) => spawn("echo", ["secret"]).on("close", resolve)), () => "child process echo"],
    ["a command that runs along", async () => await new Promise((resolve) => exec("echo secret", () => resolve(1))), () => "child process echo"],
    ["a thread", async () => await new Promise((resolve) => new Worker("1", { eval: true }).on("exit", resolve)), () => "a worker thread"],
    ["a UDP socket", async () => await new Promise((resolve) => createSocket("udp4").close(() => resolve(1))), () => "a UDP socket"],
  ];
  test.each(cases)("%s", async (_, use, source) => {
    const url = `http://${host(server)}/`, { port } = plain.address() as AddressInfo;
    traced.add("uses", () => use(url, port));
    expect(await traced.run()).toEqual({ uses: "ran: never run" });
    expect((await traced.run()).uses).toMatch(/^kept from outside: /);
    const said = (await traced.run()).uses.replace(/^kept from outside: /, "").replace(/, [^,]*$/, "").split(", ");
    expect(said).toContain(source());
    // One thing is said once: what carries a request is not said beside it, nor the module that made it.
    expect(said.filter((one) => /^(node:(http|net|child_process|dns)|fetch$|socket|dns|http|fetch)/.test(one))).toEqual(/^(child|a )/.test(source()) ? [] : [source()]);
  });

  test("a request on a connection of HTTP/2", async () => {
    const url = `http://${host(second)}`;
    traced.add("uses", () => new Promise((resolve) => { const session = http2.connect(url); const request = session.request({ ":path": "/" }); request.resume().on("end", () => session.close(() => resolve(1))); }));
    await traced.run();
    expect((await traced.run()).uses).toMatch(/^kept from outside: .*http /);
  });

  test("a connection that was opened before", async () => {
    const pool = { ask: () => new Promise((resolve) => { pooled.once("data", resolve); pooled.write("x"); }) };
    // A captured socket can not be looked into: this one is found where nobody looks.
    traced.add("uses", async () => String(await globalThis.tracedPool.ask()));
    globalThis.tracedPool = pool;
    await traced.run();
    expect((await traced.run()).uses).toMatch(/^(ran: unknown: |kept from outside: socket 127\.0\.0\.1:)/);
    delete (globalThis as { tracedPool?: unknown }).tracedPool;
  });
});

test("with tracing switched off what the code says is all there is", async () => {
  const data = traced.write("data.csv", "one");
  const { readFileSync } = await import("node:fs");
  traced.add("reads", () => readFileSync(data, "utf8")).add("variable", () => process.env.TRACED_A ?? "none");
  const run = async () => await context.with({ config: { cache: { trace: false } } }, () => traced.run());
  await run();
  const said = await run();
  expect(said.reads).toMatch(/^kept from outside: (files|node:fs), /);
  expect(said.variable).toMatch(/^kept from outside: process\.env, /);
  expect(config.cache.trace).toBe(true);
});


declare global {
  // eslint-disable-next-line no-var
  var tracedPool: { ask(): Promise<unknown> };
}
