/** Keys of the whole: what a sequence of keys means. */

/** Where `g` and another key lead. */
export const GO_KEYS: readonly { readonly key: string; readonly href: string; readonly text: string }[] = [
  { key: "d", href: "/", text: "Dashboard" },
  { key: "f", href: "/flows", text: "Flows" },
  { key: "r", href: "/flow-runs", text: "Flow runs" },
  { key: "a", href: "/agents", text: "Agents" },
  { key: "p", href: "/projects", text: "Projects" },
];

export type Shortcut = { readonly kind: "search" | "shortcuts" } | { readonly kind: "go"; readonly href: string } | { readonly kind: "prefix" };

/** What a key means after `before`; null: nothing. */
export function shortcutOf(key: string, before: string | null): Shortcut | null {
  if (before === "g") {
    const found = GO_KEYS.find((entry) => entry.key === key);
    if (found !== undefined) return { kind: "go", href: found.href };
  }
  return key === "/" ? { kind: "search" } : key === "?" ? { kind: "shortcuts" } : key === "g" ? { kind: "prefix" } : null;
}
