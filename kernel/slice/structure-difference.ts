/** What differs between a flow of a notebook and the one that its slice makes. */
import { hash } from "node:crypto";
import { readFlowSnapshot } from "../../protocol/flow-snapshot.ts";

/** A flow as it is registered; of two that are compared. */
export interface DescribedFlow {
  /** SHA-256 of the structure, slugs included. */
  readonly structure: string;
  readonly tasks: readonly { readonly slug: string; readonly name: string }[];
  /** A FlowSnapshot, packed or not. */
  readonly graph: unknown;
}

/**
 * Compares tasks with their settings and dependencies. The numbers in slugs do not count: in a notebook they depend on which cell was run when.
 * @returns null where there is no difference, else in words
 */
export function structureDifference(notebook: DescribedFlow, sliced: DescribedFlow): string | null {
  if (notebook.structure === sliced.structure) return null;
  const [before, after] = [taskLabels(notebook), taskLabels(sliced)];
  const [gone, added] = [surplus(before, after), surplus(after, before)];
  if (gone.length === 0 && added.length === 0) return null;
  const names = (labels: readonly TaskLabel[]) => count(labels.map(({ name }) => name));
  const parts = [...names(gone)].map(([name, number]) => {
    const other = names(added).get(name) ?? 0;
    return other >= number ? `task ${name} has other dependencies or options` : `${number - other === 1 ? "a task" : `${number - other} tasks`} ${name} ${number - other === 1 ? "is" : "are"} missing`;
  });
  for (const [name, number] of names(added)) if (!names(gone).has(name)) parts.push(`${number === 1 ? "a task" : `${number} tasks`} ${name} ${number === 1 ? "is" : "are"} new`);
  const shown = parts.slice(0, 5);
  return [...shown, ...(parts.length > shown.length ? [`${parts.length - shown.length} more`] : [])].join(", ");
}

interface TaskLabel {
  readonly name: string;
  /** Equal for tasks with the same settings whose upstream tasks are equal. */
  readonly label: string;
}

/** In any order. */
function taskLabels({ tasks, graph }: DescribedFlow): TaskLabel[] {
  const snapshot = readFlowSnapshot(graph);
  if (typeof snapshot === "string") return tasks.map((task) => ({ name: task.name, label: task.name }));
  const settings = new Map(tasks.map(({ slug, ...task }) => [slug, JSON.stringify(task)]));
  const into: [from: number, text: string][][] = snapshot.nodes.map(() => []);
  const outOf: number[][] = snapshot.nodes.map(() => []);
  for (const [from, to, key, kind] of snapshot.edges) {
    into[to]!.push([from, JSON.stringify([key ?? null, kind ?? null])]);
    outOf[from]!.push(to);
  }
  const labels: string[] = [];
  const waits = into.map((edges) => edges.length);
  const ready = snapshot.nodes.flatMap((_, index) => (waits[index] === 0 ? [index] : []));
  for (const index of ready) {
    const { id, kind } = snapshot.nodes[index]!;
    const inputs = into[index]!.map(([from, text]) => `${text}${labels[from]}`).sort();
    const text = JSON.stringify([kind === "constant" ? "constant" : settings.get(id) ?? id, inputs]);
    // A text would grow with the depth of the flow.
    labels[index] = hash("sha256", text, "hex");
    for (const to of outOf[index]!) if (--waits[to]! === 0) ready.push(to);
  }
  return snapshot.nodes.flatMap(({ name, kind }, index) => (kind === "constant" ? [] : [{ name, label: labels[index] ?? name }]));
}

/** Those of one list that the other has fewer of. */
function surplus(one: readonly TaskLabel[], other: readonly TaskLabel[]): TaskLabel[] {
  const there = count(other.map(({ label }) => label));
  return one.filter(({ label }) => {
    const left = there.get(label) ?? 0;
    there.set(label, left - 1);
    return left <= 0;
  });
}

function count(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}
