/** Folders with flows, and processes that run what was bundled after the folder is gone. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");

/** Makes a folder with these files, in which `flowlet` is installed. It is removed after the test. */
export function flowFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "flowlet-register-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFiles(folder, files);
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(ROOT, join(folder, "node_modules/flowlet"));
  return folder;
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** Gives a folder another place. */
export function moveAway(folder: string): string {
  const moved = `${folder}-moved`;
  renameSync(folder, moved);
  onTestFinished(() => rmSync(moved, { recursive: true, force: true }));
  return moved;
}

/** What a run of a bundled flow gives. */
export interface RunOutcome {
  readonly slugs: readonly string[];
  readonly state: string;
  readonly results: Readonly<Record<string, unknown>>;
  readonly messages: Readonly<Record<string, string>>;
  /** Of failed tasks. */
  readonly stacks: Readonly<Record<string, string>>;
}

/** Loads a bundle in a fresh process, in an empty folder, and runs a flow of it. */
export async function runBundled(bundle: { readonly code: string; readonly sourceMap: string | null }, name: string, parameters: object = {}): Promise<RunOutcome> {
  const folder = mkdtempSync(join(tmpdir(), "flowlet-agent-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const url = (path: string) => JSON.stringify(pathToFileURL(join(ROOT, path)).href);
  writeFiles(folder, {
    "bundle.json": JSON.stringify(bundle),
    "main.mjs": `
      import { readFileSync } from "node:fs";
      import { loadBundledFlow } from ${url("client/register/load-bundle.ts")};
      const flow = await loadBundledFlow(JSON.parse(readFileSync("bundle.json", "utf8")), ${JSON.stringify(name)});
      const state = await flow.run(${JSON.stringify(parameters)}, { runOnSchedule: false });
      const slugs = [...flow.tasks].map((task) => flow.node(task).slug);
      const pairs = [...flow.tasks].map((task) => [flow.node(task).slug, state.result.get(task)]);
      const results = Object.fromEntries(pairs.map(([slug, one]) => [slug, one?.isSuccessful() ? one.result : null]));
      const messages = Object.fromEntries(pairs.map(([slug, one]) => [slug, one?.message]));
      const stacks = Object.fromEntries(pairs.filter(([, one]) => one?.isFailed()).map(([slug, one]) => [slug, one.result?.stack]));
      process.stdout.write("\\n" + JSON.stringify({ slugs, state: state.constructor.name, results, messages, stacks }));
    `,
  });
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith("FLOWLET__") && !key.startsWith("VITEST")));
  const { stdout } = await promisify(execFile)(process.execPath, ["--no-warnings", "main.mjs"], { cwd: folder, env: { ...env, HOME: folder }, maxBuffer: 1 << 26 });
  return JSON.parse(stdout.slice(stdout.lastIndexOf("\n"))) as RunOutcome;
}
