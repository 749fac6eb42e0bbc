/** The messages of the moment, read aloud as they come. */
import type { JSX } from "preact";
import { useServices } from "../app/services.ts";
import { AlertIcon, CheckIcon, CloseIcon } from "../components/icons.tsx";
import { useStore } from "../live/store.ts";

export function ToastList(): JSX.Element {
  const { toasts } = useServices();
  const shown = useStore(toasts.shown);
  return (
    <div class="toasts" role="region" aria-label="Messages" aria-live="polite">
      {shown.map(({ id, kind, title, text }) => (
        <div key={id} class={`toast ${kind}`} role={kind === "error" ? "alert" : undefined}>
          {kind === "error" ? <AlertIcon /> : <CheckIcon />}
          <div><strong>{title}</strong>{text !== undefined && <p>{text}</p>}</div>
          <button type="button" class="toast-close" aria-label="Close the message" onClick={() => toasts.remove(id)}><CloseIcon /></button>
        </div>
      ))}
    </div>
  );
}
