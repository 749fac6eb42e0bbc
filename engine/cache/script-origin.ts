/** Whose code a script is, told by its URL: the user's, a package's, Node's or the engine's own. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** `user` code counts by what it says; all other code by what it is called. */
export type ScriptOrigin = { readonly kind: "user" } | { readonly kind: "engine" | "node" | "package"; readonly id: string };

const USER: ScriptOrigin = { kind: "user" };
const ENGINE_FOLDER = new URL("../", import.meta.url).href;

/** Modules of Node whose functions give equal results for equal inputs. */
const PURE_MODULES = new Set(["node:path", "node:path/posix", "node:path/win32", "node:url", "node:querystring", "node:util", "node:util/types", "node:string_decoder", "node:buffer", "node:assert", "node:assert/strict", "node:events", "node:timers", "node:timers/promises", "node:zlib", "node:async_hooks", "node:punycode"]);

const origins = new Map<string, ScriptOrigin>();

/** Origin of a script; kept by URL. */
export function scriptOrigin(url: string): ScriptOrigin {
  let origin = origins.get(url);
  if (origin === undefined) origins.set(url, (origin = find(url)));
  return origin;
}

/** What a `node` module brings in from outside, for the reason; null when it is pure. */
export function nodeSource(id: string): string | null {
  return PURE_MODULES.has(id) || id.startsWith("node:internal/util") || id.startsWith("node:internal/url") || id.startsWith("node:internal/webstreams") ? null : id;
}

function find(url: string): ScriptOrigin {
  if (url.startsWith(ENGINE_FOLDER)) return { kind: "engine", id: `flowlet@${engineVersion()}` };
  if (url.startsWith("node:")) return { kind: "node", id: url };
  const found = packageFolder(url);
  return found === null ? USER : { kind: "package", id: packageId(found.name, found.folder) };
}

/** What a package counts by, once it is loaded: name, version and, where npm has noted it, a hash of its content. @param folder its URL */
export function packageId(name: string, folder: string): string {
  const integrity = packageIntegrity(folder);
  return `${name}@${loadedVersion(folder)}${integrity === null ? "" : ` ${integrity.slice(0, 32)}`}`;
}

/** A file of a package is being loaded: its version is remembered, whatever is installed in its place later. */
export function notePackage(url: string): void {
  const found = packageFolder(url);
  if (found !== null) loadedVersion(found.folder);
}

/** The package that a script belongs to; null for one that is in no `node_modules`, as linked packages are. */
function packageFolder(url: string): { readonly name: string; readonly folder: string } | null {
  const at = url.lastIndexOf("/node_modules/");
  if (at === -1) return null;
  const [first, second] = url.slice(at + "/node_modules/".length).split("/");
  const name = first.startsWith("@") ? `${first}/${second}` : first;
  return { name, folder: `${url.slice(0, at)}/node_modules/${name}` };
}

/** Beside the sources, or beside what they were compiled to. */
function engineVersion(): string {
  const found = [new URL("../", ENGINE_FOLDER), new URL("../../", ENGINE_FOLDER)].map(({ href }) => loadedVersion(href.slice(0, -1)));
  return found.find((version) => version !== UNKNOWN_VERSION) ?? UNKNOWN_VERSION;
}

const UNKNOWN_VERSION = "unknown";

const versions = new Map<string, string>();

function loadedVersion(folder: string): string {
  let version = versions.get(folder);
  if (version === undefined) {
    const { version: found } = (readJson(`${folder}/package.json`) ?? {}) as { version?: unknown };
    versions.set(folder, (version = typeof found === "string" ? found : UNKNOWN_VERSION));
  }
  return version;
}

type Lock = Readonly<Record<string, { readonly integrity?: unknown } | undefined>>;

const locks = new Map<string, Lock | null>();

/** By npm's own note of what is installed, else by the lockfile. */
function packageIntegrity(folder: string): string | null {
  const root = folder.slice(0, folder.indexOf("/node_modules/"));
  let lock = locks.get(root);
  if (lock === undefined) {
    const found = (readJson(`${root}/node_modules/.package-lock.json`) ?? readJson(`${root}/package-lock.json`)) as { packages?: Lock } | null;
    locks.set(root, (lock = found?.packages ?? null));
  }
  const integrity = lock?.[decodeURI(folder.slice(root.length + 1))]?.integrity;
  return typeof integrity === "string" ? integrity : null;
}

function readJson(url: string): unknown {
  try {
    return JSON.parse(readFileSync(url.startsWith("file:") ? fileURLToPath(url) : url, "utf8"));
  } catch {
    return null;
  }
}
