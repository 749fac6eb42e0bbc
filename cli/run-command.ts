/** `flowlet run`: a flow of a file, here and now; or one that is registered, by an agent. */
import { Argument, Command, Option } from "commander";
import { LOG_LEVELS } from "./log-line.ts";
import { jsonFile, keyJson, several } from "./key-values.ts";
import type { RunCommandOptions } from "./run-command-options.ts";
import { runFile } from "./run-file.ts";
import { runRegistered } from "./run-registered.ts";

export function runCommand(): Command {
  return new Command("run")
    .description("Run a flow: one of a file here and now, or one that is registered, for an agent to take.")
    .addArgument(new Argument("[flow]", "name or id of a registered flow"))
    .option("-p, --path <file>", "file that makes the flow: it runs here, without a server")
    .option("-n, --name <name>", "name of the flow, where the file makes several")
    .option("--project <name>", "project of the registered flow, where several have it")
    .option("--param <name=json>", "value of a parameter; may be given several times", keyJson)
    .option("--param-file <file>", "JSON file with values of parameters; --param wins")
    .option("--context <name=json>", "entry of the context; may be given several times", keyJson)
    .option("--label <label>", "label of the run; may be given several times. Default: the flow's", several)
    .option("--run-name <name>", "name of the run. Default: two words")
    .option("--idempotency-key <key>", "a second run with this key is the first one")
    .option("--at <time>", "when it may begin, e.g. 2026-01-31T06:00:00Z. Default: now")
    .addOption(new Option("--log-level <level>", "records below it are not shown").choices(LOG_LEVELS).default("INFO"))
    .option("-s, --schedule", "a file's flow waits for the times of its schedule")
    .option("-w, --watch", "stay until the run has ended, and show its states and logs")
    .option("-q, --quiet", "print the run's id only")
    .option("--no-logs", "no log records while it runs")
    .option("--json", "print the run as JSON")
    .addHelpText("after", `
Examples:
  flowlet run -p flows/etl.ts --param day='"Monday"'
  flowlet run etl --param day=Monday --watch
  flowlet run etl --run-name "Monday again" --at 2026-01-31T06:00:00Z
  flowlet run etl --json | jq -r .id`)
    .action(async (flow: string | undefined, options: RunCommandOptions) => {
      const given = { ...options, param: { ...(options.paramFile === undefined ? {} : jsonFile(options.paramFile)), ...options.param } };
      if (options.path !== undefined && flow === undefined) await runFile(options.path, given);
      else if (options.path === undefined && (flow ?? options.name) !== undefined) await runRegistered((flow ?? options.name) as string, given);
      else throw new Error("Say which flow to run: the name of one that is registered, or --path with the file that makes it.");
    });
}
