/** Runs a flow that a file makes, in this process. */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { context, type Flow } from "../engine/index.ts";
import { withHost, type LogRecord, type RunHost } from "../engine/embedding.ts";
import { CommandFailure } from "./command-failure.ts";
import { isAtLeast, logLine } from "./log-line.ts";
import { print, printJson } from "./printing.ts";
import type { RunCommandOptions } from "./run-command-options.ts";

/** @throws Error where the file makes no such flow; CommandFailure where the run fails */
export async function runFile(path: string, { name, param = {}, context: entries = {}, runName, logLevel = "INFO", schedule = false, quiet, logs, json }: RunCommandOptions): Promise<void> {
  const talks = quiet !== true && json !== true;
  if (talks) print("Retrieving local flow...");
  const flow = await flowOf(path, name);
  if (talks) print("Running flow locally...");
  const host: RunHost = { onLog: (record: LogRecord) => { if (talks && logs && isAtLeast(record.level, logLevel)) print(logLine(record)); } };
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once("SIGINT", interrupt);
  try {
    const level = logLevel === "DEBUG" ? { config: { logging: { level: "DEBUG" as const } } } : {};
    const state = await withHost(host, () => context.with(level, () => flow.run({ ...param }, { runOnSchedule: schedule, signal: interrupted.signal, context: { ...entries, ...(runName === undefined ? {} : { flowRunName: runName }) } })));
    if (json === true) printJson({ flow: flow.name, state: state.constructor.name, message: state.message });
    if (!state.isSuccessful()) throw new CommandFailure("Flow run failed!");
    if (talks) print("Flow run succeeded!");
  } finally {
    process.off("SIGINT", interrupt);
  }
}

async function flowOf(path: string, name: string | undefined): Promise<Flow> {
  const file = resolve(path);
  if (!existsSync(file)) throw new Error(`There is no file ${file}.`);
  const { bundleFile, loadBundle } = await import("../client/index.ts");
  // What would be registered: enums and JSX work, tasks have the names that they have on the server.
  const { flows, error } = await loadBundle(await bundleFile(file), { folder: dirname(file) });
  const found = name === undefined ? flows : flows.filter((flow) => flow.name === name);
  if (found.length === 0 && error !== undefined) throw new Error(`${file} can not be loaded: ${error instanceof Error ? error.stack ?? error.message : String(error)}`, { cause: error });
  const [flow] = found;
  const names = [...new Set(flows.map((one) => one.name))].join(", ");
  if (flow === undefined) throw new Error(flows.length === 0 ? `${file} makes no flow.` : `${file} makes no flow ${name}, but ${names}.`);
  if (name === undefined && found.length > 1) throw new Error(`${file} makes several flows: say which with --name: ${names}.`);
  return flow;
}
