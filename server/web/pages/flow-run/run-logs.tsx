/** The log records of a run: live, by level, searched, to take along. */
import type { JSX } from "preact";
import { useQueryParameter } from "../../app/use-place.ts";
import { Button } from "../../components/button.tsx";
import { Select } from "../../components/field.tsx";
import { plural } from "../../components/format-time.ts";
import { DownloadIcon } from "../../components/icons.tsx";
import { LogView } from "../../components/log-view.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { SearchField } from "../../components/search-field.tsx";
import type { LogEntry, LogLevel } from "../../live/api.ts";
import { useLogs } from "../../live/use-logs.ts";

const LEVELS: readonly LogLevel[] = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];

/** @param taskRunId of one task only @param name of the file to take along */
export function RunLogs({ flowRunId, taskRunId, name }: { readonly flowRunId: string; readonly taskRunId?: string; readonly name: string }): JSX.Element {
  const [level, setLevel] = useQueryParameter("level");
  const [search, setSearch] = useQueryParameter("find");
  const known = LEVELS.find((one) => one === level);
  const { entries, loading, error, cut } = useLogs({ flowRunId, ...(taskRunId !== undefined && { taskRunId }), ...(known !== undefined && { level: known }), ...(search !== null && { search }) });
  return (
    <div class="logs">
      <div class="logs-bar">
        <Select label="Level" value={known ?? "DEBUG"} options={LEVELS.map((one) => ({ value: one, text: one === "DEBUG" ? "All levels" : `${one} and above` }))} onChange={(value) => setLevel(value === "DEBUG" ? null : value)} />
        <SearchField label="Search the records" value={search ?? ""} onChange={setSearch} />
        <span class="faint">{loading ? "Loading…" : plural(entries.length, "record")}</span>
        <span class="space" />
        <Button icon={<DownloadIcon />} disabled={entries.length === 0 ? "There are no records." : undefined} onClick={() => save(entries, `${name}.log`)}>Download</Button>
      </div>
      {error !== undefined && <ErrorNotice what="The log records could not be loaded" error={error} />}
      {cut && <p class="faint">There are more than are shown here: <code>flowlet get logs {name}</code> has all.</p>}
      <LogView entries={entries} search={search ?? ""} showTasks={taskRunId === undefined} empty={loading ? "Loading…" : known !== undefined || search !== null ? "No record is like this." : "Nothing was logged yet."} />
    </div>
  );
}

function save(entries: readonly LogEntry[], name: string): void {
  const lines = entries.map(({ at, level, logger, taskRunName, message }) => `${at} ${level.padEnd(8)} ${taskRunName ?? logger} | ${message}\n`);
  const url = URL.createObjectURL(new Blob(lines, { type: "text/plain" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url));
}
