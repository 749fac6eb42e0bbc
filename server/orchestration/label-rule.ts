/** The rule of labels for the sets that are stored. */
import { labelsMatch } from "../../protocol/label-rule.ts";

/** Those sets of labels, as they are stored, of which an agent may take runs. */
export function matchingLabelSets(agent: readonly string[], sets: readonly string[]): string[] {
  return sets.filter((set) => labelsMatch(agent, JSON.parse(set) as string[]));
}
