/**
 * `npm run bench`: measures the engine, the kernel and the server beside others in one run, tries what each engine does right after an edit, and
 * writes the tables to docs/performance.md (those of the edits in short to README.md too).
 *
 * `npm run bench -- engine`, `-- probe`, `-- kernel` or `-- server` does one of them, `-- engine map kept` some sections of the engine's; `--quick`
 * measures less, `--alone` Flowlet without the others, and both write nothing.
 */

import { spawn } from "node:child_process";
import { join } from "node:path";
import "./setup/require-node.mjs";

const { CHECKOUT } = await import("./setup/checkout.mjs");
const { jupyterVariables } = await import("./setup/jupyter-variables.mjs");
const { prepare, runMain } = await import("./setup/prepare.mjs");

await runMain(async () => {
  const { node } = await prepare({ tests: true });
  return new Promise((done, fail) => {
    const child = spawn(node, [join(CHECKOUT, "bench", "main.ts"), ...process.argv.slice(2)], {
      cwd: CHECKOUT, env: jupyterVariables(node, { userConfiguration: false }), stdio: ["ignore", "inherit", "inherit"],
    });
    child.once("error", fail);
    child.once("close", (status) => done(status ?? 1));
  });
});
