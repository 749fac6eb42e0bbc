/**
 * A headless Chromium for the browser tests.
 *
 * `FLOWLET_CHROMIUM` names a browser to use; without it, on Linux, the one inside the npm package `@sparticuz/chromium` is
 * unpacked once into the temporary folder, and it brings its own libraries and fonts where the system has none; elsewhere
 * an installed Chrome or Edge is used.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { chromium, type Browser } from "playwright-core";

const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none"];

/**
 * Starts the browser.
 * @throws when there is no browser that starts: the message says what was tried and what to do
 */
export async function launchBrowser(): Promise<Browser> {
  const given = process.env.FLOWLET_CHROMIUM;
  if (given !== undefined && given !== "") return launch(given, process.env, `FLOWLET_CHROMIUM=${given}`);
  if (process.platform === "linux" && (process.arch === "x64" || process.arch === "arm64")) {
    const folder = await unpackChromium();
    const executable = join(folder, "chromium");
    return launch(executable, chromiumEnvironment(folder, executable), "the browser of @sparticuz/chromium");
  }
  for (const channel of ["chrome", "msedge"]) {
    try {
      return await chromium.launch({ channel, args: ARGUMENTS });
    } catch {
      // The next one may be installed.
    }
  }
  throw new Error("The browser tests need a Chromium: no installed Chrome or Edge was found. Install one, or name one in FLOWLET_CHROMIUM.");
}

async function launch(executablePath: string, env: NodeJS.ProcessEnv, what: string): Promise<Browser> {
  try {
    const variables = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
    return await chromium.launch({ executablePath, args: ARGUMENTS, env: variables });
  } catch (error) {
    throw new Error(`The browser tests need a Chromium, and ${what} did not start. Name a working one in FLOWLET_CHROMIUM.`, { cause: error });
  }
}

/** Unpacks into a folder of its own and renames it when complete, so that test files that start at once never see half a browser. */
async function unpackChromium(): Promise<string> {
  const root = dirname(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")));
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const folder = join(tmpdir(), `flowlet-chromium-${version}`);
  if (existsSync(join(folder, "chromium"))) return folder;
  const partial = `${folder}-${process.pid}`;
  mkdirSync(partial, { recursive: true });
  const before = process.env.TMPDIR;
  // The package unpacks into os.tmpdir(), which reads this at every call.
  process.env.TMPDIR = partial;
  try {
    const { inflate } = await import("@sparticuz/chromium");
    for (const archive of ["chromium.br", "fonts.tar.br", "swiftshader.tar.br", "al2023.tar.br"]) await inflate(join(root, "bin", archive));
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  try {
    renameSync(partial, folder);
  } catch {
    // Another process was first: its copy is the same.
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}

/** The bundled libraries and fonts, where the system lacks them. */
function chromiumEnvironment(folder: string, executable: string): NodeJS.ProcessEnv {
  const env = { ...process.env };
  if (!existsSync("/etc/fonts/fonts.conf")) env.FONTCONFIG_PATH = join(folder, "fonts");
  if (spawnSync(executable, ["--version"], { env }).status !== 0) {
    env.LD_LIBRARY_PATH = [join(folder, "al2023", "lib"), env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  }
  return env;
}
