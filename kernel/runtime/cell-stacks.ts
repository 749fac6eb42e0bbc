/** Stacks as the user reads them: frames name cells and lines, the kernel's own are left out. */
import { SourceMap, type SourceMapPayload } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

interface CellSource {
  /** `3` of `Cell [3]`, or `*` for an execution that is not counted. */
  readonly label: string;
  readonly map: SourceMap | undefined;
}

/** `    at name (place:line:column)` or `    at place:line:column`; inspected errors with properties have ` {` behind the last. */
const FRAME = /^(\s*)at (?:(.*) \()?(.*?):(\d+):(\d+)\)?( \{)?$/;

/** The folder of kernel and engine: of `lib/kernel/runtime/cell-stacks.js`, `lib/`. */
const OWN_FOLDER = fileURLToPath(new URL("../../", import.meta.url));

/** Knows the cells that were evaluated. */
export class CellStacks {
  readonly #cells = new Map<string, CellSource>();
  /** Label of the cell that declared a name last. */
  readonly #names = new Map<string, string>();
  readonly #directory: string;

  /** @param directory the notebook's folder: files in it are named relative to it */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** A cell is about to be evaluated under the name `sourceUrl`. @param names that it declares, as they are called at run time */
  add(sourceUrl: string, label: string, names: readonly string[], sourceMap?: string): void {
    for (const name of names) this.#names.set(name, label);
    let map: SourceMap | undefined;
    try {
      if (sourceMap !== undefined) map = new SourceMap(JSON.parse(sourceMap) as SourceMapPayload);
    } catch {
      // Lines are off then, and the error is still shown.
    }
    this.#cells.set(sourceUrl, { label, map });
  }

  /** Where a script is, in words: `cell 3`, `./lib.ts`. Null: not the user's business. */
  placeOf(url: string): string | null {
    const cell = this.#cells.get(url);
    if (cell !== undefined) return cellName(cell.label);
    const place = this.#place(url, 1, 1);
    return place?.replace(/:1:1$/, "") ?? null;
  }

  /** The cell that declared a name last. */
  cellOf(name: string): string | null {
    const label = this.#names.get(name);
    return label === undefined ? null : cellName(label);
  }

  /** @returns one line a frame, innermost first; empty where the error has no stack */
  frames(error: Error): string[] {
    const stack: unknown = error.stack;
    if (typeof stack !== "string") return [];
    return stack.split("\n").flatMap((line) => {
      const match = FRAME.exec(line);
      return match === null ? [] : (this.#frame(match) ?? []);
    });
  }

  /** Rewrites the stacks of cells in a text that is about to be shown: an error that was printed or is part of a value. */
  tidy(text: string): string {
    if (!text.includes("cell://")) return text;
    const lines: string[] = [];
    for (const line of text.split("\n")) {
      const match = FRAME.exec(line);
      const frame = match === null ? line : this.#frame(match);
      if (frame !== undefined) lines.push(frame);
      else if (match?.[6] !== undefined && lines.length > 0) lines[lines.length - 1] += match[6];
    }
    return lines.join("\n");
  }

  #frame([, indent, name, place, row, column, brace = ""]: RegExpExecArray): string | undefined {
    const isAsync = name === undefined && (place as string).startsWith("async ");
    const shown = this.#place(isAsync ? (place as string).slice(6) : (place as string), Number(row), Number(column));
    if (shown === undefined) return undefined;
    return `${indent}at ${name === undefined ? `${isAsync ? "async " : ""}${shown}` : `${name} (${shown})`}${brace}`;
  }

  /** Undefined: not the user's business. */
  #place(place: string, row: number, column: number): string | undefined {
    const cell = this.#cells.get(place);
    if (cell !== undefined) {
      const entry = cell.map?.findEntry(row - 1, column - 1);
      const line = entry !== undefined && "originalLine" in entry ? entry.originalLine + 1 : row;
      return `Cell [${cell.label}], line ${line}`;
    }
    if (place.startsWith("node:internal/") || place === "node:inspector" || place === "node:async_hooks") return undefined;
    const file = filePath(place);
    if (file === undefined) return `${place}:${row}:${column}`;
    if (file.startsWith(OWN_FOLDER)) return undefined;
    const relative = path.relative(this.#directory, file);
    return `${relative.startsWith("..") ? file : `./${relative}`}:${row}:${column}`;
  }
}

function cellName(label: string): string {
  return label === "*" ? "a cell" : `cell ${label}`;
}

/** Modules are named by URL, CommonJS and what has a source map by path. */
function filePath(place: string): string | undefined {
  if (path.isAbsolute(place)) return place;
  if (!place.startsWith("file:")) return undefined;
  try {
    const url = new URL(place);
    // The loader tells versions of a file apart by a query.
    url.search = "";
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}
