/** What a kept task printed, logged and displayed when it ran is shown again, and marked. */
import type { TaskLog } from "../../protocol/comm-messages.ts";
import { formatClock, formatDuration } from "../cache/format-time.ts";
import type { KeptResult } from "../cache/kept-result.ts";
import { currentRunHost } from "./run-host.ts";
import type { TaskRun } from "./task-run.ts";

/** Shows again what belongs to a kept result: where the host shows it, else on the terminal. */
export function replay(run: TaskRun, kept: KeptResult): void {
  for (const log of kept.logs) run.record({ ...log, kept: true });
  const title = `${run.fullName}: kept from ${formatClock(kept.at)}, saved ${formatDuration(kept.duration)}`;
  const host = currentRunHost();
  if (host?.onReplay !== undefined) return host.onReplay(title, kept.logs);
  // A host that sees what is printed, and does not say how to show it again, shows it where it shows logs.
  if (host?.onLog === undefined) process.stdout.write(`${replayedText(title, kept.logs)}\n`);
}

/** Kept lines below a title, each with a bar before it; displays are left out. */
export function replayedText(title: string, logs: readonly TaskLog[]): string {
  const lines = logs.filter(({ source }) => source !== "display").flatMap(({ level, text }) => text.replace(/\n$/, "").split("\n").map((line) => `│ ${level === undefined ? "" : `${level} `}${line}`));
  return [title, ...lines].join("\n");
}
