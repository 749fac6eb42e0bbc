/** Asks for the name of a new project. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../app/services.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { errorText } from "../../live/error-text.ts";

export function NewProjectDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { client, queries, toasts } = useServices();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const make = async (event: Event) => {
    event.preventDefault();
    if (name.trim() === "") return setProblem("A project needs a name.");
    setBusy(true);
    try {
      const project = await client.createProject({ name: name.trim(), description: description.trim() === "" ? null : description.trim() });
      queries.refresh("listProjects");
      toasts.add("success", `Project ${project.name} is there`);
      onClose();
    } catch (error) {
      setProblem(errorText(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title="New project" size="small" onClose={onClose}>
      <form class="form" onSubmit={(event) => void make(event)}>
        <Field name="Name" required error={problem}>{(ids) => <input {...ids} type="text" value={name} maxLength={200} autofocus autocomplete="off" onInput={(event) => { setName(event.currentTarget.value); setProblem(undefined); }} />}</Field>
        <Field name="Description">{(ids) => <textarea {...ids} value={description} maxLength={10_000} onInput={(event) => setDescription(event.currentTarget.value)} />}</Field>
        <div class="form-actions"><Button onClick={onClose}>Not now</Button><Button kind="primary" type="submit" busy={busy}>Make project</Button></div>
      </form>
    </Dialog>
  );
}
