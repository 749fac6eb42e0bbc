/** `flowlet version`. */
import { Command } from "commander";
import { flowletVersion } from "../engine/embedding.ts";

export function versionCommand(): Command {
  return new Command("version").description("Print Flowlet's version.").action(() => void process.stdout.write(`${flowletVersion()}\n`));
}
