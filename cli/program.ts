/** What the `flowlet` command can do, and how it ends: 0 done, 1 failed with one line on stderr that says why, 2 used wrongly. */
import { Command, CommanderError } from "commander";
import { agentCommand } from "./agent-command.ts";
import { backendCommand } from "./backend-command.ts";
import { cacheCommand } from "./cache-command.ts";
import { cancelCommand } from "./cancel-command.ts";
import { CommandFailure } from "./command-failure.ts";
import { completeCommand, completionCommand } from "./completion-command.ts";
import { configCommand } from "./config-command.ts";
import { describeCommand } from "./describe-command.ts";
import { diagnosticsCommand } from "./diagnostics-command.ts";
import { getCommand } from "./get-command.ts";
import { flowletVersion } from "../engine/embedding.ts";
import { createCommand, deleteCommand } from "./project-commands.ts";
import { registerCommand } from "./register-command.ts";
import { runCommand } from "./run-command.ts";
import { serverCommand } from "./server-command.ts";
import { versionCommand } from "./version-command.ts";

const WRONG_USE = 2;

/** Runs the command with these arguments. @returns the exit code */
export async function runProgram(argv: readonly string[]): Promise<number> {
  const program = new Command("flowlet")
    .description("Registers and runs flows, and looks after the server, agents and kept results.")
    .version(flowletVersion(), "-V, --version", "print Flowlet's version")
    .showHelpAfterError("(flowlet --help lists what there is)")
    .addCommand(backendCommand())
    .addCommand(serverCommand())
    .addCommand(createCommand())
    .addCommand(deleteCommand())
    .addCommand(registerCommand())
    .addCommand(agentCommand())
    .addCommand(runCommand())
    .addCommand(cancelCommand())
    .addCommand(getCommand())
    .addCommand(describeCommand())
    .addCommand(cacheCommand())
    .addCommand(configCommand())
    .addCommand(versionCommand())
    .addCommand(diagnosticsCommand())
    .addCommand(completionCommand());
  program.addCommand(completeCommand(() => program), { hidden: true });
  for (const command of everyCommand(program)) command.exitOverride();
  try {
    await program.parseAsync(argv, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 || error.code === "commander.help" ? error.exitCode && WRONG_USE : WRONG_USE;
    if (error instanceof CommandFailure) process.stderr.write(error.message === "" ? "" : `${error.message}\n`);
    else process.stderr.write(`flowlet: ${(error as Error).message}\n`);
    return 1;
  }
}

function everyCommand(program: Command): Command[] {
  const all = [program];
  for (let at = 0; at < all.length; at++) all.push(...(all[at] as Command).commands);
  return all;
}
