/** `flowlet version`. */
import { Command } from "commander";
import { packageVersion } from "./package-version.ts";

export function versionCommand(): Command {
  return new Command("version").description("Print Flowlet's version.").action(() => void process.stdout.write(`${packageVersion()}\n`));
}
