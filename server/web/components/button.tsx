/** Buttons. One that does nothing stays reachable and says why. */
import type { ComponentChildren, JSX } from "preact";

export interface ButtonProps {
  readonly onClick?: (event: MouseEvent) => void;
  readonly kind?: "primary" | "plain" | "quiet" | "danger";
  /** Why it does nothing now; undefined: it does. */
  readonly disabled?: string | undefined;
  /** What it started is not done: it turns, and does nothing. */
  readonly busy?: boolean;
  readonly icon?: JSX.Element;
  readonly title?: string;
  readonly type?: "button" | "submit";
  readonly small?: boolean;
  readonly children?: ComponentChildren;
  readonly "aria-label"?: string;
  readonly "aria-expanded"?: boolean;
  readonly "aria-haspopup"?: "menu" | "dialog" | "listbox";
  readonly "aria-pressed"?: boolean;
}

export function Button({ onClick, kind = "plain", disabled, busy = false, icon, title, type = "button", small = false, children, ...aria }: ButtonProps): JSX.Element {
  const off = disabled !== undefined || busy;
  return (
    <button
      type={type} class={`button ${kind}${small ? " small" : ""}${children === undefined ? " icon-only" : ""}`} title={disabled ?? title} aria-disabled={off} aria-busy={busy} {...aria}
      onClick={(event) => {
        if (off) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? <span class="spinner" aria-hidden="true" /> : icon}{children}
    </button>
  );
}

/** A link that looks like a button. */
export function ButtonLink({ href, kind = "plain", icon, children }: { readonly href: string; readonly kind?: "primary" | "plain" | "quiet"; readonly icon?: JSX.Element; readonly children: ComponentChildren }): JSX.Element {
  return <a class={`button ${kind}`} href={href}>{icon}{children}</a>;
}
