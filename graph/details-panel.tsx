/** The panel beside the graph: everything about one task. User text is text content, never HTML. */
import type { ComponentChildren, JSX } from "preact";
import type { NodeStatus, TaskDetails } from "../protocol/comm-messages.ts";
import type { StateName } from "../protocol/states.ts";
import type { NodePlan } from "../protocol/verdict.ts";
import { ActionButton } from "./action-button.tsx";
import { CloseIcon, OpenIcon, RefreshIcon, RunFromIcon, RunTaskIcon, RunUpToIcon } from "./button-icons.tsx";
import { ChildrenList } from "./children-list.tsx";
import { Failure } from "./failure.tsx";
import { durationText, timeText, type Translate } from "./status-text.ts";
import { TaskOutput } from "./task-output.tsx";
import { StateChip } from "./toolbar.tsx";
import { VerdictMark } from "./verdict-mark.tsx";
import { planText } from "./verdict-text.ts";
import type { Connection } from "./view-actions.ts";

export interface PanelProps {
  readonly name: string;
  readonly kind: "task" | "parameter" | "constant";
  /** Null for a constant. */
  readonly state: StateName | null;
  readonly status: NodeStatus | undefined;
  /** What the next run would do with it. */
  readonly plan: NodePlan | undefined;
  /** Null while the kernel has not answered, or where there is none. */
  readonly details: TaskDetails | null;
  /** Why there are no details. */
  readonly problem: string | null;
  readonly connection: Connection;
  /** Its tasks can be run from here: not those of a run on the server. */
  readonly runs: boolean;
  readonly translate: Translate;
  readonly onRunTask: () => void;
  readonly onRunFrom: () => void;
  readonly onRunUpTo: () => void;
  readonly onRefresh: () => void;
  readonly onClose: () => void;
}

export function DetailsPanel(props: PanelProps): JSX.Element {
  const { translate: t, details, status, connection } = props;
  const shown = details?.status ?? status;
  const { plan } = props;
  return (
    <aside class="jp-Flowlet-panel" aria-label={t("Task %1", props.name)} tabIndex={-1}>
      <header class="jp-Flowlet-panelHead">
        <h3 title={props.name}>{props.name}</h3>
        <ActionButton label={t("Close")} onClick={props.onClose}><CloseIcon /></ActionButton>
      </header>
      <div class="jp-Flowlet-panelBody">
        {props.state !== null && <p class="jp-Flowlet-stateLine"><StateChip state={props.state} label={t(props.state)} /><span>{kindText(props.kind, t)}</span></p>}
        {props.state === null && <p class="jp-Flowlet-stateLine"><span>{kindText(props.kind, t)}</span></p>}
        {details?.page !== undefined && <a class="jp-Flowlet-button" href={details.page}><OpenIcon />{t("Open its page")}</a>}
        {details !== null && details.signature !== details.name && <code class="jp-Flowlet-signature">{details.signature}</code>}
        {props.kind !== "constant" && props.runs && (
          <div class="jp-Flowlet-panelActions">
            <ActionButton label={t("Run this task")} disabled={connection.reason} onClick={props.onRunTask}><RunTaskIcon />{t("Run this task")}</ActionButton>
            <ActionButton label={t("Run from here")} disabled={connection.reason} onClick={props.onRunFrom}><RunFromIcon />{t("Run from here")}</ActionButton>
            <ActionButton label={t("Run up to here")} disabled={connection.reason} onClick={props.onRunUpTo}><RunUpToIcon />{t("Run up to here")}</ActionButton>
            {plan !== undefined && plan.verdict !== "stale" && plan.verdict !== "unknown" && (
              <ActionButton label={t("Refresh: run it though its result is kept, and what depends on it where that comes out different")} disabled={connection.reason} onClick={props.onRefresh}><RefreshIcon />{t("Refresh")}</ActionButton>
            )}
          </div>
        )}
        {plan !== undefined && <p class="jp-Flowlet-plan" data-verdict={plan.verdict}><VerdictMark verdict={plan.verdict} /><span>{planText(plan, t)}</span></p>}
        {props.problem !== null && <p class="jp-Flowlet-problem">{props.problem}</p>}
        {shown?.message !== undefined && shown.message !== "" && <p class="jp-Flowlet-message">{shown.message}</p>}
        <Facts status={shown} translate={t} />
        {details?.error !== undefined && <Failure error={details.error} translate={t} />}
        {details?.result !== undefined && <Section title={t("Result")}><pre class="jp-Flowlet-text">{details.result}</pre></Section>}
        {details !== null && details.logs.length > 0 && <Section title={t("Output and logs")}><TaskOutput logs={details.logs} translate={t} /></Section>}
        {details?.children !== undefined && details.children.length > 0 && <ChildrenList details={details} translate={t} />}
        {details !== null && details.inputs.length > 0 && <Inputs details={details} translate={t} />}
        {details !== null && details.history.length > 0 && <History details={details} translate={t} />}
      </div>
    </aside>
  );
}

function kindText(kind: PanelProps["kind"], t: Translate): string {
  return { task: t("Task"), parameter: t("Parameter"), constant: t("Constant") }[kind];
}

function Section(props: { readonly title: string; readonly children: ComponentChildren }): JSX.Element {
  return <section><h4>{props.title}</h4>{props.children}</section>;
}

function Facts({ status, translate: t }: { readonly status: NodeStatus | undefined; readonly translate: Translate }): JSX.Element | null {
  if (status === undefined) return null;
  const facts: [string, string][] = [];
  if (status.reason !== undefined) facts.push([t("Why"), status.reason]);
  if (status.duration !== undefined) facts.push([t("Duration"), durationText(status.duration)]);
  if (status.attempts !== undefined) facts.push([t("Attempts"), String(status.attempts)]);
  if (timeText(status.at) !== "") facts.push([t("Since"), timeText(status.at)]);
  if (facts.length === 0) return null;
  return <dl class="jp-Flowlet-facts">{facts.map(([name, value]) => <><dt key={name}>{name}</dt><dd>{value}</dd></>)}</dl>;
}

function Inputs({ details, translate: t }: { readonly details: TaskDetails; readonly translate: Translate }): JSX.Element {
  return (
    <Section title={t("Inputs")}>
      <dl class="jp-Flowlet-facts jp-mod-code">{details.inputs.map(({ key, from }) => <><dt key={key}>{key}</dt><dd>{from}</dd></>)}</dl>
    </Section>
  );
}

function History({ details, translate: t }: { readonly details: TaskDetails; readonly translate: Translate }): JSX.Element {
  return (
    <Section title={t("History")}>
      <ol class="jp-Flowlet-history">
        {details.history.map(({ state, message, at }, index) => (
          <li key={index}>
            <time dateTime={at > 0 && Number.isFinite(at) ? new Date(at).toISOString() : ""}>{timeText(at)}</time>
            <StateChip state={state} label={t(state)} />
            {message !== undefined && <span class="jp-Flowlet-historyMessage">{message}</span>}
          </li>
        ))}
      </ol>
    </Section>
  );
}
