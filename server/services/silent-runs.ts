/** Runs whose process has not been heard of. */
import type { StateName } from "../../protocol/states.ts";
import type { Reader } from "../database/database.ts";
import { places } from "../orchestration/sql-text.ts";

/** A run is silent after so long without a report (milliseconds); its process sends one every 30 seconds. */
export const SILENT = 600_000;

/**
 * Ids of runs in these states that are silent, of flows whose runs send heartbeats.
 * @param setting of the flow's group that must be on too
 */
export async function silentRuns(reader: Reader, states: readonly StateName[], setting: "heartbeat_enabled" | "lazarus_enabled", now: number): Promise<string[]> {
  const rows = await reader.query<{ id: string }>(
    `select r.id from flow_runs r join flow_groups g on g.id = r.flow_group_id
     where r.state in (${places(states)}) and coalesce(r.heartbeat, r.state_at) < ? and r.state_at < ? and g.heartbeat_enabled = 1 and g.${setting} = 1 order by r.id`, [...states, now - SILENT, now - SILENT]);
  return rows.map(({ id }) => id);
}

/** Is a locked row still silent? */
export function isSilent({ heartbeat, state_at }: { readonly heartbeat: number | null; readonly state_at: number }, now: number): boolean {
  return Math.max(heartbeat ?? 0, state_at) < now - SILENT;
}
