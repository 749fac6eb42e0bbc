/** Flowlet in its kernel, as a notebook drives it. */
import { Notebook } from "../../test/kernel/flows/notebook.ts";
import { notebooksOf, type Edit } from "./edits.ts";
import type { Observation, Run } from "./verdict.ts";

const FLOW = `
const flow = new Flow("probe");
const { value } = flow.build(() => ({ value: g(f(3)) }));
const state = await flow.run();`;

/** Runs the notebooks of each edit, all in one kernel. */
export async function probeFlowlet(edits: readonly Edit[]): Promise<readonly Observation[]> {
  const notebook = await Notebook.open();
  try {
    const observed: Observation[] = [];
    for (const edit of edits) observed.push(await observe(notebook, edit));
    return observed;
  } finally {
    await notebook.close();
  }
}

async function observe(notebook: Notebook, edit: Edit): Promise<Observation> {
  const runs: Run[] = [];
  const [before, ...after] = notebooksOf(edit, "typescript");
  try {
    for (const { cells, files } of [before!, before!, ...after]) {
      for (const [name, text] of Object.entries(files)) notebook.write(name, text);
      for (const [id, code] of Object.entries({ ...cells, flow: FLOW })) await notebook.cell(id, code);
      runs.push({ ran: notebook.ran().map((name) => name.split("/").at(-1)!), value: (await notebook.value("state.result.get(value).result")) as number });
    }
    return { name: edit.name, runs };
  } catch (error) {
    return { name: edit.name, runs, error: (error as Error).message.split("\n")[0]! };
  }
}
