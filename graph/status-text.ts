/** Durations, times and states in words. */
import type { NodeStatus } from "../protocol/comm-messages.ts";
import type { StateName } from "../protocol/states.ts";

/** Translates a text of the picture; `%1`, `%2` stand for the arguments. */
export type Translate = (text: string, ...args: readonly (string | number)[]) => string;

/** The identity, for pages without translations. */
export const untranslated: Translate = (text, ...args) => text.replace(/%(\d)/g, (match, at: string) => String(args[Number(at) - 1] ?? match));

/** `3 ms`, `0.31 s`, `2 min 5 s`, `1 h 3 min`. @param duration milliseconds */
export function durationText(duration: number): string {
  if (!Number.isFinite(duration) || duration < 0) return "";
  if (duration < 100) return `${Math.round(duration)} ms`;
  if (duration < 9_950) return `${(duration / 1000).toPrecision(2)} s`;
  if (duration < 59_500) return `${Math.round(duration / 1000)} s`;
  const minutes = Math.floor(Math.round(duration / 1000) / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(duration / 1000) % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `14:02:07.123` in the reader's time zone. @param at milliseconds since 1970 */
export function timeText(at: number): string {
  if (!Number.isFinite(at) || at <= 0) return "";
  const time = new Date(at);
  return `${time.toTimeString().slice(0, 8)}.${String(time.getMilliseconds()).padStart(3, "0")}`;
}

/** States whose duration is the task's own work. */
const MEASURED: ReadonlySet<StateName> = new Set(["Success", "Mapped", "Looped", "Failed", "TimedOut", "Cancelled"]);

/** The line below a node's name: its state, and what is worth knowing at a glance. */
export function statusLine(state: StateName, status: NodeStatus | undefined, translate: Translate): string {
  const name = translate(state);
  if (state === "Running") return `${name}…`;
  if (status?.duration !== undefined && status.duration >= 1 && MEASURED.has(state)) return `${name} ${durationText(status.duration)}`;
  if (state === "Retrying" && status?.attempts !== undefined) return `${name} (${status.attempts})`;
  return name;
}
