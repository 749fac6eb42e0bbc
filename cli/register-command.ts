/** `flowlet register`: stores the flows of files with the server. */
import { relative } from "node:path";
import { Command } from "commander";
import type { RegisterProgress, RegisterSummary } from "../client/index.ts";
import { CommandFailure } from "./command-failure.ts";
import { connect } from "./connection.ts";
import { several } from "./key-values.ts";
import { count, print, printJson, printProgress } from "./printing.ts";

interface RegisterCommandOptions {
  readonly project?: string;
  readonly name?: readonly string[];
  readonly label?: readonly string[];
  readonly force?: boolean;
  readonly watch?: boolean;
  readonly schedule: boolean;
  readonly json?: boolean;
}

export function registerCommand(): Command {
  return new Command("register")
    .description("Register the flows of files: a flow that has changed gets a new version. Files of folders and patterns too; what is written in them at top level is evaluated, and no flow runs.")
    .argument("<paths...>", "files, folders, or patterns such as 'flows/**/*.ts'")
    .option("--project <name>", "project of the flows; it is made where there is none of that name. Default: default")
    .option("-n, --name <name>", "only the flow of this name; may be given several times", several)
    .option("-l, --label <label>", "label of the flows, besides their own; may be given several times", several)
    .option("-f, --force", "a new version also where nothing has changed")
    .option("--no-schedule", "schedules do not count until they are turned on")
    .option("--watch", "stay, and register again what changes")
    .option("--json", "print JSON, a line for each flow")
    .addHelpText("after", "\nExamples:\n  flowlet register --project examples flows/etl.ts\n  flowlet register --project examples 'flows/**/*.ts' --label big\n  flowlet register flows --watch")
    .action(register);
}

async function register(paths: readonly string[], { project, name, label, force, watch, schedule, json }: RegisterCommandOptions): Promise<void> {
  const { registerFiles, watchFiles } = await import("../client/index.ts");
  const say = json === true ? sayJson : sayLines();
  const options = { client: await connect(), project, names: name, labels: label, force, setScheduleActive: schedule, onProgress: say };
  if (json !== true) print("Collecting flows...");
  if (watch !== true) return report(await registerFiles(paths, options), json === true);
  const ended = new AbortController();
  process.once("SIGINT", () => ended.abort());
  printProgress("Watching; Ctrl-C ends it.");
  await watchFiles(paths, { ...options, signal: ended.signal, onSummary: (summary) => { if (json !== true) print(lines(summary)); } });
}

function report(summary: RegisterSummary, json: boolean): void {
  if (!json) print(lines(summary));
  if (summary.registered + summary.skipped + summary.failed === 0) throw new CommandFailure("No flow was found there.");
  if (summary.failed > 0) throw new CommandFailure(json ? `${count(summary.failed, "flow")} could not be registered.` : "");
}

function lines({ registered, skipped, failed }: RegisterSummary): string {
  const parts = [[registered, "registered"], [skipped, "skipped"], [failed, "errored"]] as const;
  return `======================== ${parts.filter(([number], index) => number > 0 || index === 0).map(([number, what]) => `${number} ${what}`).join(", ")} ========================`;
}

function sayLines(): (progress: RegisterProgress) => void {
  return (progress) => {
    const file = relative(process.cwd(), progress.file) || progress.file;
    switch (progress.step) {
      case "collecting": return print(`Processing '${file}':`);
      case "building": return print("  Building the bundle...");
      case "registered": print(`  Registering '${progress.flow}'... Done`); break;
      case "skipped": print(`  Registering '${progress.flow}'... Skipped (unchanged)`); break;
      case "failed": return print(`  ${progress.flow === null ? "Error" : `Registering '${progress.flow}'... Error`}: ${progress.message}`);
      default: return;
    }
    const { id, version, url, limits } = progress.registered;
    for (const line of [`ID: ${id}`, `Version: ${version}`, `URL: ${url}`, ...limits.map((limit) => `Note: ${limit}`)]) print(`  └── ${line}`);
  };
}

function sayJson(progress: RegisterProgress): void {
  if (progress.step === "registered" || progress.step === "skipped" || progress.step === "failed") printJson(progress);
}
