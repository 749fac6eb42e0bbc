import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CheckoutCopy } from "./checkout-copy.ts";

describe("the lock of the set-up", () => {
  let copy: CheckoutCopy;
  const script = (work: string) => ["--input-type=module", "-e", `
    import { withSetupLock } from ${JSON.stringify(copy.path("scripts/setup/lock.mjs"))};
    await withSetupLock(async () => { ${work} }, () => console.log("waiting"));`];

  beforeAll(() => { copy = new CheckoutCopy(); });
  afterAll(() => copy.remove());

  test("lets one process in at a time", async () => {
    const work = "console.log('in', Date.now()); await new Promise((done) => setTimeout(done, 400)); console.log('out', Date.now());";
    const runs = [copy.start(script(work)), copy.start(script(work)), copy.start(script(work))];
    const outcomes = await Promise.all(runs.map((run) => run.outcome));
    const spans = outcomes.map(({ stdout }) => [...stdout.matchAll(/(?:in|out) (\d+)/g)].map((match) => Number(match[1]))).sort((a, b) => a[0]! - b[0]!);
    expect(spans.every((span) => span.length === 2)).toBe(true);
    for (let index = 1; index < spans.length; index++) expect(spans[index]![0]).toBeGreaterThanOrEqual(spans[index - 1]![1]!);
    expect(existsSync(copy.path(".setup/lock"))).toBe(false);
  });

  test("of a process that was killed is taken over", () => {
    mkdirSync(copy.path(".setup"), { recursive: true });
    writeFileSync(copy.path(".setup/lock"), "");
    utimesSync(copy.path(".setup/lock"), new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
    expect(copy.run(script("console.log('done')")).stdout).toMatch(/done\n$/);
  });

  test("is given back when the work fails", () => {
    expect(copy.run(script("throw new Error('no')")).code).not.toBe(0);
    expect(existsSync(copy.path(".setup/lock"))).toBe(false);
  });
});
