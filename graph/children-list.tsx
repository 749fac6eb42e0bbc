/** The children of a mapped task in its panel: one line each, opened on demand. User text is text content, never HTML. */
import type { JSX } from "preact";
import type { ChildDetails, TaskDetails } from "../protocol/comm-messages.ts";
import { Failure } from "./failure.tsx";
import { statusLine, type Translate } from "./status-text.ts";
import { TaskOutput } from "./task-output.tsx";
import { StateChip } from "./toolbar.tsx";

/** @param details of a mapped task */
export function ChildrenList({ details, translate: t }: { readonly details: TaskDetails; readonly translate: Translate }): JSX.Element {
  const children = details.children ?? [];
  const total = Object.values(details.status.children ?? {}).reduce((sum, count) => sum + (count ?? 0), 0);
  return (
    <section>
      <h4>{t("Children")}</h4>
      {children.map((child) => <Child key={child.index} name={details.name} child={child} translate={t} />)}
      {total > children.length && <p class="jp-Flowlet-message">{t("… and %1 more", total - children.length)}</p>}
    </section>
  );
}

function Child({ name, child, translate: t }: { readonly name: string; readonly child: ChildDetails; readonly translate: Translate }): JSX.Element {
  const { index, status, error, result, logs } = child;
  return (
    <details class="jp-Flowlet-child">
      <summary>
        <span>{`${name}[${index}]`}</span>
        <StateChip state={status.state} label={statusLine(status.state, status, t)} />
      </summary>
      {status.message !== undefined && <p class="jp-Flowlet-message">{status.message}</p>}
      {error !== undefined && <Failure error={error} translate={t} />}
      {result !== undefined && <pre class="jp-Flowlet-text">{result}</pre>}
      {logs.length > 0 && <TaskOutput logs={logs} translate={t} />}
    </details>
  );
}
