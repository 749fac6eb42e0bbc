/**
 * Random notebooks, random edits: after each, an incremental run gives what a run from nothing gives, and runs exactly what it must.
 * FLOWLET_SEED repeats a run, FLOWLET_CASES sets the number of notebooks.
 */
import fc from "fast-check";
import { test } from "vitest";
import { arbitraryNotebook } from "./arbitrary-notebook.ts";
import { SOUND_KINDS } from "./engine-gaps.ts";
import { NotebookRun, Tally } from "./notebook-run.ts";
import { runSettings } from "./run-settings.ts";
import { Realm } from "./realm.ts";

const realm = new Realm();

test("after any edit the results are those of a run from nothing, and exactly the tasks ran that must", async () => {
  const tally = new Tally();
  const settings = runSettings(400);
  await fc.assert(fc.asyncProperty(arbitraryNotebook({ kinds: SOUND_KINDS }), async (notebook) => { await new NotebookRun(realm, notebook, {}, tally).check(notebook.edits); }), settings);
  console.log(`seed ${settings.seed}: ${tally}`);
});
