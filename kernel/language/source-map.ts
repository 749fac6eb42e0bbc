/** Source maps of cells: generated text → erased text → edited text → the cell as written. */
import type { SourceMap as NodeSourceMap } from "node:module";
import { SourceMap, type MagicString } from "magic-string";
import type { EditedText } from "./edited-text.ts";

/** The steps before the last one. */
export interface EarlierSteps {
  /** From the erased text to the edited text, where positions differ. */
  readonly erased: NodeSourceMap | undefined;
  /** From the edited text to the original. */
  readonly erasedFrom: EditedText;
  readonly sourceUrl: string;
}

/** The map (JSON, version 3) from `output` to the original; undefined where nothing has moved. */
export function composeSourceMap(output: MagicString, { erased, erasedFrom, sourceUrl }: EarlierSteps): string | undefined {
  const decoded = output.generateDecodedMap({ hires: "boundary", source: sourceUrl });
  const edited = erasedFrom.isShifted ? new LineTable(erasedFrom.text) : undefined;
  const original = new LineTable(erasedFrom.original);
  const mappings = decoded.mappings.map((line) =>
    line.flatMap((segment) => {
      if (segment.length < 4) return [];
      let lineNumber = segment[2]!;
      let column = segment[3]!;
      if (erased !== undefined) {
        const entry = erased.findEntry(lineNumber, column);
        if (!("originalLine" in entry)) return [];
        [lineNumber, column] = [entry.originalLine, entry.originalColumn];
      }
      if (edited !== undefined) [lineNumber, column] = original.position(erasedFrom.toOriginal(edited.offset(lineNumber, column)));
      return [[segment[0], 0, lineNumber, column] as [number, number, number, number]];
    }),
  );
  return new SourceMap({ file: sourceUrl, sources: [sourceUrl], sourcesContent: [erasedFrom.original], names: [], mappings }).toString();
}

/** Lines of a text; lines and columns from 0, offsets and columns in UTF-16 units. */
export class LineTable {
  readonly #starts: number[] = [0];
  readonly text: string;

  constructor(text: string) {
    this.text = text;
    for (const match of text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) this.#starts.push(match.index + match[0].length);
  }

  offset(line: number, column: number): number {
    return Math.min((this.#starts[line] ?? this.text.length) + column, this.text.length);
  }

  position(offset: number): [line: number, column: number] {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return [low, offset - this.#starts[low]!];
  }

  /** The text of a line without its end. */
  line(line: number): string {
    const start = this.#starts[line] ?? this.text.length;
    return this.text.slice(start, this.#starts[line + 1] ?? this.text.length).replace(/[\r\n\u2028\u2029]+$/, "");
  }
}
