/** What a task threw, with its stack. */
import type { JSX } from "preact";
import type { TaskDetails } from "../protocol/comm-messages.ts";
import type { Translate } from "./status-text.ts";

export function Failure({ error, translate: t }: { readonly error: NonNullable<TaskDetails["error"]>; readonly translate: Translate }): JSX.Element {
  return (
    <section class="jp-Flowlet-failure">
      <h4>{t("Error")}</h4>
      <p><strong>{error.name}</strong>: {error.message}</p>
      {error.stack !== undefined && <details open><summary>{t("Stack")}</summary><pre class="jp-Flowlet-text">{error.stack}</pre></details>}
    </section>
  );
}
