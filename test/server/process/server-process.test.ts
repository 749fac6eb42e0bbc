import { execFile, spawn, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { lookup } from "node:dns/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FlowletClient } from "../../../client/flowlet-client.ts";
import { isLocked, takeLock } from "../../../server/process/file-lock.ts";
import { serverFiles } from "../../../server/process/server-files.ts";
import { serverState, stopServer } from "../../../server/process/server-state.ts";
import { startDetached } from "../../../server/process/start-detached.ts";
import { startServer } from "../../../server/process/start-server.ts";

/** What this computer calls itself; some have no IPv6. */
const LOCALHOST = (await lookup("localhost", { all: true })).map(({ address }) => address);

let home: string;
beforeEach(() => { home = mkdtempSync(join(tmpdir(), "flowlet-home-")); });
afterEach(async () => {
  await stopServer({ homeDir: home });
  rmSync(home, { recursive: true, force: true });
});

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const ended = (pid: number) => expect.poll(() => isAlive(pid), { timeout: 15_000 }).toBe(false);

describe("a server as a process of its own", () => {
  test("answers when it is said to be started, outlives who started it, tells its state, and is stopped", async () => {
    expect(await serverState({ homeDir: home })).toMatchObject({ state: "stopped", record: null });
    // Another process starts it and ends.
    const script = `import { startDetached } from ${JSON.stringify(join(import.meta.dirname, "../../../server/process/start-detached.ts"))}; console.log(JSON.stringify(await startDetached({ homeDir: ${JSON.stringify(home)}, port: 0 })));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
    const { pid, endpoint, asksForToken, log } = JSON.parse(stdout) as Awaited<ReturnType<typeof startDetached>>;
    expect(asksForToken).toBe(false);
    await new FlowletClient({ endpoint }).createProject({ name: "mine" });

    const { state, record, status } = await serverState({ homeDir: home });
    expect({ state, record, status }).toMatchObject({ state: "running", record: { pid, endpoint, host: "localhost" }, status: { database: "sqlite" } });
    expect(await stopServer({ homeDir: home })).toMatchObject({ pid });
    await ended(pid);
    expect([existsSync(join(home, "server/server.json")), await stopServer({ homeDir: home }), (await serverState({ homeDir: home })).state]).toEqual([false, null, "stopped"]);
    const lines = readFileSync(log, "utf8").trim().split("\n").map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect([lines.filter((line) => line === "started" || line === "stopped"), statSync(log).mode & 0o777]).toEqual([["started", "stopped"], 0o600]);
  });

  test("keeps its data from one start to the next", async () => {
    const first = await startDetached({ homeDir: home, port: 0 });
    await new FlowletClient({ endpoint: first.endpoint }).createProject({ name: "kept" });
    await stopServer({ homeDir: home });
    const second = await startDetached({ homeDir: home, port: 0 });
    expect((await new FlowletClient({ endpoint: second.endpoint }).listProjects()).items.map(({ name }) => name)).toEqual(["kept"]);
  });

  test("on other addresses asks for a token, which is in no command line, log or record", async () => {
    const { pid, endpoint, asksForToken, log } = await startDetached({ homeDir: home, host: "0.0.0.0", port: 0 });
    const token = readFileSync(join(home, "server/token"), "utf8").trim();
    expect(asksForToken).toBe(true);
    await expect(new FlowletClient({ endpoint }).getStatus()).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    expect(await new FlowletClient({ endpoint, token }).getStatus()).toMatchObject({ authenticated: true });
    expect(await serverState({ homeDir: home })).toMatchObject({ state: "running", status: { authenticated: true } });
    const places = [readFileSync(log, "utf8"), readFileSync(join(home, "server/server.json"), "utf8"), ...(process.platform === "linux" ? [readFileSync(`/proc/${pid}/cmdline`, "utf8")] : [])];
    expect(places.filter((text) => text.includes(token))).toEqual([]);
  });

  test("takes over what a server that was killed has left", async () => {
    const { pid, endpoint } = await startDetached({ homeDir: home, port: 0 });
    await new FlowletClient({ endpoint }).createProject({ name: "acknowledged" });
    process.kill(pid, "SIGKILL");
    await ended(pid);
    expect(existsSync(join(home, "server/server.json"))).toBe(true);
    expect((await serverState({ homeDir: home })).state).toBe("stopped");
    const again = await startDetached({ homeDir: home, port: 0 });
    expect((await new FlowletClient({ endpoint: again.endpoint }).listProjects()).items.map(({ name }) => name)).toEqual(["acknowledged"]);
  });

  test("a record that names a process of somebody else ends nothing", async () => {
    const other = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"]);
    mkdirSync(join(home, "server"));
    writeFileSync(join(home, "server/server.json"), JSON.stringify({ pid: other.pid, host: "localhost", port: 1, endpoint: "http://localhost:1", started: "", version: "" }));
    expect((await serverState({ homeDir: home })).state).toBe("stopped");
    expect(await stopServer({ homeDir: home })).toBe(null);
    expect(isAlive(other.pid as number)).toBe(true);
    other.kill();
  });

  test.each(["", "{", "null", "[1]", '{"pid":"x"}', '{"pid":1,"port":2,"host":"h","endpoint":"no address"}'])("a broken record is as none: %s", async (text) => {
    mkdirSync(join(home, "server"));
    writeFileSync(join(home, "server/server.json"), text);
    expect(await serverState({ homeDir: home })).toMatchObject({ state: "stopped", record: null });
    expect(await stopServer({ homeDir: home })).toBe(null);
  });
});

describe("the process", () => {
  let child: ChildProcess;
  const start = (options: object) => new Promise<{ kind: string; endpoint: string; message: string }>((resolve) => {
    child = spawn(process.execPath, [join(import.meta.dirname, "../../../server/main.ts")], { stdio: ["ignore", "pipe", "pipe", "ipc"], env: { ...process.env, FLOWLET_SERVER_OPTIONS: JSON.stringify({ homeDir: home, port: 0, ...options }) } });
    child.once("message", (message) => resolve(message as { kind: string; endpoint: string; message: string }));
  });
  const exit = () => new Promise<number | null>((resolve) => { child.once("exit", resolve); });
  afterEach(() => { child.kill("SIGKILL"); });

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("ends cleanly at %s, also while a stream is open and a request comes in", async (signal) => {
    const { endpoint } = await start({});
    const stream = await fetch(`${endpoint}/api/events`);
    const code = exit();
    child.kill(signal);
    expect(await code).toBe(0);
    await expect(stream.text()).resolves.toContain("id: ");
    expect([existsSync(join(home, "server/server.json")), isLocked(serverFiles(home).lock)]).toEqual([false, false]);
    expect(existsSync(join(home, "server/flowlet.db-wal"))).toBe(false);
  });

  test("that can not start says why, and ends with 1", async () => {
    const message = await start({ database: home });
    expect(message).toMatchObject({ kind: "failed", message: expect.stringContaining(home) as string });
    if (child.exitCode === null) expect(await exit()).toBe(1);
    expect(child.exitCode).toBe(1);
  });
});

describe("a second start", () => {
  let taken: Server | undefined;
  afterEach(() => { taken?.close(); });

  test("with the same data says which server has it", async () => {
    const { endpoint, pid } = await startDetached({ homeDir: home, port: 0 });
    const message = `The folder ${join(home, "server")} is in use: a server runs with it at ${endpoint} (process ${pid}). Use that server, stop it with "flowlet server stop", or give this one data of its own (FLOWLET__HOME_DIR).`;
    await expect(startServer({ homeDir: home, port: 0 })).rejects.toMatchObject({ code: "SERVER_DATA_IN_USE", message });
    await expect(startDetached({ homeDir: home, port: 0 })).rejects.toMatchObject({ code: "SERVER_NOT_STARTED", message: expect.stringContaining(message.slice(0, -1)) as string });
    expect((await serverState({ homeDir: home })).record).toMatchObject({ pid });
  });

  test("with the database of another says so", async () => {
    const { pid } = await startDetached({ homeDir: home, port: 0, database: join(home, "own.db") });
    const other = join(home, "other");
    await expect(startServer({ homeDir: other, port: 0, database: join(home, "own.db") })).rejects.toMatchObject({ code: "SERVER_DATA_IN_USE", message: expect.stringContaining(`The database ${join(home, "own.db")} is in use`) as string });
    expect([isAlive(pid), isLocked(serverFiles(other).lock)]).toEqual([true, false]);
  });

  test("on the same port names the port, who has it and what to do, and leaves nothing behind", async () => {
    const { port } = await startDetached({ homeDir: home, port: 0 });
    const other = join(home, "other");
    await expect(startServer({ homeDir: other, port })).rejects.toMatchObject({ code: "SERVER_PORT_TAKEN", message: `Port ${port} is taken: another Flowlet server listens there. Stop what uses it, or take another port: --port, or server.port in the configuration.` });
    expect([isLocked(serverFiles(other).lock), existsSync(join(other, "server/server.json"))]).toEqual([false, false]);
  });

  test.each(LOCALHOST)("on a port that another program has on %s too", async (address) => {
    taken = createServer();
    await new Promise<void>((resolve, reject) => { taken?.once("error", reject).listen(0, address, resolve); });
    const { port } = taken.address() as { port: number };
    await expect(startServer({ homeDir: home, port })).rejects.toMatchObject({ code: "SERVER_PORT_TAKEN", message: expect.stringContaining(`Port ${port} is taken: another program listens there.`) as string });
    expect(isLocked(serverFiles(home).lock)).toBe(false);
  });

  test.each([[{ port: 70_000 }, /localhost:70000: this is no port/], [{ port: 1.5 }, /this is no port/], [{ host: "203.0.113.7" }, /203\.0\.113\.7:0: this computer has no such address/], [{ host: "no.such.invalid" }, /this computer has no such address/]])("at an address that can not be: %j", async (options, message) => {
    await expect(startServer({ homeDir: home, port: 0, ...options })).rejects.toMatchObject({ code: "SERVER_ADDRESS", message: expect.stringMatching(message) as string });
    expect(isLocked(serverFiles(home).lock)).toBe(false);
  });
});

test("a lock is free when its process has ended, however it has", async () => {
  const path = join(home, "lock");
  const holder = spawn(process.execPath, ["--input-type=module", "-e", `import { takeLock } from ${JSON.stringify(join(import.meta.dirname, "../../../server/process/file-lock.ts"))}; takeLock(${JSON.stringify(path)}); console.log("held"); setInterval(() => {}, 1000);`]);
  await new Promise((resolve) => { holder.stdout.once("data", resolve); });
  expect([isLocked(path), takeLock(path)]).toEqual([true, null]);
  holder.kill("SIGKILL");
  await expect.poll(() => isLocked(path)).toBe(false);
  const [one, other] = [takeLock(path), takeLock(path)];
  expect([one === null, other]).toEqual([false, null]);
  one?.release();
  expect(isLocked(path)).toBe(false);
});

test("rights that others have on the token file are taken back", async () => {
  mkdirSync(join(home, "server"));
  writeFileSync(join(home, "server/token"), "mine\n");
  chmodSync(join(home, "server/token"), 0o644);
  const server = await startServer({ homeDir: home, host: "127.0.0.1", port: 0 });
  expect(server.token).toBe(null);
  await server.close();
  const open = await startServer({ homeDir: home, host: "0.0.0.0", port: 0 });
  expect([open.token, statSync(join(home, "server/token")).mode & 0o777]).toEqual(["mine", 0o600]);
  await open.close();
});
