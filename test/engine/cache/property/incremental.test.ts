/**
 * Random notebooks, random edits: after each, an incremental run gives what a run from nothing gives, and runs exactly what it must.
 * FLOWLET_SEED repeats a run, FLOWLET_CASES sets the number of notebooks, FLOWLET_GAPS=1 adds what the engine is known to be wrong about.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { EDIT_KINDS, arbitraryNotebook } from "./arbitrary-notebook.ts";
import { SOUND_KINDS } from "./engine-gaps.ts";
import { NotebookRun, Tally } from "./notebook-run.ts";
import { Realm } from "./realm.ts";
import { TIMEOUT, runSettings } from "./run-settings.ts";

const realm = new Realm();

test("after any edit the results are those of a run from nothing, and exactly the tasks ran that must", { timeout: TIMEOUT }, async () => {
  const tally = new Tally();
  const settings = runSettings(300);
  await fc.assert(fc.asyncProperty(arbitraryNotebook({ kinds: SOUND_KINDS }), async (notebook) => { await new NotebookRun(realm, notebook, {}, tally).check(notebook.edits); }), settings);
  console.log(`seed ${settings.seed}: ${tally}`);
  if (settings.numRuns >= 300) for (const kind of EDIT_KINDS) expect(tally.of(`edit: ${kind}`), kind).toBeGreaterThan(10);
});

test("comments, layout, types, names of locals and cells that are run again run no task", { timeout: TIMEOUT }, async () => {
  await fc.assert(fc.asyncProperty(arbitraryNotebook({ kinds: SOUND_KINDS, edits: ["style", "again"] }), async (notebook) => {
    await new NotebookRun(realm, notebook).check(notebook.edits, (stage, ran) => { if (stage !== "first") expect(ran).toEqual([]); });
  }), runSettings(60));
});

test("an edit and its undo run no task", { timeout: TIMEOUT }, async () => {
  await fc.assert(fc.asyncProperty(arbitraryNotebook({ kinds: SOUND_KINDS, edits: ["definition", "mutation", "task", "calls", "parameter", "constant"] }), async (notebook) => {
    const edits = notebook.edits.map((edit) => ({ ...edit, following: true, undone: true }));
    await new NotebookRun(realm, notebook).check(edits, (stage, ran) => { if (stage === "undo") expect(ran).toEqual([]); });
  }), runSettings(60));
});
