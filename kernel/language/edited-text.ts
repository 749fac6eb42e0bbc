/** A text with a few replacements, and where its positions are in the original. All positions are UTF-16 offsets. */

/** Replaces `original.slice(start, end)` by `text`. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The result of applying replacements that do not overlap, in any order. */
export class EditedText {
  readonly original: string;
  readonly text: string;
  /** In order of position. */
  readonly replacements: readonly Replacement[];

  constructor(original: string, replacements: readonly Replacement[]) {
    this.original = original;
    this.replacements = [...replacements].sort((a, b) => a.start - b.start || a.end - b.end);
    let text = "";
    let from = 0;
    for (const replacement of this.replacements) {
      text += original.slice(from, replacement.start) + replacement.text;
      from = replacement.end;
    }
    this.text = text + original.slice(from);
  }

  /** Do positions in the text and in the original differ anywhere? */
  get isShifted(): boolean {
    return this.replacements.some((replacement) => replacement.text.length !== replacement.end - replacement.start);
  }

  /** Position in the original of a position in the text; inside a replacement that shifts, its start. */
  toOriginal(position: number): number {
    let shift = 0;
    for (const { start, end, text } of this.replacements) {
      const from = start + shift;
      if (position < from || (position === from && text.length > 0 && start === end)) break;
      if (position < from + text.length) return text.length === end - start ? position - shift : start;
      shift += text.length - (end - start);
    }
    return Math.max(0, Math.min(position - shift, this.original.length));
  }

  /** Position in the text of a position in the original. */
  fromOriginal(position: number): number {
    let shift = 0;
    for (const { start, end, text } of this.replacements) {
      if (position < end || (position === end && start !== end)) {
        if (position <= start) break;
        return text.length === end - start ? position + shift : start + shift + Math.min(position - start, text.length);
      }
      shift += text.length - (end - start);
    }
    return Math.min(position + shift, this.text.length);
  }
}

/** `text` with everything but line ends replaced by spaces: the same length and the same lines. */
export function blank(text: string): string {
  return text.replace(/[^\r\n\u2028\u2029]/g, " ");
}
