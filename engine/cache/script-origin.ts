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
  if (url.startsWith(ENGINE_FOLDER)) return { kind: "engine", id: "flowlet" };
  if (url.startsWith("node:")) return { kind: "node", id: url };
  const at = url.lastIndexOf("/node_modules/");
  if (at === -1) return USER;
  const [first, second] = url.slice(at + "/node_modules/".length).split("/");
  const name = first.startsWith("@") ? `${first}/${second}` : first;
  return { kind: "package", id: `${name}@${packageVersion(`${url.slice(0, at)}/node_modules/${name}/package.json`)}` };
}

function packageVersion(url: string): string {
  try {
    const path = url.startsWith("file:") ? fileURLToPath(url) : url;
    return String((JSON.parse(readFileSync(path, "utf8")) as { version?: unknown }).version);
  } catch {
    return "unknown";
  }
}
