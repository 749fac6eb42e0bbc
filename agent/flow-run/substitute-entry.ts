/** What stands in an entry's place: the server takes entries without a gap only. */
import type { ReportEntry } from "../../client/api-types.ts";

/** For an entry that the server does not take: a state without what it need not have, else a record that says so. @param why the server's words */
export function substitute(entry: ReportEntry, why: string): ReportEntry {
  if (entry.kind !== "log") {
    const { version, type, message, at, startTime, runCount } = entry.state;
    const state = { version, type, message, at, ...(startTime === undefined ? {} : { startTime }), ...(runCount === undefined ? {} : { runCount }) };
    if (Object.keys(entry.state).length > Object.keys(state).length) return { ...entry, state, ...(entry.kind === "taskState" ? { resultPreview: null } : {}) };
  }
  return lostEntry(entry.sequence, `A ${entry.kind === "log" ? "log record" : `state (${entry.state.type})`} is missing here, the server did not take it: ${why}`);
}

/** For an entry that is lost. */
export function lostEntry(sequence: number, message = "Something is missing here: it could not be written to disk before the process ended."): ReportEntry {
  return { kind: "log", sequence, at: new Date().toISOString(), level: "WARNING", logger: "flowlet.report", message: message.slice(0, 1000) };
}
