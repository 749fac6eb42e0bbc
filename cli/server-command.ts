/** `flowlet server …`: the server with its pages, one process and no Docker. */
import { Command } from "commander";
import { FlowletError } from "../engine/index.ts";
import { CommandFailure } from "./command-failure.ts";
import { print, printJson, printProgress } from "./printing.ts";
import { formatAge, formatSize, portNumber } from "./quantities.ts";

interface StartOptions {
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
  readonly foreground?: boolean;
  readonly json?: boolean;
}

export function serverCommand(): Command {
  const server = new Command("server")
    .description("The server: it keeps flows and the states of their runs, shows them on its pages, and has agents run them.")
    .addHelpText("after", "\nExamples:\n  flowlet server start\n  flowlet server status\n  flowlet server stop");
  server.addCommand(new Command("start")
    .description("Start the server in the background, with its data in ~/.flowlet/server.")
    .option("--host <host>", "what it listens on. Default: localhost; elsewhere it asks for an API token")
    .option("--port <port>", "Default: the configuration's server.port, 8080; 0: a free one", portNumber)
    .option("--database <place>", "path of an SQLite file, or postgres://user:password@host/name. Default: ~/.flowlet/server/flowlet.db")
    .option("--foreground", "stay, and write the log here; Ctrl-C ends it")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  flowlet server start\n  flowlet server start --port 9000 --foreground\n  flowlet server start --database postgres://flowlet:secret@localhost/flowlet\n  flowlet server start --host 0.0.0.0")
    .action(start));
  server.addCommand(new Command("stop").description("End the server; runs go on, and tell it when it is there again.").action(async () => {
    const { stopServer } = await import("../server/index.ts");
    const stopped = await stopServer();
    print(stopped === null ? "No server is running." : `The server at ${stopped.endpoint} is stopped (process ${stopped.pid}).`);
  }));
  server.addCommand(new Command("status").description("Say whether the server runs, and where; exit code 1 where it does not.").option("--json", "print JSON").action(status));
  return server;
}

async function start({ foreground, json, ...options }: StartOptions): Promise<void> {
  const { endOnSignals, serverState, startDetached, startServer } = await import("../server/index.ts");
  if (foreground === true) {
    const running = await startServer({ ...options, log: process.stderr });
    welcome(running.endpoint, running.token !== null, null);
    endOnSignals(running, () => printProgress("The server is stopped."));
    // Signals end the process.
    return await new Promise(() => {});
  }
  const known = await serverState();
  if (known.state === "running" && known.record !== null) throw new FlowletError("SERVER_DATA_IN_USE", { data: "Your data", holder: `a server runs with it at ${known.record.endpoint} (process ${known.record.pid})` });
  if (json !== true) printProgress("Starting the server…");
  const started = await startDetached(options);
  if (json === true) printJson(started);
  else welcome(started.endpoint, started.asksForToken, started.log);
}

function welcome(endpoint: string, asksForToken: boolean, log: string | null): void {
  print(`
  WELCOME TO FLOWLET

  Visit ${endpoint} to get started${asksForToken ? "; it asks for the token in ~/.flowlet/server/token" : ""}
  API   ${endpoint}/docs${log === null ? "" : `\n  Log   ${log}`}

  flowlet agent local start    starts an agent, which runs what is due
  flowlet server stop          ends the server
`);
}

async function status({ json }: { readonly json?: boolean }): Promise<void> {
  const { serverState } = await import("../server/index.ts");
  const known = await serverState();
  if (json === true) printJson(known);
  else if (known.record === null) print(known.state === "stopped" ? "No server is running. flowlet server start starts one." : `A server is starting, or does not answer. Its log: ${known.log}`);
  else {
    const lines = [`${known.state === "running" ? "Running" : "Not answering"} at ${known.record.endpoint} (process ${known.record.pid})`];
    if (known.status !== null) lines.push(`  Flowlet ${known.status.version}, ${known.status.database}, ${formatSize(known.status.memory)} of memory, up ${formatAge(Date.now() - Date.parse(known.status.startedAt))}`);
    print([...lines, `  log  ${known.log}`].join("\n"));
  }
  if (known.state !== "running") throw new CommandFailure("");
}
