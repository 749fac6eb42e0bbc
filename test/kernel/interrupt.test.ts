/** Interrupts, a hundred of each kind on one kernel: the cell ends with KeyboardInterrupt, and all state is kept. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient } from "./kernel-client.ts";

let kernel: KernelClient;
let cells = 0;
beforeAll(async () => {
  kernel = await KernelClient.start();
  await kernel.execute("import fs from 'node:fs'; let kept = 0; const forever = () => new Promise<never>(() => {}); const spin = () => { console.log('go'); for (;;) {} };");
});
afterAll(() => kernel?.stop());

/** Each prints a line when it is about to block. */
const KINDS: [string, string][] = [
  ["an endless loop", "console.log('go'); while (true) {}"],
  ["a loop after an await", "await null; console.log('go'); while (true) {}"],
  ["a loop in a timer", "setTimeout(spin, 1); await forever();"],
  ["a loop in an immediate callback", "setImmediate(spin); await forever();"],
  ["a loop in nextTick", "process.nextTick(spin); await forever();"],
  ["a loop in an I/O callback", "fs.readFile(process.execPath + '.none', spin); await forever();"],
  ["a loop in a promise job", "void Promise.resolve().then(spin); await forever();"],
  ["an endless chain of promise jobs", "console.log('go'); for (;;) await null;"],
  ["a pending await", "console.log('go'); await forever();"],
  ["a loop that catches everything", "console.log('go'); for (;;) { try { while (true) {} } catch {} finally { kept += 0; } }"],
  ["a blocking wait", "console.log('go'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);"],
];

describe("interrupts", () => {
  test.each(KINDS)("of %s", async (_name, code) => {
    for (let i = 0; i < 100; i++) {
      const cell = await kernel.begin(code);
      await cell.first("stream");
      expect(await kernel.interrupt()).toEqual({ status: "ok" });
      const { error, reply, stdout, published } = await cell.done;
      expect({ ename: error?.ename, status: reply.status, stdout }).toEqual({ ename: "KeyboardInterrupt", status: "error", stdout: "go\n" });
      expect(published.at(-1)!.content).toEqual({ execution_state: "idle" });
      expect((await kernel.execute("++kept")).result["text/plain"]).toBe(String(++cells));
    }
  });

  test("of a cell that prints without end leave it at what was printed", async () => {
    for (let i = 0; i < 5; i++) {
      const cell = await kernel.begin("for (let i = 0; ; i++) console.log(i);");
      await cell.first("stream");
      await kernel.interrupt();
      const { stdout, error } = await cell.done;
      expect(error?.ename).toBe("KeyboardInterrupt");
      const lines = stdout.trimEnd().split("\n");
      expect(lines).toEqual(lines.map((_, n) => String(n)));
    }
  });

  test("while nothing executes do no harm", async () => {
    for (let i = 0; i < 20; i++) {
      await kernel.interrupt();
      expect((await kernel.execute("++kept")).result["text/plain"]).toBe(String(++cells));
    }
  });

  test("that come many at once end one cell, and leave the next alone", async () => {
    const cell = await kernel.begin("console.log('go'); while (true) {}");
    await cell.first("stream");
    await Promise.all(Array.from({ length: 20 }, () => kernel.interrupt()));
    expect((await cell.done).error?.ename).toBe("KeyboardInterrupt");
    expect((await kernel.execute("++kept")).result["text/plain"]).toBe(String(++cells));
  });

  test("end a loop that a cell left behind in a timer", async () => {
    const cell = await kernel.begin("setTimeout(spin, 10); 'done'");
    expect((await cell.done).result["text/plain"]).toBe("'done'");
    await cell.first("stream");
    await kernel.interrupt();
    expect((await kernel.execute("++kept")).result["text/plain"]).toBe(String(++cells));
  });

  test("abort the cells that wait", async () => {
    const cell = await kernel.begin("console.log('go'); await forever()");
    const waiting = await kernel.begin("++kept");
    await cell.first("stream");
    await kernel.interrupt();
    expect((await cell.done).error?.ename).toBe("KeyboardInterrupt");
    expect((await waiting.done).reply.status).toBe("aborted");
  });

  test.each([
    ["a loop", "for (;;) { await tick(); after++; }"],
    ["a loop over what comes", "for await (const _ of (async function* () { for (;;) { await tick(); yield 1; } })()) after++;"],
    ["awaits within awaits", "await (await tick(), tick()); after++; await (async () => { await tick(); })(); for (;;) { await [await tick()]; after++; }"],
    ["a try that catches", "for (;;) { try { await tick(); throw 1; } catch { after++; } }"],
  ])("keep the rest of a cell from running in the background: %s", async (_name, code) => {
    await kernel.execute("let after = 0; const tick = () => new Promise<void>((r) => setTimeout(r, 5));");
    const cell = await kernel.begin(`console.log('go'); ${code}`);
    await cell.first("stream");
    await kernel.interrupt();
    expect((await cell.done).error?.ename).toBe("KeyboardInterrupt");
    const { result } = await kernel.execute("const before = after; await new Promise((r) => setTimeout(r, 60)); after - before");
    expect(result["text/plain"]).toBe("0");
  });

  test("by SIGINT work too", async () => {
    const cell = await kernel.begin("console.log('go'); while (true) {}");
    await cell.first("stream");
    kernel.process.kill("SIGINT");
    expect((await cell.done).error?.ename).toBe("KeyboardInterrupt");
    expect((await kernel.execute("++kept")).result["text/plain"]).toBe(String(++cells));
  });

  test("of a flow run cancel it, and the next run works", async () => {
    await kernel.execute(`
      import { Flow, task } from "flowlet";
      let wait = true;
      const slow = task(async () => { console.log("in the task"); if (wait) await forever(); return 7; });
      const busy = task(() => { console.log("in the task"); if (wait) for (;;) {} return 8; });
      const flows = { slow: new Flow("slow", () => { slow(); }), busy: new Flow("busy", () => { busy(); }) };`);
    for (const name of ["slow", "busy"]) {
      await kernel.execute("wait = true");
      const cell = await kernel.begin(`await flows.${name}.run()`);
      await kernel.waitFor(({ parent_header, content }) => parent_header.msg_id === cell.id && content.text?.includes("in the task"));
      await kernel.interrupt();
      expect((await cell.done).error?.ename).toBe("KeyboardInterrupt");
      await kernel.execute("wait = false");
      expect((await kernel.execute(`(await flows.${name}.run()).isSuccessful()`)).result["text/plain"]).toBe("true");
    }
  });

  test("of a call that cannot be interrupted say so after a while, and end the cell when it returns", async () => {
    const cell = await kernel.begin("import { execSync } from 'node:child_process'; console.log('go'); execSync('sleep 7'); console.log('must not be reached');");
    await cell.first("stream");
    await kernel.interrupt();
    const { stderr, stdout, error } = await cell.done;
    expect(stderr).toMatch(/not answered.*execSync.*restart/);
    expect(stdout).toBe("go\n");
    expect(error?.ename).toBe("KeyboardInterrupt");
    expect((await kernel.execute("++kept")).result["text/plain"]).toBe(String(++cells));
  });
});
