/** Compiles the TypeScript folders to lib/, when a source has changed since. */

import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "./checkout.mjs";
import { listFiles, fingerprint, readFingerprint, writeFingerprint } from "./fingerprint.mjs";
import { runCommand } from "./run-command.mjs";
import { SetupError } from "./setup-error.mjs";

/** The folders that are compiled, each a TypeScript project of its own. */
export const TYPESCRIPT_FOLDERS = ["protocol", "layout", "engine", "server", "client", "agent", "cli", "kernel", "graph", "extension"];

const LIB = join(CHECKOUT, "lib");
const STAMP_FILE = join(LIB, ".typescript-build");

/**
 * Compiles what has changed.
 *
 * @param {string} node - Node 24, absolute path
 * @param {(text: string) => void} note - told when there is something to do
 * @throws {SetupError} on type errors, with the compiler's first lines. What compiled is in lib/ all the same.
 */
export async function buildTypeScript(node, note) {
  const sources = TYPESCRIPT_FOLDERS.flatMap((folder) => listFiles(folder, (name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts")));
  const settings = ["tsconfig.json", "tsconfig.base.json", "package-lock.json", ...[...TYPESCRIPT_FOLDERS, "server/web"].map((folder) => `${folder}/tsconfig.json`)];
  const current = fingerprint([...sources, ...settings]);
  const outputs = sources.map((source) => `lib/${source.replace(/\.tsx?$/, ".js")}`);
  const missing = outputs.some((output) => !existsSync(join(CHECKOUT, output)));
  if (!missing && readFingerprint(STAMP_FILE) === current) return;

  note("compiling");
  mkdirSync(LIB, { recursive: true });
  removeOrphans(new Set(outputs));
  // The compiler trusts its own records: it does not notice an output that was deleted.
  const compiler = [join(CHECKOUT, "node_modules", "typescript", "bin", "tsc"), "-b", ...(missing && readFingerprint(STAMP_FILE) !== undefined ? ["--force"] : [])];
  try {
    await runCommand("compiling", node, compiler);
  } catch (error) {
    const found = error.details?.filter((line) => line.includes("error TS")) ?? [];
    if (found.length === 0) throw error;
    throw new SetupError(`The sources have type errors (the first is ${found[0].split(":")[0]}).`, "Fix them, or take the last commit that compiles.", error.details);
  }
  writeFingerprint(STAMP_FILE, current);
}

/** What was compiled from a source that is gone must not be found by an import or a test. */
function removeOrphans(outputs) {
  for (const folder of TYPESCRIPT_FOLDERS) {
    for (const file of listFiles(`lib/${folder}`, (name) => /\.(js|js\.map|d\.ts)$/.test(name))) {
      if (!outputs.has(file.replace(/(\.js\.map|\.d\.ts|\.js)$/, ".js"))) rmSync(join(CHECKOUT, file), { force: true });
    }
  }
}
