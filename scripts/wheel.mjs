/** `node scripts/wheel.mjs`: builds the Python wheel into dist/, with the kernel, its npm packages and the extension. */

import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import "./setup/require-node.mjs";

const { CHECKOUT, SETUP_FOLDER, environmentProgram } = await import("./setup/checkout.mjs");
const { withoutPythonVariables } = await import("./setup/find-python.mjs");
const { npmCommand } = await import("./setup/npm-command.mjs");
const { prepare, runMain } = await import("./setup/prepare.mjs");
const { Progress } = await import("./setup/progress.mjs");
const { runCommand } = await import("./setup/run-command.mjs");

/** The kernel's packages without those of development, and without Node: pip brings that. */
async function stagePackages() {
  const folder = join(SETUP_FOLDER, "wheel");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) cpSync(join(CHECKOUT, file), join(folder, file));
  const npm = npmCommand();
  await runCommand("collecting the kernel's npm packages", npm.file, [
    ...npm.args, "install", "--prefix", folder, "--no-save", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--no-bin-links", "--loglevel=warn",
  ], { env: npm.env });
  const packages = join(folder, "node_modules");
  // The kernel checks cells against the types of Node, which are a development package otherwise.
  for (const name of ["@types/node", "undici-types"]) {
    if (!existsSync(join(packages, name))) cpSync(join(CHECKOUT, "node_modules", name), join(packages, name), { recursive: true });
  }
  for (const name of readdirSync(packages)) {
    if (/^node-(linux|win|darwin)-/.test(name)) rmSync(join(packages, name), { recursive: true });
  }
}

await runMain(async () => {
  const progress = new Progress();
  await prepare({ tests: true, progress });
  await progress.step("wheel", async (note) => {
    note("collecting the kernel's npm packages");
    await stagePackages();
    note("packing");
    await runCommand("packing the wheel", environmentProgram("python"), ["-m", "hatchling", "build", "--target", "wheel"], { env: withoutPythonVariables() });
  });
  for (const name of readdirSync(join(CHECKOUT, "dist")).filter((file) => file.endsWith(".whl"))) console.log(join("dist", name));
});
