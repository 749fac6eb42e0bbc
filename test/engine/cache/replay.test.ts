import { expect, test } from "vitest";
import { runScript } from "../script.ts";

test("a script's kept task prints again what it printed, below a line that says from when", async () => {
  const { stdout } = await runScript(`
    import { Flow, context, task } from "flowlet";
    const talks = task(function talks() { console.log("one\\ntwo"); context.logger.info("logged"); return 1; });
    const flow = new Flow("f", () => { talks(); });
    await flow.run({}, { cache: true });
    console.log("—");
    await flow.run({}, { cache: true });
  `);
  const [first, second] = stdout.split("—\n");
  expect(first).toContain("one\ntwo\n");
  expect(second).toMatch(/^talks: kept from \d\d:\d\d:\d\d, saved \d+ ms\n│ one\n│ two\n│ .*logged$/m);
  expect(second.match(/│ one/g)).toHaveLength(1);
});
