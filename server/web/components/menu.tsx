/** A button that opens a list of actions. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "./button.tsx";
import { MoreIcon } from "./icons.tsx";

export interface MenuItem {
  readonly text: string;
  readonly onChoose: () => void;
  readonly icon?: JSX.Element;
  /** Why it cannot be chosen now. */
  readonly disabled?: string | undefined;
  readonly danger?: boolean;
}

export function Menu({ label, items, text, icon }: { readonly label: string; readonly items: readonly MenuItem[]; readonly text?: string; readonly icon?: JSX.Element }): JSX.Element {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  const entries = () => [...(box.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  const close = (back: boolean) => {
    setOpen(false);
    if (back) box.current?.querySelector("button")?.focus();
  };
  // Before the next key: it is meant for the list.
  useLayoutEffect(() => {
    if (!open) return;
    entries()[0]?.focus();
    const outside = (event: Event) => { if (event.target instanceof Node && box.current?.contains(event.target) !== true) setOpen(false); };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
    };
  }, [open]);
  const key = (event: KeyboardEvent) => {
    if (!open) return;
    const all = entries();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) all[to]?.focus();
    else if (event.key === "Escape") close(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <span class="menu" ref={box} onKeyDown={key}>
      <Button icon={icon ?? <MoreIcon />} aria-label={label} title={label} aria-haspopup="menu" aria-expanded={open} onClick={() => setOpen(!open)}>{text}</Button>
      {open && (
        <div class="menu-list" role="menu" aria-label={label}>
          {items.map((item) => (
            <button
              key={item.text} type="button" role="menuitem" tabIndex={-1} class={item.danger === true ? "danger" : ""} aria-disabled={item.disabled !== undefined} title={item.disabled}
              onClick={() => { if (item.disabled === undefined) { close(true); item.onChoose(); } }}
            >
              {item.icon}{item.text}
            </button>
          ))}
        </div>
      )}
    </span>
  );
}
