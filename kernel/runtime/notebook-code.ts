/** What the keys of kept results need to know of a notebook's code: where it is, in the words of the user, and what it imports while it runs. */
import { getCallSites } from "node:util";
import { sharedCapturedValues, type ImportedModule, type ImportFinder, type Places } from "../../engine/embedding.ts";
import type { CellStacks } from "./cell-stacks.ts";
import type { Modules } from "./modules/modules.ts";

/** A cell as it is evaluated. */
export interface EvaluatedCell {
  readonly sourceUrl: string;
  readonly javascript: string;
}

/** Implements what the engine asks its host. */
export class NotebookCode implements Places, ImportFinder {
  readonly #stacks: CellStacks;
  readonly #modules: () => Modules;

  constructor(stacks: CellStacks, modules: () => Modules) {
    this.#stacks = stacks;
    this.#modules = modules;
  }

  /** Called by each script of cells and local modules that holds functions, at its beginning. @param cell whose evaluation begins, if one does */
  scriptBegan(cell: EvaluatedCell | undefined): void {
    const [, , caller] = getCallSites(3);
    if (caller === undefined) return;
    // A call site does not tell the name that a script gives itself.
    if (caller.scriptName !== "") sharedCapturedValues().noteScript(caller.scriptId, caller.scriptName);
    else if (cell !== undefined) sharedCapturedValues().noteScript(caller.scriptId, cell.sourceUrl, cell.javascript);
  }

  ofScript(url: string): string | null { return this.#stacks.placeOf(url); }

  /** What a cell has imported is where its file is. */
  ofName(name: string): string | null {
    const url = this.#modules().importedFrom(name);
    return url === undefined ? this.#stacks.cellOf(name) : this.#stacks.placeOf(url);
  }

  /** Names of globals live under a hidden name. */
  nameOf(name: string): string { return name.replace(/\$cell$/, ""); }

  imported(specifier: string, url: string): ImportedModule { return this.#modules().imported(specifier, url); }
}
