/** The buttons of the picture. */
import type { JSX } from "preact";

/** A button that stays focusable when disabled, so that its reason can be read. */
export function ActionButton(props: { readonly label: string; readonly disabled?: string | undefined; readonly class?: string; readonly onClick: () => void; readonly children: JSX.Element | (JSX.Element | string)[] }): JSX.Element {
  const disabled = props.disabled !== undefined;
  return (
    <button
      type="button" class={`jp-Flowlet-button ${props.class ?? ""}`.trim()} aria-label={props.label} aria-disabled={disabled}
      title={disabled ? `${props.label}: ${props.disabled}` : props.label}
      onClick={() => { if (!disabled) props.onClick(); }}
    >
      {props.children}
    </button>
  );
}
