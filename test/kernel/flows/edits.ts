/** Edits of a notebook, as a table: cells that are run, what is edited then, and which tasks must run after it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Execution } from "../kernel-client.ts";
import { Notebook, PictureComm, flowOf } from "./notebook.ts";

/** One edit. The flow is `load` → `work` → `after`; the cell "work" makes the task `work`. */
export interface Edit {
  readonly name: string;
  /** Cells before the edit; then those of `edit` are run. */
  readonly cells: Record<string, string>;
  readonly edit: Record<string, string>;
  /** Which tasks run after the edit, and the value of `last`. */
  readonly runs: readonly string[];
  readonly value: unknown;
  /** Why `work` ran, where the case says so. */
  readonly reason?: string | RegExp;
  readonly files?: Record<string, string>;
  readonly editFiles?: Record<string, string>;
}

/** All three tasks that follow what was edited. */
export const FOLLOWS = ["after", "work"] as const;

/** The task `work`, whose function returns an expression of `rows`, which is [1, 2, 3]. */
export const work = (expression: string, before = "") => `const work = task((rows: number[]): any => { ran("work"); caseNumber; ${before} return ${expression}; });`;
export const asyncWork = (expression: string, before = "") => `const work = task(async (rows: number[]): Promise<any> => { ran("work"); caseNumber; ${before} return ${expression}; });`;

/** Results are kept by content, so each case's tasks differ from the other cases' by a number. */
let number = 0;
const flowCell = `
  const load = task(() => { ran("load"); return [1, 2, 3]; });
  const flow = new Flow("edits");
  const { last } = flow.build(() => { const rows = load(); const used = work(rows); return { last: after(used) }; });
`;
const afterCell = () => `const after = task((x: any) => { ran("after"); "case ${number}"; return x; });`;

/** Runs the edits one after the other in one kernel. */
export function describeEdits(title: string, edits: readonly Edit[]): void {
  describe(title, () => {
    let notebook: Notebook;
    beforeAll(async () => { notebook = await Notebook.open(); });
    afterAll(async () => { await notebook?.close(); });
    beforeEach(() => { notebook.ran(); });

    test.each(edits.map((one) => [one.name, one] as const))("%s", async (_, { cells, edit, runs, value, reason, files = {}, editFiles = {} }) => {
      const runAll = async (texts: Record<string, string>) => {
        for (const [id, code] of Object.entries(texts)) await notebook.cell(id, code);
      };
      number++;
      for (const [name, text] of Object.entries(files)) notebook.write(name, text);
      await notebook.cell("case", `const caseNumber = ${number};`);
      await runAll({ ...cells, after: afterCell(), flow: flowCell });
      await notebook.cell("run", "let state = await flow.run();");
      await notebook.cell("run", "state = await flow.run();");
      notebook.ran();
      for (const [name, text] of Object.entries(editFiles)) notebook.write(name, text);
      await runAll(edit);
      // The flow's own cell runs again too: a notebook's user re-runs what follows an edited cell.
      await notebook.cell("flow", flowCell);
      const run = await notebook.cell("run", "state = await flow.run(); flow");
      expect(notebook.ran()).toEqual(runs);
      expect(await notebook.value("state.result.get(last).result")).toEqual(value);
      if (reason !== undefined) expect(await reasonOf(notebook, run, "work-1")).toMatch(reason);
    });
  });
}

/** Why a task of the flow that a cell shows ran, or did not. */
export async function reasonOf(notebook: Notebook, shown: Execution, nodeId: string): Promise<string | undefined> {
  const comm = await PictureComm.adopt(notebook.client);
  const snapshot = await comm.ask({ type: "snapshot", flowId: flowOf(shown).flowId });
  if (snapshot.type !== "snapshot") throw new Error(snapshot.type);
  return Object.entries(snapshot.nodes).find(([id]) => id.toLowerCase() === nodeId)?.[1].reason;
}
