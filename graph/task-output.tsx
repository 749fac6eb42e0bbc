/** What a task printed and logged, line by line. */
import type { JSX } from "preact";
import type { TaskLog } from "../protocol/comm-messages.ts";
import { timeText, type Translate } from "./status-text.ts";

export function TaskOutput({ logs, translate: t }: { readonly logs: readonly TaskLog[]; readonly translate: Translate }): JSX.Element {
  return (
    <div class="jp-Flowlet-output" tabIndex={0} role="log" aria-label={t("Output and logs")}>
      {logs.map((log, index) => (
        <div key={index} class={`jp-Flowlet-line jp-mod-${log.source} ${levelClass(log.level)}`} title={timeText(log.at)}>
          {log.level !== undefined && <span class="jp-Flowlet-level">{log.level}</span>}
          {log.kept === true && <span class="jp-Flowlet-kept" title={t("Shown again from an earlier run")}>{t("kept")}</span>}
          <span>{log.text.replace(/\n$/, "")}</span>
        </div>
      ))}
    </div>
  );
}

function levelClass(level: string | undefined): string {
  if (level === "ERROR" || level === "CRITICAL") return "jp-mod-error";
  return level === "WARNING" || level === "WARN" ? "jp-mod-warning" : "";
}
