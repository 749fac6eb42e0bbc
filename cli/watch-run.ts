/** Stays with a run on the server until it has ended, and prints what happens to it. */
import type { FlowletClient } from "../client/index.ts";
import { isStateKind } from "../protocol/states.ts";
import { CommandFailure } from "./command-failure.ts";
import { isAtLeast, logLine } from "./log-line.ts";
import { print, printJson } from "./printing.ts";

/** How a run is watched. */
export interface WatchedOutput {
  /** Print what happens. */
  readonly talks: boolean;
  /** Log records too, not only states. */
  readonly logs: boolean;
  readonly logLevel: string;
  /** Print the run as JSON when it has ended. */
  readonly json: boolean;
}

/** @throws CommandFailure where the run fails. Ctrl-C ends the watching, not the run */
export async function watchRun(client: FlowletClient, flowRunId: string, { talks, logs, logLevel, json }: WatchedOutput): Promise<void> {
  const { watchFlowRun } = await import("../client/index.ts");
  const updates = watchFlowRun(flowRunId, { client, streamLogs: logs });
  let step = await updates.next();
  for (; step.done !== true; step = await updates.next()) {
    const { kind, at, level, message } = step.value;
    if (talks && (kind !== "log" || isAtLeast(level, logLevel))) print(logLine({ at: at.getTime(), level, message }));
  }
  const run = step.value;
  if (json) printJson(run);
  if (!isStateKind(run.state, "Success")) throw new CommandFailure(run.state === "Cancelled" ? "Flow run was cancelled." : "Flow run failed!");
  if (talks) print("Flow run succeeded!");
}
