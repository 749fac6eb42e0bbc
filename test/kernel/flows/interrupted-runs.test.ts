/** An interrupt ends the run's tasks as Cancelled, whatever they do; nothing hangs, and the next run works. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Notebook } from "./notebook.ts";

let notebook: Notebook;
beforeAll(async () => {
  notebook = await Notebook.open();
  await notebook.cell("tasks", `
    const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    let behave = "";
    let finallyRan = 0;
    const odd = task(async () => {
      ran("odd");
      if (behave === "loops") while (true);
      if (behave === "loops after an await") { await sleep(1); for (;;); }
      if (behave === "awaits for ever") await new Promise(() => {});
      if (behave === "loops in a timer") await new Promise(() => { setTimeout(() => { for (;;); }, 1); });
      if (behave === "loops in nextTick") await new Promise(() => { process.nextTick(() => { for (;;); }); });
      if (behave === "loops in try and finally") { try { while (true); } finally { finallyRan++; } }
      return 1;
    }, { cache: false });
    const after = task((n: number) => n + 1);
    const flow = new Flow("interrupted");
    const { first, second } = flow.build(() => { const first = odd(); return { first, second: after(first) }; });
    let running: Promise<State<any>>;`);
});
afterAll(async () => { await notebook?.close(); });

test.each(["loops", "loops after an await", "awaits for ever", "loops in a timer", "loops in nextTick", "loops in try and finally"])("a task that %s", async (behaviour) => {
  await notebook.cell("behave", `behave = ${JSON.stringify(behaviour)};`);
  notebook.ran();
  const run = await notebook.client.begin("running = flow.run(); await running;", { metadata: { cellId: "run" } });
  await expect.poll(() => notebook.ran(), { timeout: 10_000 }).toEqual(["odd"]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await notebook.client.interrupt();
  const { error, reply } = await run.done;
  expect([error?.ename, reply.status]).toEqual(["KeyboardInterrupt", "error"]);
  await notebook.cell("look", "const ended = await running;");
  expect(await notebook.value("[ended.type, ended.result.get(first).type, ended.result.get(second).type]")).toEqual(["Cancelled", "Cancelled", "Pending"]);
  await notebook.cell("behave", `behave = "";`);
  await notebook.cell("again", "const good = await flow.run();");
  expect(await notebook.value("[good.type, good.result.get(second).result]")).toEqual(["Success", 2]);
});
