/** The line above the graph: name, state, counts, live or saved, buttons. */
import type { JSX } from "preact";
import { inkOn } from "../layout/state-counts.ts";
import { STATES, type StateName } from "../protocol/states.ts";
import type { VerdictCounts } from "../protocol/verdict.ts";
import { ActionButton } from "./action-button.tsx";
import { FitIcon, RefreshIcon, RunFromIcon, RunIcon, StopIcon, ZoomInIcon, ZoomOutIcon } from "./button-icons.tsx";
import type { Progress } from "./flow-state.ts";
import { ProjectForm, RegistrationButtons, type Registration } from "./registration.tsx";
import type { Translate } from "./status-text.ts";
import type { Connection, Notice } from "./view-actions.ts";

export interface ToolbarProps {
  readonly name: string;
  readonly state: StateName | null;
  readonly progress: Progress;
  readonly running: boolean;
  readonly note?: string;
  readonly connection: Connection;
  readonly notice: Notice | null;
  readonly translate: Translate;
  /** What the next run would do; null where nobody knows. */
  readonly verdicts: VerdictCounts | null;
  /** This page can run and cancel. */
  readonly runs: boolean;
  readonly registration: Registration;
  /** The form that asks for the project is open. */
  readonly asksProject: boolean;
  readonly onAskProject: (open: boolean) => void;
  /** Null: this page can not register. */
  readonly onRegister: ((project?: string) => void) | null;
  readonly onRun: () => void;
  readonly onRunFailed: () => void;
  readonly onRefreshOutside: () => void;
  readonly onCancel: () => void;
  readonly onZoom: (factor: number) => void;
  readonly onFit: () => void;
}

export function Toolbar(props: ToolbarProps): JSX.Element {
  const { translate: t, progress, connection, notice, registration } = props;
  const ofServer = registration.link?.run !== undefined;
  const canRun = props.runs && !ofServer;
  return (
    <>
      <div class="jp-Flowlet-toolbar" role="toolbar" aria-label={t("Flow %1", props.name)}>
        <span class="jp-Flowlet-title" title={props.name}>{props.name}</span>
        {ofServer && <span class="jp-Flowlet-runName" title={t("A run on the server")}>{registration.link!.run}</span>}
        {props.state !== null && <StateChip state={props.state} label={t(props.state)} />}
        <span class="jp-Flowlet-progress" title={props.note ?? ""}>{progressText(progress, t)}</span>
        <ProgressBar progress={progress} />
        {props.verdicts !== null && !props.running && <span class="jp-Flowlet-next">{verdictsText(props.verdicts, t)}</span>}
        <span class="jp-Flowlet-space" />
        <ConnectionBadge connection={connection} translate={t} />
        {canRun && <ActionButton label={t("Run flow")} disabled={connection.reason} onClick={props.onRun}><RunIcon />{t("Run flow")}</ActionButton>}
        {canRun && progress.failed > 0 && !props.running && <ActionButton label={t("Run what has failed, and what follows it")} disabled={connection.reason} onClick={props.onRunFailed}><RunFromIcon />{t("Run failed")}</ActionButton>}
        {props.verdicts !== null && props.verdicts.outside > 0 && !props.running && (
          <ActionButton label={t("Run again what came from outside (%1), and what depends on it", props.verdicts.outside)} disabled={connection.reason} onClick={props.onRefreshOutside}><RefreshIcon />{t("Refresh")}</ActionButton>
        )}
        {props.runs && props.running && <ActionButton label={t("Cancel")} disabled={connection.reason} onClick={props.onCancel}><StopIcon />{t("Cancel")}</ActionButton>}
        <RegistrationButtons {...registration} translate={t} disabled={connection.reason} onAsk={() => props.onAskProject(!props.asksProject)} onRegister={props.onRegister} />
        <span class="jp-Flowlet-zoom">
          <ActionButton label={t("Zoom out")} onClick={() => props.onZoom(1 / 1.4)}><ZoomOutIcon /></ActionButton>
          <ActionButton label={t("Zoom in")} onClick={() => props.onZoom(1.4)}><ZoomInIcon /></ActionButton>
          <ActionButton label={t("Show the whole graph")} onClick={props.onFit}><FitIcon /></ActionButton>
        </span>
      </div>
      {props.asksProject && props.onRegister !== null && (
        <ProjectForm suggested={DEFAULT_PROJECT} translate={t} onSubmit={props.onRegister} onClose={() => props.onAskProject(false)} />
      )}
      {notice !== null && <div class={`jp-Flowlet-notice jp-mod-${notice.kind}`} role={notice.kind === "error" ? "alert" : "status"}>{notice.text}</div>}
    </>
  );
}

/** Where flows are that no project was named for. */
const DEFAULT_PROJECT = "default";

/** `3/5 done · 1 failed · 2 running` */
export function progressText({ total, done, failed, running }: Progress, t: Translate): string {
  const parts = [t("%1/%2 done", done, total)];
  if (running > 0) parts.push(t("%1 running", running));
  if (failed > 0) parts.push(t("%1 failed", failed));
  return parts.join(" · ");
}

/** What the next run would do: `next run: 3 tasks` */
export function verdictsText({ fresh, outside, stale, unknown }: VerdictCounts, t: Translate): string {
  const runs = stale + unknown;
  return runs === 0 ? t("nothing to do") : fresh + outside === 0 ? t("all %1 will run", runs) : t("%1 of %2 will run", runs, runs + fresh + outside);
}

function ProgressBar({ progress }: { readonly progress: Progress }): JSX.Element {
  return (
    <span class="jp-Flowlet-bar" aria-hidden="true">
      {progress.states.map(([state, count]) => (
        <span key={state} title={`${count} ${state}`} style={{ flexGrow: count, background: state === "Pending" ? "transparent" : STATES[state].color }} />
      ))}
    </span>
  );
}

/** A state by colour, icon and name. */
export function StateChip({ state, label }: { readonly state: StateName; readonly label: string }): JSX.Element {
  const { color, icon } = STATES[state];
  return (
    <span class="jp-Flowlet-chip" data-state={state}>
      <span class="jp-Flowlet-chipDot" style={{ background: color, color: inkOn(color) }} aria-hidden="true">{icon}</span>
      {label}
    </span>
  );
}

function ConnectionBadge({ connection, translate: t }: { readonly connection: Connection; readonly translate: Translate }): JSX.Element {
  const kind = connection.replaced === true ? "replaced" : connection.live ? "live" : "saved";
  const label = { replaced: t("replaced"), live: t("live"), saved: t("saved") }[kind];
  return <span class={`jp-Flowlet-connection jp-mod-${kind}`} title={connection.reason ?? t("States are shown as they happen.")}>{label}</span>;
}
