/**
 * What is measured beside Flowlet, installed on demand under bench/.peers at pinned versions. One that cannot be installed
 * is reported as absent with the reason; it is tried again in the next run.
 */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const MINUTE = 60_000;

/** Where peers are installed. */
export const PEERS = fileURLToPath(new URL(".peers", import.meta.url));

/** Where npm packages of peers are; kernels that look for packages in the notebook's folder are started here. */
export const NPM_PEERS = path.join(PEERS, "node");

/** The Python with Prefect. */
export const PREFECT_PYTHON = path.join(PEERS, "prefect", ...(process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]));

/** Nothing when the peer is there; else why it is not. */
export type Absence = string | undefined;

/** Versions are the last ones of Prefect Core's own engine, and of the kernels at the time of writing. */
const NPM_VERSIONS = { "p-graph": "2.0.0", tslab: "1.0.22", deno: "2.9.6" } as const;

/** Prefect 1.4.1 was made for what its dependencies were in 2022: later ones break it. */
const PREFECT = ["prefect==1.4.1", "setuptools<70", "marshmallow<3.20", "importlib_resources<6", "urllib3<2", "pendulum<3"];

/** Installs an npm package, with the programs that come prebuilt inside npm packages. */
export async function installNpmPeer(name: keyof typeof NPM_VERSIONS): Promise<Absence> {
  const version = NPM_VERSIONS[name];
  const manifest = path.join(NPM_PEERS, "node_modules", name, "package.json");
  if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).version === version) return undefined;
  console.error(`Installing ${name} ${version} …`);
  mkdirSync(NPM_PEERS, { recursive: true });
  if (!existsSync(path.join(NPM_PEERS, "package.json"))) writeFileSync(path.join(NPM_PEERS, "package.json"), '{ "private": true }\n');
  const npm = process.env.npm_execpath;
  const args = ["install", "--ignore-scripts", "--save-exact", "--no-audit", "--no-fund", `${name}@${version}`];
  return attempt(() => (npm?.endsWith(".js") ? run(process.execPath, [npm, ...args], options(NPM_PEERS)) : run("npm", args, options(NPM_PEERS))));
}

/** Makes a virtual environment with Prefect 1.4.1. */
export async function installPrefect(): Promise<Absence> {
  const folder = path.dirname(path.dirname(PREFECT_PYTHON));
  try {
    execFileSync(PREFECT_PYTHON, ["-c", "import prefect; assert prefect.__version__ == '1.4.1'"], { stdio: "ignore" });
    return undefined;
  } catch {
    // Not there, or half-made: made again.
  }
  console.error("Installing Prefect 1.4.1 …");
  const python = process.platform === "win32" ? "python" : "python3";
  return attempt(async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(PEERS, { recursive: true });
    await run(python, ["-m", "venv", "--without-pip", folder], options(PEERS));
    // The same pip as the set-up's, because a Python may come without one.
    const wheels = fileURLToPath(new URL("../python", import.meta.url));
    const pip = readdirSync(wheels).find((name) => /^pip-.*\.whl$/.test(name));
    if (pip === undefined) throw new Error("pip's wheel is missing from python/");
    await run(PREFECT_PYTHON, [path.join(wheels, pip, "pip"), "install", "--quiet", "--disable-pip-version-check", ...PREFECT], options(PEERS));
    await run(PREFECT_PYTHON, ["-c", "import prefect"], options(PEERS));
  });
}

function options(cwd: string): { cwd: string; timeout: number; maxBuffer: number } {
  return { cwd, timeout: 10 * MINUTE, maxBuffer: 64 * 1024 * 1024 };
}

async function attempt(install: () => Promise<unknown>): Promise<Absence> {
  try {
    await install();
    return undefined;
  } catch (error) {
    const text = String((error as { stderr?: string }).stderr ?? (error as Error).message).trim().split("\n");
    // The first line that speaks of an error is the cause; what follows are its circumstances.
    return text.find((line) => /\berror\b/i.test(line))?.trim() ?? text.at(-1) ?? "unknown reason";
  }
}
