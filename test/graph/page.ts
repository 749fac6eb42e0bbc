/**
 * A page of its own for the picture: the sources of graph/, served and bundled by Vite, opened in the test browser.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { createViteServer } from "vitest/node";
import { launchBrowser } from "../extension/browser.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const DOCUMENT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>graph</title>
<style>body{margin:16px;background:var(--jp-layout-color0)} .dark{--jp-layout-color0:#111;--jp-layout-color1:#212121;--jp-layout-color2:#424242;--jp-border-color1:#616161;--jp-border-color2:#424242;
--jp-ui-font-color1:#fff;--jp-ui-font-color2:rgba(255,255,255,.7);--jp-brand-color1:#2196f3;--jp-warn-color1:#ff9800;--jp-error-color1:#f44336;--jp-success-color1:#4caf50}</style>
<div id="view"></div><div style="height:2000px"></div>
<script type="module">
import "/style/index.css";
import { FlowView } from "/graph/flow-view.ts";
import { layoutFlow } from "/layout/layout-flow.ts";
window.FlowView = FlowView; window.layoutFlow = layoutFlow; window.ready = true;
</script></html>`;

/** The page and what is needed to end it. */
export interface GraphPage {
  readonly page: Page;
  /** Messages of uncaught errors. */
  readonly errors: string[];
  close(): Promise<void>;
}

/** Opens a page on which `FlowView` and `layoutFlow` are globals and `#view` is an empty element. */
export async function openGraphPage(options: { readonly width?: number; readonly reducedMotion?: boolean } = {}): Promise<GraphPage> {
  const cacheDir = mkdtempSync(join(tmpdir(), "flowlet-vite-"));
  const server = await createViteServer({
    configFile: false, root, cacheDir, logLevel: "error", appType: "custom",
    server: { port: 0, host: "127.0.0.1", hmr: false, watch: null },
    optimizeDeps: { include: ["d3", "preact", "@dagrejs/dagre"] },
    plugins: [{
      name: "test-page",
      configureServer: (vite) => () => {
        vite.middlewares.use((request, response, next) => {
          if (request.url !== "/test-page" && request.originalUrl !== "/test-page") return next();
          void vite.transformIndexHtml("/test-page", DOCUMENT).then((html) => {
            response.setHeader("content-type", "text/html");
            response.end(html);
          }, next);
        });
      },
    }],
  });
  await server.listen();
  const address = server.httpServer?.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  let browser: Browser | undefined;
  try {
    browser = await launchBrowser();
    const context = await browser.newContext({ viewport: { width: options.width ?? 1100, height: 800 }, reducedMotion: options.reducedMotion === false ? "no-preference" : "reduce" });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto(`http://127.0.0.1:${port}/test-page`);
    await page.waitForFunction("window.ready === true");
    const opened = browser;
    return {
      page, errors,
      close: async () => {
        await opened.close();
        await server.close();
        rmSync(cacheDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await browser?.close();
    await server.close();
    throw error;
  }
}
