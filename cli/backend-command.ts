/** `flowlet backend …`: which backend the commands and `flow.register()` talk to. */
import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { config } from "../engine/index.ts";

export function backendCommand(): Command {
  const backend = new Command("backend")
    .description("Say which backend flows are registered with.")
    .addHelpText("after", "\nExamples:\n  flowlet backend server");
  backend.addCommand(new Command("server")
    .description("The server that `flowlet server start` starts. Written to ~/.flowlet/backend.toml.")
    .option("--endpoint <url>", "address of a server elsewhere. Default: the configuration's server.endpoint", address)
    .action(({ endpoint }: { readonly endpoint?: string }) => {
      const path = process.env.FLOWLET__BACKEND_CONFIG_PATH ?? join(homedir(), ".flowlet", "backend.toml");
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `backend = "server"\n${endpoint === undefined ? "" : `\n[server]\nendpoint = ${JSON.stringify(endpoint)}\n`}`);
      process.stdout.write(`Backend switched to server\n${endpoint === undefined ? "" : `Its address is ${endpoint}\n`}`);
    }));
  backend.addCommand(new Command("show")
    .description("Print the backend in force, and its address.")
    .option("--json", "print JSON")
    .action(({ json }: { readonly json?: boolean }) => {
      const { backend: name, server: { endpoint } } = config;
      process.stdout.write(json === true ? `${JSON.stringify({ backend: name, endpoint })}\n` : `${name} at ${endpoint}\n`);
    }));
  return backend;
}

/** @throws InvalidArgumentError for what is no address of a server */
function address(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search !== "" || url.hash !== "") throw new InvalidArgumentError(`Expected the address of a server such as http://localhost:8080, got ${JSON.stringify(text)}.`);
  return url.origin;
}
