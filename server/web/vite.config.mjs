/** Bundles the pages of the server into lib/web. All addresses are absolute, so that a page loads at any of its addresses; nothing is inlined, because the server's content policy allows no inline code, styles or data. */

import { fileURLToPath } from "node:url";

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Where the pages ask while they are worked on (`vite --config server/web/vite.config.mjs`). */
const endpoint = process.env.FLOWLET__SERVER__ENDPOINT ?? "http://localhost:8080";

export default {
  root: folder("."),
  base: "/",
  cacheDir: folder("../../.setup/vite"),
  build: {
    outDir: folder("../../lib/web"),
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  server: { host: "localhost", proxy: { "^/(api|docs)(/|$)": { target: endpoint, changeOrigin: true, headers: { origin: endpoint } } } },
};
