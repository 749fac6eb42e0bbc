/**
 * Writes the last states of a run into the notebook's outputs, so that it draws them when it is opened without a kernel.
 * The kernel's update_display_data does not do it after a page reload: the page then no longer knows which output has which
 * display id.
 */
import type { ICodeCellModel } from "@jupyterlab/cells";
import type { INotebookModel } from "@jupyterlab/notebook";
import { JSONExt, type ReadonlyPartialJSONObject } from "@lumino/coreutils";
import { FLOW_MIME } from "../protocol/flow-snapshot.ts";

/**
 * @param graphs - structures whose pictures are current; outputs with another one show a replaced flow and stay as they are
 * @param data - the MIME bundle that the outputs should hold
 * @returns how many outputs were written; one that holds `data` already is not, so the notebook does not become dirty
 */
export function writeFinalStates(model: INotebookModel, flowId: string, graphs: ReadonlySet<string>, data: { readonly [mimeType: string]: unknown }): number {
  const final = data as ReadonlyPartialJSONObject;
  let written = 0;
  for (const cell of model.cells) {
    if (cell.type !== "code") continue;
    const { outputs } = cell as ICodeCellModel;
    for (let at = 0; at < outputs.length; at++) {
      const output = outputs.get(at);
      const shown = output.data[FLOW_MIME] as { readonly flowId?: unknown; readonly graph?: unknown } | undefined;
      if (shown?.flowId !== flowId || typeof shown.graph !== "string" || !graphs.has(shown.graph)) continue;
      if (JSONExt.deepEqual(output.data, final)) continue;
      output.setData({ data: final });
      written++;
    }
  }
  return written;
}
