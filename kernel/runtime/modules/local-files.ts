/**
 * Which files count as the user's own code (those are translated from TypeScript and reloaded when edited), and how a relative
 * specifier finds one: `./x` may be x.ts, x.js, x/index.ts …, `./x.js` may be x.ts.
 */
import { statSync } from "node:fs";
import { dirname, extname, join, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Endings that are tried for a specifier without one, the most wanted first. */
const endings = [".ts", ".mts", ".tsx", ".cts", ".js", ".mjs", ".cjs", ".json"];

/** What TypeScript writes for what it will emit. */
const sourceEndings: { readonly [ending: string]: readonly string[] } = { ".js": [".ts", ".tsx"], ".mjs": [".mts"], ".cjs": [".cts"], ".jsx": [".tsx"] };

/** The folder that holds `kernel/`, `engine/` … of this package, built or not. */
export const packageFolder = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");

const ownFolders = ["kernel", "engine", "protocol", "layout"].map((folder) => join(packageFolder, folder) + sep);

/** A file of this package. */
export function isOwnFile(path: string): boolean {
  return ownFolders.some((folder) => path.startsWith(folder));
}

/** The user's own code: a file that is neither an installed package's nor this package's. */
export function isLocalFile(path: string): boolean {
  return !path.includes(`${sep}node_modules${sep}`) && !isOwnFile(path);
}

/** The version of a local module in its URL. */
const versionQuery = "?flowlet=";

/** URL of the nth version of a file; the first is the file's own. */
export function versionedUrl(path: string, version: number): string {
  return version === 0 ? urlOf(path) : `${urlOf(path)}${versionQuery}${version}`;
}

/** The same for `require`, which knows modules by path alone: the version is part of the path. */
export function versionedUrlForRequire(path: string, version: number): string {
  return version === 0 ? urlOf(path) : urlOf(`${path}${versionQuery}${version}`);
}

/** A file's path from its URL, without query and version; undefined for `node:`, `data:` and the like. */
export function pathOf(url: string): string | undefined {
  if (!url.startsWith("file:")) return undefined;
  try {
    return fileURLToPath(url).replace(/\?flowlet=\d+$/, "");
  } catch {
    return undefined;
  }
}

/** Is it a path or a file's URL, and not a package's name? */
export function isPathSpecifier(specifier: string): boolean {
  return /^(\.{0,2}\/|\.{1,2}$|file:)/.test(specifier) || /^[A-Za-z]:[\\/]/.test(specifier);
}

/** The file that a relative or absolute specifier means; undefined when there is none. @param folder of the importing file */
export function findFile(specifier: string, folder: string): string | undefined {
  const path = specifier.startsWith("file:") ? pathOf(specifier) : resolve(folder, /^[./]/.test(specifier) ? unescaped(specifier.replace(/[?#].*$/, "")) : specifier);
  if (path === undefined) return undefined;
  if (isFile(path)) return path;
  const ending = extname(path);
  for (const source of sourceEndings[ending] ?? []) {
    const candidate = path.slice(0, -ending.length) + source;
    if (isFile(candidate)) return candidate;
  }
  for (const base of [path, join(path, "index")]) {
    for (const tried of endings) if (isFile(base + tried)) return base + tried;
  }
  return undefined;
}

/** URL of a file. */
export function urlOf(path: string): string {
  return pathToFileURL(path).href;
}

/** Specifiers are URLs: `./a%20b.ts`. */
function unescaped(specifier: string): string {
  try {
    return decodeURIComponent(specifier);
  } catch {
    return specifier;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
