import { expect, test } from "vitest";
import { z } from "zod";
import { entryId, idMaker } from "../../../server/orchestration/new-id.ts";
import { runName } from "../../../protocol/run-name.ts";

test("ids are UUIDs that grow, within a millisecond and when the clock goes back", () => {
  let now = Date.parse("2026-03-01T12:00:00Z");
  const newId = idMaker(() => now);
  const ids = Array.from({ length: 20_000 }, (_, n) => {
    if (n === 12_000) now -= 3_600_000;
    if (n === 15_000) now += 7_200_000;
    return newId();
  });
  expect(ids.every((id) => z.uuidv7().safeParse(id).success)).toBe(true);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(parseInt(ids[0]!.replaceAll("-", "").slice(0, 12), 16)).toBe(Date.parse("2026-03-01T12:00:00Z"));
});

test("each entry of a history has an id of its own", () => {
  const newId = idMaker(() => 1_772_366_400_000);
  const ids = Array.from({ length: 100 }, newId).flatMap((owner) => Array.from({ length: 100 }, (_, version) => entryId(owner, version + 1)));
  expect(new Set(ids).size).toBe(10_000);
  expect(ids.every((id) => z.uuid().safeParse(id).success)).toBe(true);
});

test("a run's name is two words, and seldom that of another run", () => {
  const names = Array.from({ length: 1000 }, runName);
  expect(names.every((name) => /^[a-z]+-[a-z]+$/.test(name))).toBe(true);
  expect(new Set(names).size).toBeGreaterThan(900);
});
