import { expect, test } from "vitest";
import { openDatabase } from "../../../server/database/open-database.ts";
import { makeCore } from "../../../server/orchestration/core.ts";
import { orchestrate } from "../../../server/orchestration/open-orchestration.ts";
import { lazarus } from "../../../server/services/lazarus.ts";
import { HEARING, Listening } from "../../../server/services/listening.ts";
import { newDatabase } from "../databases.ts";
import { Opened } from "../orchestration/opened.ts";

const MINUTE = 60_000, HOUR = 60 * MINUTE;

test("silence means something after the server has listened for a while", () => {
  let wall = 1e12, steady = 500;
  const listening = new Listening(() => wall, () => steady);
  const pass = (time: number, set = 0) => {
    steady += time;
    wall += time + set;
    return listening.left;
  };
  expect(pass(0)).toBe(HEARING);
  expect(pass(MINUTE)).toBe(HEARING - MINUTE);
  expect(pass(MINUTE)).toBe(0);
  // A clock that is put right bit by bit.
  for (let n = 0; n < 10; n++) expect(pass(MINUTE, 100)).toBe(0);
  // The computer slept, or somebody has set its clock.
  for (const jump of [24 * HOUR, -HOUR]) {
    expect(pass(MINUTE, jump)).toBe(HEARING);
    expect(pass(HEARING - 1)).toBe(1);
    expect(pass(1)).toBe(0);
  }
});

test("a run that went on while the server was away is not started again before it could be heard of", async () => {
  const at = new Opened();
  at.database = await newDatabase("sqlite");
  await at.open();
  const { run } = await at.running();
  await at.orchestration.close();
  at.time += 20 * MINUTE;
  const problems: unknown[] = [];
  const orchestration = await orchestrate(await openDatabase(at.database), { now: () => at.time, onServiceError: (_, error) => problems.push(error) });
  try {
    // Passes that had begun end with it.
    for (let n = 0; n < 20; n++) await new Promise((resolve) => setImmediate(resolve));
    expect(await orchestration.getFlowRun({ flowRunId: run.id })).toMatchObject({ state: "Running", timesResurrected: 0 });
  } finally {
    await orchestration.close();
  }
  expect(problems).toEqual([]);
  // It would have been: nothing else kept it.
  const again = await openDatabase(at.database);
  expect(await lazarus.run(makeCore(again, () => at.time))).toBe(1);
  await again.close();
});
