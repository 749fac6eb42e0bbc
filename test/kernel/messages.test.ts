/** Messages that execute nothing, and messages that are malformed, on a real kernel's sockets. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Subscriber } from "zeromq";
import { decodeMessage } from "../../kernel/jupyter/wire.ts";
import { KERNEL_MAIN, KernelClient } from "./kernel-client.ts";
import { isRunning } from "./process-life.ts";

let kernel: KernelClient;
beforeAll(async () => void (kernel = await KernelClient.start()));
afterAll(() => kernel?.stop());

test("kernel_info says all that a front end wants to know", async () => {
  const info = await kernel.request("kernel_info_request");
  expect(info).toMatchObject({
    status: "ok", protocol_version: "5.4", implementation: "flowlet", debugger: false,
    language_info: { name: "typescript", mimetype: "text/typescript", file_extension: ".ts", pygments_lexer: "typescript", version: "7.0.2" },
  });
  expect(info.banner).toMatch(/Flowlet .*TypeScript 7.*Node 24/);
  expect(info.help_links.length).toBeGreaterThan(0);
});

test("each request is surrounded by busy and idle with its own header", async () => {
  const id = await kernel.send("shell", "comm_info_request");
  await kernel.waitFor(({ header, parent_header, content }) => parent_header.msg_id === id && header.msg_type === "status" && content.execution_state === "idle");
  expect(kernel.publishedFor(id).published.map(({ content }) => content.execution_state)).toEqual(["busy", "idle"]);
});

test("completion counts positions in code points", async () => {
  await kernel.execute("const face = { smile: '😀' };");
  const code = "const s = '😀😀'; face.sm";
  const reply = await kernel.request("complete_request", { code, cursor_pos: [...code].length });
  expect(reply).toMatchObject({ status: "ok", matches: ["smile"], cursor_start: [...code].length - 2, cursor_end: [...code].length });
  expect(reply.metadata._jupyter_types_experimental).toEqual([{ start: reply.cursor_start, end: reply.cursor_end, text: "smile", type: expect.any(String) }]);
});

test("inspection finds a name of an earlier cell", async () => {
  await kernel.execute("/** Adds one. */ function increment(x: number) { return x + 1; }");
  const found = await kernel.request("inspect_request", { code: "increment(2)", cursor_pos: 3, detail_level: 0 });
  expect(found).toMatchObject({ status: "ok", found: true });
  expect(found.data["text/plain"]).toMatch(/increment\(x: number\): number[^]*Adds one/);
  expect(await kernel.request("inspect_request", { code: "   ", cursor_pos: 1, detail_level: 0 })).toMatchObject({ status: "ok", found: false, data: {} });
});

test.each([["1 + 1", "complete"], ["function f() {", "incomplete"], ["const = 3", "invalid"]])("is_complete of %j is %s", async (code, status) => {
  expect((await kernel.request("is_complete_request", { code })).status).toBe(status);
});

test("history knows what was executed, with outputs", async () => {
  await kernel.execute("40 + 2");
  const { history } = await kernel.request("history_request", { hist_access_type: "tail", n: 1, output: true, raw: true });
  expect(history).toEqual([[0, expect.any(Number), ["40 + 2", "42"]]]);
});

test("connect_request gives the ports", async () => {
  expect(await kernel.request("connect_request")).toMatchObject({ shell_port: expect.any(Number), iopub_port: expect.any(Number), hb_port: expect.any(Number) });
});

test("debug_request is answered with a refusal", async () => {
  expect(await kernel.request("debug_request", { type: "request", command: "initialize", seq: 3 }, "control")).toMatchObject({
    type: "response", success: false, request_seq: 3, command: "initialize",
  });
});

test("kernel_info, completion and heartbeat are answered while a cell loops, and the kernel is shown busy again after each", async () => {
  const looping = await kernel.begin("console.log('go'); while (true) {}");
  await looping.first("stream");
  try {
    for (const [type, content] of [["kernel_info_request", {}], ["complete_request", { code: "JSON.strin", cursor_pos: 10 }]] as const) {
      const since = kernel.received.length;
      const id = await kernel.send("shell", type, content);
      const idle = await kernel.waitFor(({ parent_header, content }) => parent_header.msg_id === id && content.execution_state === "idle", since);
      await kernel.waitFor(({ parent_header, content }) => parent_header.msg_id === looping.id && content.execution_state === "busy", kernel.received.indexOf(idle));
      const reply = await kernel.waitFor(({ channel, parent_header }) => channel === "shell" && parent_header.msg_id === id, since);
      expect(reply.content.status).toBe("ok");
    }
    expect(await kernel.heartbeat("ping")).toBe("ping");
  } finally {
    await kernel.interrupt();
  }
  expect((await looping.done).error?.ename).toBe("KeyboardInterrupt");
});

describe("the kernel survives", () => {
  const stillWorks = async () => expect((await kernel.execute("20 + 1")).result["text/plain"]).toBe("21");
  const frames = (type: string, content: object = {}) => kernel.frames(type, content);

  test.each([
    ["an empty message", () => [""]],
    ["frames without a delimiter", () => ["a", "b", "c"]],
    ["too few frames", () => ["<IDS|MSG>", "signature", "{}"]],
    ["a wrong signature", () => frames("execute_request", { code: "console.log('must not run')" }).with(1, "0".repeat(64))],
    ["no signature", () => frames("execute_request", { code: "console.log('must not run')" }).with(1, "")],
    ["a changed content", () => frames("execute_request", { code: "1" }).with(5, '{"code":"console.log(\'must not run\')"}')],
    ["a header that is no JSON", () => frames("execute_request").with(2, "{{{")],
    ["bytes that are no UTF-8", () => ["<IDS|MSG>", Buffer.from([255, 254]), Buffer.from([255]), Buffer.from([200]), "{}", "{}"]],
  ])("%s, on every channel", async (_name, make) => {
    for (const channel of ["shell", "control", "stdin"] as const) await kernel.sendFrames(channel, make() as string[]);
    await stillWorks();
    expect(kernel.received.some(({ content }) => content.text?.includes("must not run"))).toBe(false);
  });

  test("an unknown message type: no reply, and no noise in the log", async () => {
    const before = kernel.log;
    const id = await kernel.send("shell", "make_coffee_request", { sugar: 2 });
    await kernel.send("control", "toString", {});
    await kernel.send("stdin", "input_reply", { value: "nobody asked" });
    await stillWorks();
    expect(kernel.received.some(({ channel, parent_header }) => channel === "shell" && parent_header.msg_id === id)).toBe(false);
    expect(kernel.log).toBe(before);
  });

  test.each([
    ["execute_request", {}], ["execute_request", { code: 5 }], ["complete_request", {}], ["complete_request", { code: null, cursor_pos: 0 }],
    ["inspect_request", { code: [] }], ["is_complete_request", { code: {} }],
  ])("%s with the content %j: the reply names the field", async (type, content) => {
    expect(await kernel.request(type, content)).toMatchObject({ status: "error", ename: "TypeError", evalue: expect.stringContaining('"code"') });
    await stillWorks();
  });

  test.each([
    ["complete_request", { code: "JSON.", cursor_pos: -5 }], ["complete_request", { code: "JSON.", cursor_pos: 1e9 }], ["complete_request", { code: "JSON.", cursor_pos: "x" }],
    ["inspect_request", { code: "JSON", cursor_pos: 99, detail_level: 7 }], ["history_request", { hist_access_type: 3, n: -1 }], ["comm_info_request", { target_name: 5 }],
  ])("%s with the content %j: it is answered", async (type, content) => {
    expect((await kernel.request(type, content)).status).toBe("ok");
  });

  test.each([
    ["comm_open", {}], ["comm_open", { comm_id: 5, target_name: "flowlet" }], ["comm_msg", {}], ["comm_msg", { comm_id: "unknown", data: {} }], ["comm_close", { comm_id: null }],
  ])("%s with the content %j", async (type, content) => {
    await kernel.send("shell", type, content);
    await stillWorks();
  });
});

test("a kernel without a key neither signs nor checks", async () => {
  const open = await KernelClient.start({ key: "" });
  expect((await open.execute("1 + 2")).result["text/plain"]).toBe("3");
  expect(open.received.every(({ signature }) => signature === "")).toBe(true);
  await open.stop();
});

test.each([true, false])("shutdown_request with restart: %s is echoed, and the process ends with code 0", async (restart) => {
  const other = await KernelClient.start();
  await other.execute("1");
  expect(await other.request("shutdown_request", { restart }, "control")).toEqual({ status: "ok", restart });
  expect(await other.exit).toEqual({ code: 0, signal: null });
  await other.stop();
});

test("a shutdown also ends a cell that loops, and the child processes it has started", async () => {
  const other = await KernelClient.start();
  const cell = await other.begin(`
    import { spawn } from "node:child_process";
    console.log(process.pid, spawn("sleep", ["1000"]).pid);
    while (true) {}`);
  const pids = (await cell.first("stream")).content.text.trim().split(" ").map(Number);
  cell.done.catch(() => {});
  await other.request("shutdown_request", { restart: false }, "control");
  expect(await other.exit).toEqual({ code: 0, signal: null });
  for (const pid of pids) await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  await other.stop();
});

test("the user process ends when the kernel process is killed", async () => {
  const other = await KernelClient.start();
  const cell = await other.begin("console.log(process.pid); while (true) {}");
  const pid = Number((await cell.first("stream")).content.text);
  cell.done.catch(() => {});
  other.process.kill("SIGKILL");
  await other.exit;
  await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  await other.stop();
});

test("the kernel ends when the server that started it is gone", async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "flowlet-server-"));
  const port = (offset: number) => 20_000 + ((process.pid * 7 + offset) % 30_000);
  const file = path.join(folder, "connection.json");
  writeFileSync(file, JSON.stringify({ ip: "127.0.0.1", key: "", shell_port: port(0), iopub_port: port(1), stdin_port: port(2), control_port: port(3), hb_port: port(4) }));
  const server = spawn("sh", ["-c", `"${process.execPath}" "${KERNEL_MAIN}" "${file}" & echo $!; wait`], { cwd: folder, env: { ...process.env, JPY_PARENT_PID: String(process.pid) } });
  const [line] = (await once(server.stdout, "data")) as [Buffer];
  const pid = Number(String(line).trim());
  expect(isRunning(pid)).toBe(true);
  server.kill("SIGKILL");
  await expect.poll(() => isRunning(pid), { timeout: 20_000 }).toBe(false);
  rmSync(folder, { recursive: true, force: true });
});

test("who subscribes after the first request is told the kernel's state: after a restart a front end asks before it hears", async () => {
  const client = await KernelClient.start();
  const late = new Subscriber({ linger: 0 });
  try {
    late.connect(`tcp://127.0.0.1:${client.ports.iopub_port}`);
    late.subscribe();
    const seen: string[] = [];
    for await (const frames of late) {
      const { header, content } = decodeMessage(frames, client.key);
      seen.push(header.msg_type === "status" ? `status ${String(content["execution_state"])}` : header.msg_type);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual(["iopub_welcome", "status idle"]);
  } finally {
    late.close();
    await client.stop();
  }
});
