/**
 * What is measured beside Flowlet, installed on demand under bench/.peers at pinned versions. One that cannot be installed
 * is reported as absent with the reason; it is tried again in the next run.
 */
import { execFile } from "node:child_process";
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

/** Nothing when the peer is there; else why it is not. */
export type Absence = string | undefined;

/** The last versions at the time of writing. */
const NPM_VERSIONS = { "p-graph": "2.0.0", tslab: "1.0.22", deno: "2.9.6" } as const;

interface PythonPeer {
  readonly package: string;
  readonly version: string;
  /** What is installed with it, with bounds that its own metadata do not name. */
  readonly with?: readonly string[];
  /** Requirements whose bounds are dropped: the newest there is. */
  readonly unbound?: readonly string[];
}

/**
 * The last versions at the time of writing, and of Prefect Core the last with its own engine: it was made for what its
 * dependencies were in 2022, later ones break it. Prefect 3 asks for a certifi that not every index has.
 */
const PYTHON_PEERS = {
  prefect1: { package: "prefect", version: "1.4.1", with: ["setuptools<70", "marshmallow<3.20", "importlib_resources<6", "urllib3<2", "pendulum<3"] },
  prefect3: { package: "prefect", version: "3.9.1", unbound: ["certifi"] },
  dagster: { package: "dagster", version: "1.13.27" },
  hamilton: { package: "sf-hamilton", version: "1.90.0" },
  dask: { package: "dask", version: "2026.8.0" },
  redun: { package: "redun", version: "0.44.1" },
  joblib: { package: "joblib", version: "1.6.0" },
  marimo: { package: "marimo", version: "0.25.2" },
  ipython: { package: "ipython", version: "9.18.1" },
} as const satisfies Record<string, PythonPeer>;

export type PythonPeerName = keyof typeof PYTHON_PEERS;

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

/** The Python that has a peer. */
export function pythonOf(name: PythonPeerName): string {
  return path.join(folderOf(name), ...(process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]));
}

/** Where a peer may write what it keeps. */
export function folderOf(name: PythonPeerName): string {
  const { package: distribution, version } = PYTHON_PEERS[name];
  return path.join(PEERS, `${distribution}-${version}`);
}

/** Makes a virtual environment with a Python peer. */
export async function installPythonPeer(name: PythonPeerName): Promise<Absence> {
  const peer: PythonPeer = PYTHON_PEERS[name];
  const folder = folderOf(name);
  const python = pythonOf(name);
  const complete = path.join(folder, "installed.json");
  const recipe = JSON.stringify(peer);
  if (existsSync(python) && existsSync(complete) && readFileSync(complete, "utf8") === recipe) return undefined;
  console.error(`Installing ${peer.package} ${peer.version} …`);
  return attempt(async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(PEERS, { recursive: true });
    await run(process.env.FLOWLET_PYTHON ?? (process.platform === "win32" ? "python" : "python3"), ["-m", "venv", "--without-pip", folder], options(PEERS));
    // The same pip as the set-up's, because a Python may come without one.
    const wheels = fileURLToPath(new URL("../python", import.meta.url));
    const wheel = readdirSync(wheels).find((file) => /^pip-.*\.whl$/.test(file));
    if (wheel === undefined) throw new Error("pip's wheel is missing from python/");
    const pip = (...args: string[]) => run(python, [path.join(wheels, wheel, "pip"), "install", "--quiet", "--disable-pip-version-check", ...args], options(PEERS));
    const requirement = `${peer.package}==${peer.version}`;
    if (peer.unbound === undefined) await pip(requirement, ...(peer.with ?? []));
    else {
      await pip("--no-deps", requirement);
      await pip(...(await requirementsOf(python, peer.package, peer.unbound)));
    }
    writeFileSync(complete, recipe);
  });
}

/** What an installed distribution requires, extras aside. @param unbound those that are asked for without their bounds */
async function requirementsOf(python: string, distribution: string, unbound: readonly string[]): Promise<string[]> {
  const { stdout } = await run(python, ["-c", "import json, sys; from importlib.metadata import requires; print(json.dumps(requires(sys.argv[1])))", distribution], options(PEERS));
  const requirements = (JSON.parse(stdout) as string[]).filter((requirement) => !requirement.includes("extra =="));
  return requirements.map((requirement) => unbound.find((name) => new RegExp(`^${name}\\b`, "i").test(requirement)) ?? requirement);
}

function options(cwd: string): { cwd: string; timeout: number; maxBuffer: number } {
  return { cwd, timeout: 10 * MINUTE, maxBuffer: 64 * 1024 * 1024 };
}

async function attempt(install: () => Promise<unknown>): Promise<Absence> {
  try {
    await install();
    return undefined;
  } catch (error) {
    const text = String((error as { stderr?: string }).stderr || (error as Error).message).trim().split("\n");
    // The first line that speaks of an error is the cause; what follows are its circumstances.
    return text.find((line) => /\berror\b/i.test(line))?.trim() ?? text.at(-1) ?? "unknown reason";
  }
}
