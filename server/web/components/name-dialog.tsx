/** Asks for a name. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { Field } from "./field.tsx";

export function NameDialog({ title, name, onSave, onClose }: { readonly title: string; readonly name: string; readonly onSave: (name: string) => Promise<unknown>; readonly onClose: () => void }): JSX.Element {
  const [text, setText] = useState(name);
  const [busy, setBusy] = useState(false);
  const save = async () => {
    if (text.trim() === "" || busy) return;
    setBusy(true);
    await onSave(text.trim());
    onClose();
  };
  return (
    <Dialog title={title} size="small" onClose={onClose} footer={<><Button onClick={onClose}>Keep it as it is</Button><Button kind="primary" busy={busy} disabled={text.trim() === "" ? "Write a name first." : undefined} onClick={() => void save()}>Save</Button></>}>
      <form onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <Field name="Name">{(ids) => <input type="text" {...ids} value={text} maxLength={200} autofocus autocomplete="off" onInput={(event) => setText(event.currentTarget.value)} />}</Field>
      </form>
    </Dialog>
  );
}
