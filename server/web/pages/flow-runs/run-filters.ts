/** Which runs the list shows, as the address says. */

/** States that people look for together. The first is all of them, without what is planned for later: schedules plan so much that it would hide the rest. */
export const STATE_GROUPS: readonly { readonly value: string; readonly text: string }[] = [
  { value: "", text: "Until now" },
  { value: "Running,Submitted", text: "In progress" },
  { value: "Scheduled", text: "Scheduled" },
  { value: "Success", text: "Success" },
  { value: "Failed", text: "Failed" },
  { value: "Cancelled", text: "Cancelled" },
];

export const TIMES: readonly { readonly value: string; readonly text: string; readonly length: number }[] = [
  { value: "1h", text: "Last hour", length: 3_600_000 },
  { value: "24h", text: "Last 24 hours", length: 86_400_000 },
  { value: "7d", text: "Last 7 days", length: 7 * 86_400_000 },
  { value: "30d", text: "Last 30 days", length: 30 * 86_400_000 },
];

export interface RunFilters {
  readonly states?: string;
  readonly name?: string;
  readonly projectId?: string;
  readonly flowGroupId?: string;
  readonly agentId?: string;
  readonly since?: string;
  readonly until?: string;
  /** What is planned comes in the order of its time. */
  readonly order?: "oldest";
}

/** Steps in which a time that ends now moves on, so that the same question is asked for a while (milliseconds). */
const STEP = 60_000;

/** Reads an address' query; what is no time is passed over. @param now milliseconds since 1970 */
export function runFilters(query: URLSearchParams, now: number): RunFilters {
  const text = (name: string) => query.get(name) ?? "";
  const time = TIMES.find(({ value }) => value === text("time"));
  const since = time === undefined ? instant(text("since")) : new Date(Math.floor(now / STEP) * STEP - time.length).toISOString();
  const untilGiven = time === undefined ? instant(text("until")) : undefined;
  const until = untilGiven ?? (text("states") === "" ? new Date((Math.floor(now / STEP) + 2) * STEP).toISOString() : undefined);
  return {
    ...(text("states") === "Scheduled" && { order: "oldest" }), ...(text("states") !== "" && { states: text("states") }), ...(text("name") !== "" && { name: text("name") }), ...(text("project") !== "" && { projectId: text("project") }),
    ...(text("flow") !== "" && { flowGroupId: text("flow") }), ...(text("agent") !== "" && { agentId: text("agent") }),
    ...(since !== undefined && { since }), ...(until !== undefined && { until }),
  };
}

/** Whether the address asks for less than all. */
export function isFiltered(query: URLSearchParams): boolean {
  return ["states", "name", "project", "flow", "agent", "since", "until", "time"].some((name) => (query.get(name) ?? "") !== "");
}

function instant(text: string): string | undefined {
  const at = text === "" ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
