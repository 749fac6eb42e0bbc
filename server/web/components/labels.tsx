/** Labels of a flow, a run or an agent. */
import type { JSX } from "preact";

export function Labels({ labels, none = "no labels" }: { readonly labels: readonly string[]; readonly none?: string }): JSX.Element {
  if (labels.length === 0) return <span class="faint">{none}</span>;
  return <span class="labels">{labels.map((label) => <span key={label} class="label">{label}</span>)}</span>;
}
