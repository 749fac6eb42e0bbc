/** `flowlet diagnostics`: what a bug report needs, without secrets. */
import { existsSync } from "node:fs";
import { arch, platform, release } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { config, loadConfig, type Config } from "../engine/index.ts";
import { loadedDefaults } from "./loaded-defaults.ts";
import { flowletVersion } from "../engine/embedding.ts";

export function diagnosticsCommand(): Command {
  return new Command("diagnostics")
    .description("Print what a bug report needs, as JSON: versions, system, which keys of the configuration are set. No values of them.")
    .addHelpText("after", "\nExamples:\n  flowlet diagnostics\n  flowlet diagnostics > report.json")
    .action(() => void process.stdout.write(`${JSON.stringify(diagnostics(), undefined, 2)}\n`));
}

function diagnostics(): object {
  const { problems } = loadConfig();
  const { homeDir } = config;
  return {
    flowlet: { version: flowletVersion(), backend: config.backend, endpoint: config.server.endpoint },
    system: { platform: platform(), release: release(), arch: arch(), node: process.versions.node },
    // Names only: a value may be a secret, and a path may name a person.
    configuration: {
      set: changedKeys(config, loadedDefaults()),
      environment: Object.keys(process.env).filter((name) => name.startsWith("FLOWLET__")).sort(),
      files: { config: existsSync(join(homeDir, "config.toml")), backend: existsSync(join(homeDir, "backend.toml")) },
      problems: problems.length,
    },
  };
}

/** Keys whose value is not the default. */
function changedKeys(config: Config, defaults: Config): string[] {
  const changed: string[] = [];
  const rest: [string, unknown, unknown][] = [["", config, defaults]];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const [path, value, usual] = next;
    const isSection = (one: unknown): one is Record<string, unknown> => typeof one === "object" && one !== null && !Array.isArray(one);
    if (isSection(value)) rest.push(...Object.entries(value).map(([name, child]): [string, unknown, unknown] => [path === "" ? name : `${path}.${name}`, child, isSection(usual) ? usual[name] : undefined]));
    else if (JSON.stringify(value) !== JSON.stringify(usual)) changed.push(path);
  }
  return changed.sort();
}
