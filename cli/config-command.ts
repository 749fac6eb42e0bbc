/** `flowlet config`: the configuration in force. */
import { Command } from "commander";
import { loadConfig } from "../engine/index.ts";

export function configCommand(): Command {
  return new Command("config")
    .description("Print the configuration in force, without secrets; what is wrong with it goes to stderr.")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  flowlet config\n  flowlet config --json")
    .action(({ json }: { readonly json?: boolean }) => {
      const { config, problems } = loadConfig();
      for (const { text } of problems) process.stderr.write(`flowlet: ${text}\n`);
      process.stdout.write(json === true ? `${JSON.stringify(config, undefined, 2)}\n` : lines(config).map((line) => `${line}\n`).join(""));
    });
}

/** `cache.folder = ".flowlet/results"` */
function lines(config: object): string[] {
  const all: string[] = [];
  const rest: [string, unknown][] = Object.entries(config).reverse();
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const [path, value] = next;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) rest.push(...Object.entries(value).map(([name, child]): [string, unknown] => [`${path}.${name}`, child]).reverse());
    else all.push(`${path} = ${JSON.stringify(value)}`);
  }
  return all;
}
