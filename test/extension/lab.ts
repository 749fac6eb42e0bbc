/**
 * A real JupyterLab (which serves Notebook 7 too) from the checkout's Python environment, in folders of its own, and what a
 * test does in it.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { kernelInfo } from "../../kernel/jupyter/kernel-info.ts";

const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const python = join(checkout, ".venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");

/** Longest time for the server to start, and for the page to draw something (milliseconds). */
export const START_TIME = 90_000;
export const WAIT = 30_000;

/** A running server. */
export interface Lab {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Folder of the notebooks. */
  readonly root: string;
  /** What the server has printed. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts the server. @param variables of its environment, and so of its kernels @throws Error with its output when it does not come up */
export async function startLab(variables: Readonly<Record<string, string>> = {}): Promise<Lab> {
  if (!existsSync(python)) throw new Error(`The browser tests need the Python environment ${python}: run the set-up (npm test does it by itself).`);
  const folder = mkdtempSync(join(tmpdir(), "flowlet-lab-"));
  const at = (name: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    return join(folder, name);
  };
  const root = at("notebooks");
  const port = await freePort();
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH, LANG: process.env.LANG ?? "C.UTF-8", TMPDIR: process.env.TMPDIR, SYSTEMROOT: process.env.SYSTEMROOT,
    HOME: at("home"), USERPROFILE: at("home"), IPYTHONDIR: at("ipython"),
    JUPYTER_CONFIG_DIR: at("config"), JUPYTER_DATA_DIR: at("data"), JUPYTER_RUNTIME_DIR: at("runtime"),
    JUPYTERLAB_SETTINGS_DIR: at("settings"), JUPYTERLAB_WORKSPACES_DIR: at("workspaces"),
    ...variables,
  };
  const options = [
    "--no-browser", "--allow-root", `--ServerApp.port=${port}`, "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1", `--ServerApp.root_dir=${root}`,
    "--IdentityProvider.token=", "--ServerApp.password=", "--ServerApp.disable_check_xsrf=True", "--ServerApp.open_browser=False",
    "--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True", "--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
  ];
  const server = spawn(python, ["-m", "jupyterlab", ...options], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  const keep = (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-50_000));
  server.stdout.on("data", keep);
  server.stderr.on("data", keep);
  const stop = async () => {
    await end(server);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + START_TIME;
  while (!(await answers(`${url}/api/status`))) {
    if (server.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`JupyterLab did not start (exit code ${server.exitCode}):\n${printed}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { url, root, output: () => printed, stop };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** Asks the server to end itself and its kernels, and makes it where it does not. */
async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  // The first asks, the second confirms.
  server.kill("SIGTERM");
  const timer = setTimeout(() => server.kill("SIGKILL"), 10_000);
  await ended;
  clearTimeout(timer);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

/** Writes a notebook of code cells. @param outputs - of the cells, by index */
export function writeNotebook(lab: Lab, name: string, sources: readonly string[], outputs: { readonly [cell: number]: readonly unknown[] } = {}, kernel: "flowlet" | "none" = "flowlet"): string {
  const path = join(lab.root, name);
  const cells = sources.map((source, index) => ({ cell_type: "code", execution_count: null, id: `cell-${index}`, metadata: {}, outputs: outputs[index] ?? [], source }));
  const kernelspec = kernel === "none" ? { display_name: "None", language: "none", name: "no-such-kernel" } : { display_name: "TypeScript (Flowlet)", language: "typescript", name: "flowlet" };
  writeFileSync(path, JSON.stringify({ cells, metadata: { kernelspec, language_info: languageInfo(kernel) }, nbformat: 4, nbformat_minor: 5 }, null, 1));
  return path;
}

/** What JupyterLab itself writes into a notebook that has met its kernel: without it every first opening makes it dirty. */
function languageInfo(kernel: "flowlet" | "none"): unknown {
  if (kernel === "none") return { name: "none" };
  const { version } = JSON.parse(readFileSync(join(checkout, "node_modules/typescript/package.json"), "utf8")) as { version: string };
  return (kernelInfo("", version) as { language_info: unknown }).language_info;
}

/** A notebook file as JSON. */
export function readNotebook(path: string): { readonly cells: readonly { readonly outputs: readonly { readonly data?: { readonly [mimeType: string]: unknown } }[] }[] } {
  return JSON.parse(readFileSync(path, "utf8")) as ReturnType<typeof readNotebook>;
}

/** Opens a notebook in JupyterLab or in Notebook 7 and waits until its cells are there. */
export async function openNotebook(browser: Browser, lab: Lab, name: string, options: { readonly app?: "lab" | "notebook"; readonly page?: Page; readonly kernel?: boolean } = {}): Promise<Page> {
  const page = options.page ?? (await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage());
  await page.goto(options.app === "notebook" ? `${lab.url}/notebooks/${name}` : `${lab.url}/lab/tree/${name}?reset`);
  await page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: START_TIME });
  if (options.kernel !== false) await waitForKernel(page);
  return page;
}

/** Waits until the current notebook has a kernel that does nothing. */
export async function waitForKernel(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const app = (window as unknown as LabWindow).jupyterapp;
    const session = app.shell.currentWidget?.sessionContext?.session;
    return session?.kernel?.status === "idle";
  }, undefined, { timeout: START_TIME });
}

/** Selects a cell and runs it. @param done - wait until the kernel is idle again (default true) */
export async function runCell(page: Page, index: number, done: boolean = true): Promise<void> {
  await page.evaluate(async (cell) => {
    const app = (window as unknown as LabWindow).jupyterapp;
    app.shell.currentWidget!.content.activeCellIndex = cell;
    void app.commands.execute("notebook:run-cell");
  }, index);
  if (!done) return;
  await page.waitForFunction((cell) => {
    const notebook = (window as unknown as LabWindow).jupyterapp.shell.currentWidget!;
    const prompt = notebook.content.widgets[cell]!.node.querySelector(".jp-InputPrompt")?.textContent ?? "";
    return /\d/.test(prompt) && notebook.sessionContext.session?.kernel?.status === "idle";
  }, index, { timeout: 60_000 });
}

/** Runs one of the application's commands. */
export async function execute(page: Page, command: string): Promise<void> {
  await page.evaluate((id) => (window as unknown as LabWindow).jupyterapp.commands.execute(id), command);
}

/** Is there something to save in the current notebook? */
export function isDirty(page: Page): Promise<boolean> {
  return page.evaluate(() => (window as unknown as LabWindow).jupyterapp.shell.currentWidget!.context.model.dirty);
}

/** Saves the current notebook and waits for it. */
export async function save(page: Page): Promise<void> {
  await page.evaluate(() => (window as unknown as LabWindow).jupyterapp.shell.currentWidget!.context.save());
}

/** State of each task in a picture by name, as its elements say. @param picture - index among the pictures on the page */
export function shownStates(page: Page, picture: number = 0): Promise<{ [name: string]: string }> {
  return page.locator(".jp-Flowlet").nth(picture).evaluate((element) =>
    Object.fromEntries([...element.querySelectorAll<SVGElement>(".jp-Flowlet-node[data-state]")].map((node) => [node.querySelector(".jp-Flowlet-name")?.textContent ?? "", node.dataset.state ?? ""])));
}

/** What the tests use of the application, which the server's options put on the window. */
export interface LabWindow {
  readonly jupyterapp: {
    readonly commands: { execute(id: string, args?: object): Promise<unknown> };
    readonly shell: {
      readonly currentWidget: {
        readonly content: { activeCellIndex: number; readonly widgets: readonly { readonly node: HTMLElement }[] };
        readonly context: { readonly model: { readonly dirty: boolean }; save(): Promise<void> };
        readonly sessionContext: { readonly session: { readonly kernel: { readonly status: string; readonly id: string } | null } | null };
      } | null;
    };
  };
}
