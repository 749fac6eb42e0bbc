import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { channelAddress, ConnectionFileError, readConnectionFile } from "../../kernel/jupyter/connection-file.ts";
import { KERNEL_MAIN } from "./kernel-client.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "flowlet-connection-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const good = { transport: "tcp", ip: "127.0.0.1", shell_port: 50001, iopub_port: 50002, stdin_port: 50003, control_port: 50004, hb_port: 50005, key: "k", signature_scheme: "hmac-sha256" };
let count = 0;
const file = (content: unknown) => {
  const name = path.join(folder, `${++count}.json`);
  writeFileSync(name, typeof content === "string" ? content : JSON.stringify(content));
  return name;
};

test("a good file gives ports, key and addresses", () => {
  const connection = readConnectionFile(file(good));
  expect(connection).toEqual({ transport: "tcp", ip: "127.0.0.1", key: "k", ports: { shell: 50001, iopub: 50002, stdin: 50003, control: 50004, hb: 50005 } });
  expect(channelAddress(connection, "shell")).toBe("tcp://127.0.0.1:50001");
  expect(channelAddress({ ...connection, transport: "ipc", ip: "/tmp/kernel" }, "hb")).toBe("ipc:///tmp/kernel-50005");
});

test("transport and key may be missing", () => {
  const { transport, key, signature_scheme, ...rest } = good;
  expect(readConnectionFile(file(rest))).toMatchObject({ transport: "tcp", key: "" });
});

const bad: [string, () => string, RegExp][] = [
  ["does not exist", () => path.join(folder, "none.json"), /none\.json cannot be read: ENOENT/],
  ["is a folder", () => folder, /cannot be read: EISDIR/],
  ["is empty", () => file(""), /is not JSON/],
  ["is no JSON", () => file("shell_port = 5"), /is not JSON/],
  ["holds null", () => file("null"), /should hold an object.*null/],
  ["holds a list", () => file([1]), /should hold an object/],
  ["has no ip", () => file({ ...good, ip: undefined }), /an address as "ip", and has nothing/],
  ["has no shell port", () => file({ ...good, shell_port: undefined }), /"shell_port", and has nothing/],
  ["has a port that is a text", () => file({ ...good, hb_port: "1" }), /"hb_port", and has "1"/],
  ["has a port that is too large", () => file({ ...good, iopub_port: 70_000 }), /"iopub_port", and has 70000/],
  ["has the port 0", () => file({ ...good, stdin_port: 0 }), /"stdin_port", and has 0/],
  ["has an unknown transport", () => file({ ...good, transport: "udp" }), /"transport", and has "udp"/],
  ["has a key that is a number", () => file({ ...good, key: 5 }), /"key", and has 5/],
  ["has another signature scheme", () => file({ ...good, signature_scheme: "hmac-md5" }), /"signature_scheme", and has "hmac-md5"/],
];

describe("a connection file that", () => {
  test.each(bad)("%s is refused with its name and what is wrong", (_name, make, reason) => {
    const name = make();
    expect(() => readConnectionFile(name)).toThrow(ConnectionFileError);
    expect(() => readConnectionFile(name)).toThrow(reason);
    expect(() => readConnectionFile(name)).toThrow(name);
  });
});

describe("the kernel started with", () => {
  const start = (args: string[]) => spawnSync(process.execPath, [KERNEL_MAIN, ...args], { encoding: "utf8" });

  test.each([
    ["no connection file", () => [], /Expected the path of a connection file/],
    ["one that does not exist", () => [path.join(folder, "none.json")], /none\.json cannot be read/],
    ["one that is no JSON", () => [file("{")], /is not JSON/],
  ])("%s says so in one line and ends with code 1", (_name, args, reason) => {
    const { status, stderr, stdout } = start(args());
    expect(stderr).toMatch(reason);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stdout).toBe("");
    expect(status).toBe(1);
  });

  test("a port in use names the channel and ends with code 1", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const { status, stderr } = start([file({ ...good, control_port: port })]);
    server.close();
    expect(stderr).toMatch(`The control channel cannot listen on tcp://127.0.0.1:${port}`);
    expect(status).toBe(1);
  });
});
