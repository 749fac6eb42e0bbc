/** The built pages in the test browser, on a server of their own. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { FlowletClient } from "../../../client/browser.ts";
import { type RunningServer, startServer, type StartServerOptions } from "../../../server/process/start-server.ts";
import { launchBrowser } from "../../extension/browser.ts";

const WEB = join(import.meta.dirname, "../../../lib/web");

export interface OpenPages {
  /** Address of the server. */
  readonly endpoint: string;
  readonly client: FlowletClient;
  readonly token: string | null;
  /** Opens a page in a window of its own. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** Uncaught errors of all pages, and what the content policy has refused. */
  readonly errors: string[];
  /** Ends the server; {@link OpenPages.startAgain} starts it with the same data at the same address. */
  stopServer(): Promise<void>;
  startAgain(): Promise<void>;
  close(): Promise<void>;
}

/** @param options of the server; its folder and its port are free ones */
export async function openPages(options: StartServerOptions = {}): Promise<OpenPages> {
  if (!existsSync(join(WEB, "index.html"))) throw new Error("The pages are not built: npm run build");
  const homeDir = mkdtempSync(join(tmpdir(), "flowlet-web-"));
  let server: RunningServer | null = await startServer({ port: 0, homeDir, webFolder: WEB, ...options });
  const { port, token } = server;
  const endpoint = `http://localhost:${port}`;
  let browser: Browser | undefined;
  const errors: string[] = [];
  const stopServer = async () => {
    await server?.close();
    server = null;
  };
  try {
    browser = await launchBrowser();
  } catch (error) {
    await stopServer();
    throw error;
  }
  const opened = browser;
  return {
    endpoint, token, errors, stopServer,
    client: new FlowletClient({ endpoint, ...(token !== null && { token }) }),
    async open(path, { viewport = { width: 1360, height: 900 }, reducedMotion = "reduce", ...more } = {}) {
      const context = await opened.newContext({ viewport, reducedMotion, ...more });
      const page = await context.newPage();
      page.on("pageerror", (error) => errors.push(String(error)));
      page.on("console", (message) => { if (/Content Security Policy/.test(message.text())) errors.push(message.text()); });
      await page.goto(endpoint + path);
      return page;
    },
    async startAgain() {
      server = await startServer({ ...options, port, homeDir, webFolder: WEB });
    },
    async close() {
      await opened.close();
      await stopServer();
      rmSync(homeDir, { recursive: true, force: true });
    },
  };
}
