/** A part of a page with a heading. */
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

export interface CardProps {
  readonly title: string;
  /** How many it shows. */
  readonly count?: number | undefined;
  /** Beside the heading. */
  readonly actions?: ComponentChildren;
  /** Content touches the border: tables. */
  readonly flush?: boolean;
  readonly tone?: "warning";
  readonly children: ComponentChildren;
}

export function Card({ title, count, actions, flush = false, tone, children }: CardProps): JSX.Element {
  const id = useId();
  return (
    <section class={`card${tone === undefined ? "" : ` ${tone}`}`} aria-labelledby={id}>
      <header class="card-head"><h2 id={id}>{title}</h2>{count !== undefined && <span class="count">{count.toLocaleString("en")}</span>}<span class="space" />{actions}</header>
      <div class={flush ? "card-body flush" : "card-body"}>{children}</div>
    </section>
  );
}
