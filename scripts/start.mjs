/** `npm start`: installs and builds what is missing, then opens JupyterLab on the first example. */

import "./setup/require-node.mjs";

const { jupyterArguments } = await import("./start/jupyter-arguments.mjs");
const { runJupyterLab } = await import("./start/jupyter-lab.mjs");
const { prepare, runMain } = await import("./setup/prepare.mjs");
const { jupyterVariables } = await import("./setup/jupyter-variables.mjs");

const USAGE = `Installs what is missing, then opens JupyterLab on the first example. Everything is kept inside this folder.

    npm start
    npm start -- --no-browser --port 8899
    npm start -- path/to/notebook.ipynb

All that follows the first -- goes to JupyterLab:
    --port N        the port, 8888 unless given; then the next free one is taken if it is in use
    --ip ADDRESS    the address to listen on, this machine only unless given
    --no-browser    prints the page's address and opens nothing
    --help-all      every other option

Environment variables:
    FLOWLET_PYTHON  the Python (3.10 or newer) to make the environment with
`;

await runMain(async () => {
  const given = process.argv.slice(2);
  if (given.includes("--help") || given.includes("-h")) {
    process.stdout.write(USAGE);
    return 0;
  }
  // Asked first: nobody wants to wait for an installation to be told that the port is taken.
  const args = await jupyterArguments(given);
  const { node } = await prepare();
  console.error("\nOpening JupyterLab; Ctrl-C stops it and its kernels.\n");
  return runJupyterLab(args, jupyterVariables(node));
});
