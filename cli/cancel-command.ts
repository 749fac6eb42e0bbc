/** `flowlet cancel`: ends a run. */
import { Command } from "commander";
import { connect } from "./connection.ts";
import { findFlowRun } from "./find.ts";
import { print, printJson } from "./printing.ts";

export function cancelCommand(): Command {
  return new Command("cancel")
    .description("Cancel a run: one that is going is asked to end, another one does not begin.")
    .argument("<flow-run>", "name or id")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  flowlet cancel enlightened-otter")
    .action(async (given: string, { json }: { readonly json?: boolean }) => {
      const client = await connect();
      const run = await client.cancelFlowRun({ flowRunId: (await findFlowRun(client, given)).id });
      if (json === true) printJson(run);
      else print(`${run.name} is ${run.state}`);
    });
}
