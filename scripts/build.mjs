/** `npm run build`: compiles the sources to lib/, bundles the extension to lib/labextension and the server's pages to lib/web, what has changed only. */

import "./setup/require-node.mjs";

const { prepare, runMain } = await import("./setup/prepare.mjs");

await runMain(async () => {
  await prepare({ python: false });
});
