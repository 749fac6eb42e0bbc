/** How a value is shown: as it says itself, as flows say, else as text. */
import { inspect } from "node:util";

import type { DisplayBundle, NotebookFlows } from "../flows/front-end.ts";
import type { CellStacks } from "./cell-stacks.ts";

/** Deno's convention: an object with a method of this name returns its own MIME bundle, or a promise of it. */
const JUPYTER_DISPLAY = Symbol.for("Jupyter.display");

/** Text is what a front end may have to show in full: long values are cut. */
const INSPECT = { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100, colors: false } as const;

/** Shows values. */
export class ValueDisplay {
  readonly #flows: () => NotebookFlows;
  readonly #stacks: CellStacks;

  constructor(flows: () => NotebookFlows, stacks: CellStacks) {
    this.#flows = flows;
    this.#stacks = stacks;
  }

  /**
   * @returns the bundle, or a promise of it where the value's own method returns one
   * @throws what the value's own method throws, and TypeError when it returns no object
   */
  bundleOf(value: unknown): DisplayBundle | Promise<DisplayBundle> {
    if ((typeof value === "object" && value !== null) || typeof value === "function") {
      const method = (value as { readonly [JUPYTER_DISPLAY]?: unknown })[JUPYTER_DISPLAY];
      if (typeof method === "function") {
        const shown: unknown = method.call(value);
        if (shown instanceof Promise) return shown.then(ownBundle);
        return ownBundle(shown);
      }
    }
    const ofFlows = this.#flows().display(value);
    if (ofFlows !== undefined) return { ...ofFlows, data: plainData(ofFlows.data) };
    return { data: { "text/plain": this.#stacks.tidy(inspectText(value)) } };
  }
}

/** Text of any value, without colours; says so where the value's own code throws. */
function inspectText(value: unknown): string {
  try {
    return inspect(value, INSPECT);
  } catch (error) {
    return `[cannot be shown: ${error instanceof Error ? error.message : typeof error}]`;
  }
}

function ownBundle(shown: unknown): DisplayBundle {
  if (typeof shown !== "object" || shown === null) {
    throw new TypeError(`[Symbol.for("Jupyter.display")]() should return an object of MIME types, and returned ${inspectText(shown)}.`);
  }
  return { data: plainData(shown as DisplayBundle["data"]) };
}

/** Bytes become base64, as Jupyter wants them; what is no JSON under a text type becomes text. */
export function plainData(data: DisplayBundle["data"]): DisplayBundle["data"] {
  const plain: Record<string, unknown> = {};
  for (const [type, content] of Object.entries(data)) {
    if (content === undefined) continue;
    if (ArrayBuffer.isView(content)) {
      plain[type] = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("base64");
    } else if (typeof content === "string" || type === "application/json" || type.endsWith("+json") || typeof content === "object") {
      plain[type] = content;
    } else {
      plain[type] = String(content);
    }
  }
  return plain;
}
