/**
 * How large a node is drawn. From its text and its kind alone, never from its state: a state change never moves a node.
 * Widths are estimated by counting characters, because there is no font where the kernel draws.
 */
import type { FlowNode } from "../protocol/flow-snapshot.ts";

/** Longest name that is drawn (characters); a longer one is cut and ends in `…`. */
export const MAX_NAME_LENGTH = 28;

/** Heights (pixels). */
export const TASK_HEIGHT = 42;
export const MAPPED_HEIGHT = 56;
export const CONSTANT_HEIGHT = 24;
export const LABEL_HEIGHT = 14;

/** Left of a node's text: stripe, icon and the space around them (pixels). */
export const TEXT_INDENT = 36;

/** Room for the line below the name: the longest state's name, or a short one with its duration (pixels). */
const STATUS_WIDTH = 96;

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** The name as it is drawn: on one line, at most {@link MAX_NAME_LENGTH} characters. */
export function shownName(name: string, limit: number = MAX_NAME_LENGTH): string {
  // Cut before splitting into characters: a name may be a megabyte long.
  const characters = Array.from(name.slice(0, limit * 4).replace(/\s+/g, " ").trim());
  const cut = characters.length > limit || name.length > limit * 4;
  return cut ? `${characters.slice(0, limit - 1).join("")}…` : characters.join("");
}

/** Estimated width of `text` (pixels) in the user interface's font. @param fontSize pixels */
export function textWidth(text: string, fontSize: number): number {
  let units = 0;
  for (const character of text) {
    if (WIDE.test(character)) units += 1.05;
    else if ("ijl.,:;|!'()[]{} tfrI".includes(character)) units += 0.4;
    else if ("mwMW@%".includes(character)) units += 0.9;
    else if (character >= "A" && character <= "Z") units += 0.72;
    else units += 0.6;
  }
  return Math.ceil(units * fontSize);
}

/** Most labels of inputs that a node grows for (count). */
const MAX_LABELLED_INPUTS = 20;

/**
 * Width and height of a node's box (pixels).
 * @param mapped - whether an edge into it is mapped
 * @param inputs - edges into it that have a label (count): it is high enough for the labels not to cover each other
 */
export function nodeSize(node: Pick<FlowNode, "name" | "kind">, mapped: boolean, inputs: number = 0): [width: number, height: number] {
  const name = shownName(node.name);
  if (node.kind === "constant") return [Math.max(28, textWidth(name, 11) + 18), CONSTANT_HEIGHT];
  const width = TEXT_INDENT + Math.max(STATUS_WIDTH, textWidth(name, 13.5)) + 14;
  return [width, Math.max(mapped ? MAPPED_HEIGHT : TASK_HEIGHT, LABEL_HEIGHT * (Math.min(inputs, MAX_LABELLED_INPUTS) + 1))];
}
