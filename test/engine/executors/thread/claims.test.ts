import { expect, test } from "vitest";
import { AHEAD, Claims, claim } from "../../../../engine/executors/thread/claims.ts";

test("a call is either begun or taken back, and only once", () => {
  const claims = new Claims();
  const begun = claims.offer(1), back = claims.offer(2);
  expect([claims.isUnclaimed(begun, 1), claims.isUnclaimed(back, 2)]).toEqual([true, true]);
  expect([claim(claims.slots, begun, 1), claims.takeBack(begun, 1), claim(claims.slots, begun, 1)]).toEqual([true, false, false]);
  expect([claims.takeBack(back, 2), claim(claims.slots, back, 2), claims.takeBack(back, 2)]).toEqual([true, false, false]);
  expect([claims.isUnclaimed(begun, 1), claims.isUnclaimed(back, 2)]).toEqual([false, false]);
});

test("a slot serves the next call while the message about one that was taken back is under way", () => {
  const claims = new Claims();
  const slot = claims.offer(2 ** 31 - 3);
  claims.takeBack(slot, 2 ** 31 - 3);
  claims.release(slot);
  expect(claims.offer(2 ** 31 - 2)).toBe(slot);
  expect(claim(claims.slots, slot, 2 ** 31 - 3)).toBe(false);
  expect(claim(claims.slots, slot, 2 ** 31 - 2)).toBe(true);
});

test("there is room for so many and no more", () => {
  const claims = new Claims();
  const slots = Array.from({ length: AHEAD }, (_, call) => claims.offer(call));
  expect([new Set(slots).size, claims.hasRoom]).toEqual([AHEAD, false]);
  claims.takeBack(slots[3], 3);
  claims.release(slots[3]);
  expect(claims.hasRoom).toBe(true);
});
