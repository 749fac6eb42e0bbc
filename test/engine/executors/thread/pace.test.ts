import { expect, test } from "vitest";
import { Pace } from "../../../../engine/executors/thread/pace.ts";

function paceAfter(...calls: readonly number[]): Pace {
  const pace = new Pace();
  for (const spent of calls) pace.took(spent);
  return pace;
}
const quick = (count: number) => Array<number>(count).fill(0.01);

test("calls are expected to be quick after eight that were", () => {
  expect(paceAfter(...quick(7)).isQuick).toBe(false);
  expect(paceAfter(...quick(8)).isQuick).toBe(true);
  expect(paceAfter(...Array<number>(100).fill(0.2)).isQuick).toBe(false);
});

test("one that a pause of the machine held up costs what a few have brought, a long one all", () => {
  expect(paceAfter(...quick(1000), 1).isQuick).toBe(true);
  expect(paceAfter(...quick(1000), 1, 1, 1, 1).isQuick).toBe(false);
  expect(paceAfter(...quick(1000), 6).isQuick).toBe(false);
  expect(paceAfter(...quick(1000), 6, ...quick(8)).isQuick).toBe(true);
});

test("one that waits costs all, inputs that take long to copy as much as a call that takes so long", () => {
  const waits = paceAfter(...quick(1000));
  waits.isSlow();
  expect(waits.isQuick).toBe(false);
  const large = paceAfter(...quick(8));
  large.sent(0.1);
  expect(large.isQuick).toBe(true);
  large.sent(0.3);
  expect(large.isQuick).toBe(false);
});
