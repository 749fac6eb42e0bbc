/** The test of the test: an engine that ignores one kind of dependency is caught, for each kind. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryNotebook } from "./arbitrary-notebook.ts";
import { SOUND_KINDS } from "./engine-gaps.ts";
import { control, mutants } from "./mutants.ts";
import { NotebookRun } from "./notebook-run.ts";
import { Realm } from "./realm.ts";
import { TIMEOUT, runSettings } from "./run-settings.ts";

const realm = new Realm();

test.each(mutants((kind) => SOUND_KINDS.includes(kind)).map((mutant) => [mutant.ignores, mutant] as const))("an engine that ignores this is caught: %s", { timeout: TIMEOUT }, async (_, { engine, kinds, edits, isChain }) => {
  const settings = runSettings(400);
  const property = fc.asyncProperty(arbitraryNotebook({ kinds, edits, isChain }), async (notebook) => { await new NotebookRun(realm, notebook, engine).check(notebook.edits); });
  const outcome = await fc.check(property, { ...settings, endOnFailure: true });
  console.log(`caught by notebook ${outcome.numRuns}: ${(outcome.errorInstance as Error | null)?.message.split("\n")[0]}`);
  expect(outcome.failed, `seed ${settings.seed}`).toBe(true);
});

test("an engine with such keys that ignores nothing is not", { timeout: TIMEOUT }, async () => {
  await fc.assert(fc.asyncProperty(arbitraryNotebook({ kinds: SOUND_KINDS }), async (notebook) => { await new NotebookRun(realm, notebook, control).check(notebook.edits); }), runSettings(30));
});
