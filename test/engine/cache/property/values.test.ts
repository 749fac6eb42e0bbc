/** Content of random values: equal for equal values, another one for every single change. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ContentReader } from "../../../../engine/cache/content.ts";
import { TIMEOUT, runSettings } from "./run-settings.ts";
import { arbitraryPlan, buildValue, changes } from "./value-graph.ts";

const reader = new ContentReader();
const id = (value: unknown) => reader.read(value).id;

test("what structuredClone copies has the content of its copy", { timeout: TIMEOUT }, () => {
  const anything = fc.anything({ maxDepth: 4, withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true, withSparseArray: true, withUnicodeString: true } as fc.ObjectConstraints);
  fc.assert(fc.property(anything, (value) => { expect(id(structuredClone(value))).toBe(id(value)); }), runSettings(3000));
});

test("a value that is made again has the same content, and one that is made differently in one place has another", { timeout: TIMEOUT }, () => {
  fc.assert(fc.property(arbitraryPlan(), (plan) => {
    const content = id(buildValue(plan));
    expect(id(buildValue(plan))).toBe(content);
    for (const change of changes(plan)) if (id(buildValue(change.plan)) === content) expect.fail(`changed unseen: ${change.what}`);
  }), runSettings(2000));
});
