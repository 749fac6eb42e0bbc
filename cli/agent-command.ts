/** `flowlet agent local start`: what runs the flow runs of the server on this machine. */
import { Command, Option } from "commander";
import { context } from "../engine/index.ts";
import { keyText, several } from "./key-values.ts";
import { LOG_LEVELS } from "./log-line.ts";
import { print } from "./printing.ts";
import { wholeNumber } from "./quantities.ts";

interface AgentCommandOptions {
  readonly api?: string;
  readonly token?: string;
  readonly name?: string;
  readonly label?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly importPath?: readonly string[];
  readonly showFlowLogs?: boolean;
  readonly hostnameLabel: boolean;
  readonly limit?: number;
  readonly maxPolls?: number;
  readonly agentAddress?: string;
  readonly logLevel?: (typeof LOG_LEVELS)[number];
}

const BANNER = `
  ┌─┐  ┬   ┌─┐ ┬ ┬ ┬  ┌─┐ ┌┬┐
  ├┤   │   │ │ │││ │  ├┤   │    agent
  ┴    ┴─┘ └─┘ └┴┘ ┴─┘└─┘  ┴
`;

export function agentCommand(): Command {
  const agent = new Command("agent").description("Agents: they ask the server for runs that are due, and start them.");
  const local = new Command("local").description("The agent that starts runs as processes on this machine.");
  local.addCommand(new Command("start")
    .description("Start an agent here. Ctrl-C ends it when its runs have ended, a second Ctrl-C cancels them.")
    .option("-n, --name <name>", "Default: agent")
    .option("-l, --label <label>", "it takes runs whose labels are all among its own; may be given several times", several)
    .option("--no-hostname-label", "the name of this machine is no label of it")
    .option("-e, --env <NAME=value>", "environment variable of the runs; may be given several times", keyText)
    .option("-p, --import-path <folder>", "folder whose packages the flows may use; may be given several times", several)
    .option("-f, --show-flow-logs", "show here what the runs print and log")
    .option("--limit <count>", "at most so many runs at once", wholeNumber)
    .option("--max-polls <count>", "ask for runs so often, then end", wholeNumber)
    .option("--agent-address <url>", "serve /api/health there, e.g. http://127.0.0.1:8099")
    .option("-a, --api <url>", "address of the server. Default: the configuration's")
    .option("--token <token>", "its API token. Better: FLOWLET__SERVER__TOKEN, which others can not see")
    .addOption(new Option("--log-level <level>", "records below it are not written").choices(LOG_LEVELS))
    .addHelpText("after", "\nExamples:\n  flowlet agent local start\n  flowlet agent local start --label gpu --env DATA=/data --limit 4\n  flowlet agent local start --show-flow-logs")
    .action(start));
  return agent.addCommand(local);
}

async function start({ api, label, importPath, logLevel, ...options }: AgentCommandOptions): Promise<void> {
  const { LocalAgent } = await import("../agent/local-agent.ts");
  print(BANNER);
  await context.with(logLevel === undefined ? {} : { config: { logging: { level: logLevel } } }, async () => {
    const agent = new LocalAgent({ ...options, endpoint: api, labels: label, importPaths: importPath });
    const end = (signal: string) => {
      if (signal === "SIGINT") print("Keyboard interrupt received! Shutting down...");
      void agent.stop();
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, end);
    await agent.start();
    await agent.ended;
  });
}
