/** However the user's process ends: the cell says so, nothing hangs, and the next cell works in a new process. */
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KERNEL_MAIN, KernelClient } from "./kernel-client.ts";

let kernel: KernelClient;
beforeAll(async () => void (kernel = await KernelClient.start({ env: { NODE_OPTIONS: "--max-old-space-size=150" } })));
afterAll(() => kernel?.stop());

const KILL = (signal: string) => `process.kill(process.pid, "${signal}"); await new Promise(() => {});`;

test.each([
  ["process.exit(3)", "process.exit(3)", "ProcessExit", /exit code 3: process\.exit\(\) was called/],
  ["process.exit() after an await", "await null; process.exit()", "ProcessExit", /exit code 0/],
  ["running out of memory", "const hoard: unknown[] = []; for (;;) hoard.push(new Array(100_000).fill(hoard.length).map(String));", "KernelDied", /out of memory/],
  ["process.abort()", "process.abort()", "KernelDied", /crashed \(SIGABRT\)/],
  ["a segmentation fault", KILL("SIGSEGV"), "KernelDied", /crashed \(SIGSEGV\)/],
  ["SIGKILL", KILL("SIGKILL"), "KernelDied", /killed \(SIGKILL\)/],
  ["SIGTERM", KILL("SIGTERM"), "KernelDied", /SIGTERM/],
  ["a child that holds its output open", "import { spawn } from 'node:child_process'; spawn('sleep', ['1000'], { stdio: 'inherit' }); process.exit(4)", "ProcessExit", /exit code 4/],
  ["closing the descriptor it reports on", "import fs from 'node:fs'; fs.closeSync(3); await new Promise(() => {});", "KernelDied", /./],
])("%s", async (_name, code, ename, message) => {
  await kernel.execute("let state = 1; console.log('before')");
  const { reply, error, published } = await kernel.execute(`console.log("printed before the end");\n${code}`);
  expect(error).toMatchObject({ ename, evalue: expect.stringMatching(message) });
  expect(error!.traceback.join("\n")).toMatch(/variables are lost[^]*Run the cells again/);
  expect(reply).toMatchObject({ status: "error", ename });
  expect(published.filter(({ content }) => content.text?.startsWith("printed before the end\n"))).toHaveLength(1);
  expect(published.at(-1)!.content).toEqual({ execution_state: "idle" });
  // The new process knows nothing of the old one's names, and neither does the checker.
  expect((await kernel.execute("state")).error?.evalue).toMatch(/Cannot find name 'state'/);
  expect((await kernel.execute("console.log('works'); 6 * 7")).result["text/plain"]).toBe("42");
});

test("the end of the process while no cell executes is told in the latest cell", async () => {
  const cell = await kernel.begin("setTimeout(() => process.exit(9), 50); 'set'");
  expect((await cell.done).reply.status).toBe("ok");
  await kernel.waitFor(({ header, parent_header, content }) => header.msg_type === "error" && parent_header.msg_id === cell.id && /exit code 9/.test(content.evalue));
  expect((await kernel.execute("1")).result["text/plain"]).toBe("1");
});

test("cells that wait are aborted when the process ends", async () => {
  const dying = await kernel.begin("await new Promise((r) => setTimeout(r, 50)); process.exit(1)");
  const waiting = await kernel.begin("'never'");
  expect((await dying.done).error?.ename).toBe("ProcessExit");
  expect((await waiting.done).reply.status).toBe("aborted");
});

test("many ends in a row are survived", async () => {
  for (let i = 0; i < 5; i++) expect((await kernel.execute("process.exit(1)")).error?.ename).toBe("ProcessExit");
  expect((await kernel.execute("1")).result["text/plain"]).toBe("1");
});

test("comms of the process that ended are closed", async () => {
  await kernel.execute("import { Flow, task } from 'flowlet'; new Flow('f', () => { task(function one() { return 1; })(); })");
  const open = await kernel.waitFor(({ header }) => header.msg_type === "comm_open");
  await kernel.execute("process.exit(1)");
  await kernel.waitFor(({ header, content }) => header.msg_type === "comm_close" && content.comm_id === open.content.comm_id);
  expect((await kernel.request("comm_info_request")).comms).toEqual({});
});

test("a process that cannot start makes each cell fail with the reason, and the kernel goes on answering", async () => {
  const copy = mkdtempSync(path.join(os.tmpdir(), "flowlet-broken-"));
  const root = path.resolve(path.dirname(KERNEL_MAIN), "../..");
  for (const folder of ["protocol", "layout", "engine", "kernel"]) cpSync(path.join(root, "lib", folder), path.join(copy, "lib", folder), { recursive: true });
  for (const name of ["package.json", "node_modules"]) symlinkSync(path.join(root, name), path.join(copy, name));
  writeFileSync(path.join(copy, "lib/kernel/runtime/main.js"), "throw new Error('the disk is full of holes');");
  const broken = await KernelClient.start({ main: path.join(copy, "lib/kernel/main.js") });
  try {
    for (let i = 0; i < 3; i++) {
      const { error, stderr } = await broken.execute("1");
      expect(error).toMatchObject({ ename: "KernelDied", evalue: expect.stringContaining("exit code 1") });
      expect(stderr).toContain("the disk is full of holes");
    }
    await broken.interrupt();
    expect((await broken.request("kernel_info_request")).status).toBe("ok");
  } finally {
    await broken.stop();
    rmSync(copy, { recursive: true, force: true });
  }
});
