/** `flowlet create project` and `flowlet delete project`. */
import { Command } from "commander";
import { connect } from "./connection.ts";
import { confirm } from "./confirm.ts";
import { findProject } from "./find.ts";
import { count, print, printJson } from "./printing.ts";

export function createCommand(): Command {
  const create = new Command("create").description("Make something on the server.");
  create.addCommand(new Command("project")
    .description("Make a project, for flows that belong together.")
    .argument("<name>")
    .option("-d, --description <text>", "what it is for")
    .option("--skip-if-exists", "no error where there is one of that name")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  flowlet create project examples\n  flowlet create project nightly --description \"What runs at night\" --skip-if-exists")
    .action(async (name: string, { description = null, skipIfExists = false, json }: { readonly description?: string | null; readonly skipIfExists?: boolean; readonly json?: boolean }) => {
      const project = await (await connect()).createProject({ name, description, skipIfExists });
      if (json === true) printJson(project);
      else print(`${project.name} created`);
    }));
  return create;
}

export function deleteCommand(): Command {
  const remove = new Command("delete").description("Delete something on the server.");
  remove.addCommand(new Command("project")
    .description("Delete a project with its flows and their runs.")
    .argument("<name>")
    .option("--yes", "do not ask")
    .addHelpText("after", "\nExamples:\n  flowlet delete project examples\n  flowlet delete project examples --yes")
    .action(async (name: string, { yes }: { readonly yes?: boolean }) => {
      const client = await connect();
      const project = await findProject(client, name);
      if (!(await confirm(`Delete project ${project.name} with ${count(project.flowCount, "flow")} and all their runs?`, yes))) return print("Nothing was deleted.");
      await client.deleteProject({ projectId: project.id });
      print(`${project.name} deleted`);
    }));
  return remove;
}
