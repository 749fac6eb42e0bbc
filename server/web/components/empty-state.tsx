/** In place of a list without entries: what belongs here, and what to do for it. */
import type { ComponentChildren, JSX } from "preact";
import { Command } from "./copyable.tsx";

export interface EmptyStateProps {
  readonly title: string;
  /** What to do. */
  readonly children?: ComponentChildren;
  /** For a terminal, one after the other. */
  readonly commands?: readonly string[];
  readonly icon?: JSX.Element;
  /** A line in a card instead of a whole page. */
  readonly small?: boolean;
}

export function EmptyState({ title, children, commands = [], icon, small = false }: EmptyStateProps): JSX.Element {
  return (
    <div class={`empty${small ? " small" : ""}`}>
      {icon !== undefined && <span class="empty-icon">{icon}</span>}
      <p class="empty-title">{title}</p>
      {children !== undefined && <p class="empty-text">{children}</p>}
      {commands.length > 0 && <div class="empty-commands">{commands.map((command) => <Command key={command}>{command}</Command>)}</div>}
    </div>
  );
}
