/** What the line above the graph offers of the server: register the flow, and its page. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { FlowLink } from "../protocol/flow-snapshot.ts";
import { ActionButton } from "./action-button.tsx";
import { OpenIcon, RegisterIcon } from "./button-icons.tsx";
import type { Translate } from "./status-text.ts";

/** The picture's registration. */
export interface Registration {
  /** Where the flow, or the run that is shown, is on the server. */
  readonly link: FlowLink | undefined;
  /** The project that was used last; undefined: it is asked for. */
  readonly project: string | undefined;
  /** It is being registered. */
  readonly busy: boolean;
}

export interface RegistrationProps extends Registration {
  readonly translate: Translate;
  /** Why nothing can be asked of the kernel. */
  readonly disabled: string | undefined;
  /** Opens the form. */
  readonly onAsk: () => void;
  /** Null: this page can not register. */
  readonly onRegister: ((project?: string) => void) | null;
}

/** Of a run on the server there is only the link. */
export function RegistrationButtons({ link, project, busy, disabled, translate: t, onAsk, onRegister }: RegistrationProps): JSX.Element {
  const label = project === undefined ? t("Register the flow with the server") : t("Register the flow in project %1", project);
  return (
    <>
      {onRegister !== null && link?.run === undefined && (
        <ActionButton class="jp-Flowlet-register" label={label} disabled={busy ? t("It is being registered.") : disabled} onClick={() => (project === undefined ? onAsk() : onRegister())}><RegisterIcon />{busy ? t("Registering…") : t("Register")}</ActionButton>
      )}
      {link !== undefined && (
        <a class="jp-Flowlet-button" href={link.url} target="_blank" rel="noopener noreferrer" title={link.url}><OpenIcon />{t("Open in Flowlet UI")}</a>
      )}
    </>
  );
}

export interface ProjectFormProps {
  readonly suggested: string;
  readonly translate: Translate;
  readonly onSubmit: (project: string) => void;
  readonly onClose: () => void;
}

/** Asks for the project, below the toolbar. */
export function ProjectForm({ suggested, translate: t, onSubmit, onClose }: ProjectFormProps): JSX.Element {
  const [project, setProject] = useState(suggested);
  const input = useRef<HTMLInputElement>(null);
  // Before the next key: it is meant for the form.
  useLayoutEffect(() => { input.current?.select(); }, []);
  const name = project.trim();
  return (
    <form
      class="jp-Flowlet-form" aria-label={t("Register")}
      onSubmit={(event) => { event.preventDefault(); if (name !== "") onSubmit(name); }}
      onKeyDown={(event) => {
        // Keys of a notebook or of the graph are none of the form's.
        event.stopPropagation();
        if (event.key === "Escape") onClose();
      }}
    >
      <label>{t("Project")}<input ref={input} type="text" value={project} maxLength={200} required spellcheck={false} onInput={(event) => setProject(event.currentTarget.value)} /></label>
      <button type="submit" class="jp-Flowlet-button jp-mod-primary" disabled={name === ""}>{t("Register")}</button>
      <button type="button" class="jp-Flowlet-button" onClick={onClose}>{t("Cancel")}</button>
    </form>
  );
}
