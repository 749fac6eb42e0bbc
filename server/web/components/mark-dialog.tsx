/** Sets a state by hand. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { StateName } from "../../../protocol/states.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { Field } from "./field.tsx";
import { StateDot } from "./state-badge.tsx";

export interface MarkDialogProps<Name extends StateName> {
  /** `run enlightened-otter` */
  readonly what: string;
  readonly states: readonly Name[];
  readonly onMark: (state: Name, message: string | null) => Promise<unknown>;
  readonly onClose: () => void;
}

export function MarkDialog<Name extends StateName>({ what, states, onMark, onClose }: MarkDialogProps<Name>): JSX.Element {
  const [state, setState] = useState<Name>(states[0] as Name);
  const [message, setMessage] = useState("");
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    await onMark(state, message.trim() === "" ? null : message.trim());
    onClose();
  };
  return (
    <Dialog title={`Mark ${what} as…`} size="small" onClose={onClose} footer={<><Button onClick={onClose}>Keep it as it is</Button><Button kind="primary" busy={busy} onClick={() => void save()}>Mark as {state}</Button></>}>
      <fieldset class="choices"><legend class="unseen">State</legend>{states.map((one) => <label key={one} class="choice"><input type="radio" name="state" checked={state === one} onChange={() => setState(one)} /><StateDot state={one} />{one}</label>)}</fieldset>
      <Field name="Message" hint="Why; shown in the history.">{(ids) => <input type="text" {...ids} value={message} maxLength={1000} onInput={(event) => setMessage(event.currentTarget.value)} />}</Field>
    </Dialog>
  );
}
