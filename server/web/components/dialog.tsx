/** Windows above the page. The browser keeps the focus inside, and Escape closes them. */
import type { ComponentChildren, JSX } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "./button.tsx";
import { CloseIcon } from "./icons.tsx";

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** Buttons at the bottom. */
  readonly footer?: ComponentChildren;
  readonly size?: "small" | "medium" | "large";
}

/** Open while it is there. */
export function Dialog({ title, onClose, children, footer, size = "medium" }: DialogProps): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before the next key: it is meant for the dialog.
  useLayoutEffect(() => {
    const dialog = element.current;
    // Who opened it gets the focus back.
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element} class={`dialog ${size}`} aria-labelledby={id}
      onCancel={(event) => { event.preventDefault(); onClose(); }}
      onClick={(event) => { if (event.target === element.current) onClose(); }}
    >
      <div class="dialog-box">
        <header class="dialog-head"><h2 id={id}>{title}</h2><Button kind="quiet" icon={<CloseIcon />} aria-label="Close" onClick={onClose} /></header>
        <div class="dialog-body">{children}</div>
        {footer !== undefined && <footer class="dialog-foot">{footer}</footer>}
      </div>
    </dialog>
  );
}

export interface ConfirmProps {
  readonly title: string;
  /** What will happen. */
  readonly children: ComponentChildren;
  /** On the button: a verb. */
  readonly action: string;
  /** The name that has to be typed first, for what cannot be undone. */
  readonly typed?: string;
  readonly onConfirm: () => Promise<unknown> | void;
  readonly onClose: () => void;
  readonly danger?: boolean;
}

/** Asks before it does. It closes when `onConfirm` has settled. */
export function ConfirmDialog({ title, children, action, typed, onConfirm, onClose, danger = false }: ConfirmProps): JSX.Element {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const wrong = typed !== undefined && text !== typed;
  const confirm = async () => {
    if (wrong || busy) return;
    setBusy(true);
    await onConfirm();
    onClose();
  };
  return (
    <Dialog
      title={title} onClose={onClose} size="small"
      footer={<><Button onClick={onClose}>Keep it as it is</Button><Button kind={danger ? "danger" : "primary"} busy={busy} disabled={wrong ? `Type the name first: ${typed}` : undefined} onClick={() => void confirm()}>{action}</Button></>}
    >
      {children}
      {typed !== undefined && (
        <form onSubmit={(event) => { event.preventDefault(); void confirm(); }}>
          <label class="field"><span class="field-name">Type <strong>{typed}</strong> to go on</span><input type="text" value={text} autofocus autocomplete="off" spellcheck={false} onInput={(event) => setText(event.currentTarget.value)} /></label>
        </form>
      )}
    </Dialog>
  );
}
