/** Names with values, as JSON. */
import type { JSX } from "preact";

/** @param none in place of a table without rows */
export function ValueTable({ values, none }: { readonly values: { readonly [name: string]: unknown }; readonly none: string }): JSX.Element {
  const entries = Object.entries(values);
  if (entries.length === 0) return <p class="faint">{none}</p>;
  return <dl class="values">{entries.map(([name, value]) => <div key={name}><dt>{name}</dt><dd><code>{JSON.stringify(value, undefined, 1)}</code></dd></div>)}</dl>;
}
