/** Keeps a source map right when something is put into lines of its code. */

/** Offsets at which lines begin, as source maps count lines. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Line of an offset. @param near a line that is probably close */
export function lineOf(starts: readonly number[], offset: number, near = 0): number {
  let [low, high] = starts[near]! <= offset ? [near, starts.length - 1] : [0, near];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Mappings of code into which texts without line breaks were put: only the first number of a segment, its column, is another one.
 * @param mappings of a source map, version 3 @param starts lines of the code before @param lengths characters that were put before an offset of it
 */
export function shiftColumns(mappings: string, starts: readonly number[], lengths: ReadonlyMap<number, number>): string {
  const byLine = new Map<number, [column: number, length: number][]>();
  for (const [offset, length] of [...lengths].sort(([a], [b]) => a - b)) {
    const line = lineOf(starts, offset);
    const edits = byLine.get(line);
    const edit: [number, number] = [offset - starts[line]!, length];
    if (edits === undefined) byLine.set(line, [edit]);
    else edits.push(edit);
  }
  return mappings.split(";").map((line, number) => {
    const edits = byLine.get(number);
    return edits === undefined || line === "" ? line : shiftLine(line, edits);
  }).join(";");
}

function shiftLine(line: string, edits: readonly (readonly [column: number, length: number])[]): string {
  let [column, former, next, shift] = [0, 0, 0, 0];
  return line.split(",").map((segment) => {
    const [delta, rest] = readNumber(segment);
    column += delta;
    while (next < edits.length && edits[next]![0] <= column) shift += edits[next++]![1];
    const text = writeNumber(column + shift - former) + rest;
    former = column + shift;
    return text;
  }).join(",");
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The first number of a segment (base 64 VLQ), and what follows it. */
function readNumber(segment: string): [value: number, rest: string] {
  let [value, bits, at] = [0, 0, 0];
  for (;;) {
    const digit = DIGITS.indexOf(segment[at++]!);
    value += (digit & 31) * 2 ** bits;
    bits += 5;
    if ((digit & 32) === 0) break;
  }
  return [value % 2 === 1 ? -(value - 1) / 2 : value / 2, segment.slice(at)];
}

function writeNumber(value: number): string {
  let left = value < 0 ? -value * 2 + 1 : value * 2;
  let text = "";
  do {
    const digit = left % 32;
    left = (left - digit) / 32;
    text += DIGITS[left > 0 ? digit + 32 : digit];
  } while (left > 0);
  return text;
}
