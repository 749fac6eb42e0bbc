/** `flowlet describe …`: all that the server knows of one thing, as JSON. */
import { Command } from "commander";
import { connect } from "./connection.ts";
import { findFlow, findFlowRun } from "./find.ts";
import { printJson } from "./printing.ts";

export function describeCommand(): Command {
  const describe = new Command("describe")
    .description("Print all that the server knows of a flow, its tasks, or a run, as JSON.")
    .addHelpText("after", "\nExamples:\n  flowlet describe flow etl\n  flowlet describe flow-run enlightened-otter | jq .stateHistory");
  const ofFlow = (command: Command) => command.argument("<name>", "name of the flow, or id").option("-p, --project <name>", "of this project");
  describe.addCommand(ofFlow(new Command("flow").alias("flows")).description("A flow, in its newest version.")
    .action(async (name: string, { project }: { readonly project?: string }) => {
      const client = await connect();
      const { graph, tasks, ...flow } = await client.getFlow({ flowId: (await findFlow(client, name, project)).id });
      printJson({ ...flow, edgeCount: (graph.edges as unknown[] | undefined)?.length, tasks: tasks.map(({ slug }) => slug) });
    }));
  describe.addCommand(ofFlow(new Command("tasks")).description("The tasks of a flow.")
    .action(async (name: string, { project }: { readonly project?: string }) => {
      const client = await connect();
      printJson((await client.getFlow({ flowId: (await findFlow(client, name, project)).id })).tasks);
    }));
  describe.addCommand(new Command("flow-run").alias("flow-runs").description("A run, with the history of its states.").argument("<name>", "name of the run, or id")
    .action(async (name: string) => {
      const client = await connect();
      printJson(await client.getFlowRun({ flowRunId: (await findFlowRun(client, name)).id }));
    }));
  return describe;
}
