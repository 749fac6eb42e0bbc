/** The installed package that a file belongs to, and whether its code works when it is taken into a bundle. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { walkModule } from "../../engine/syntax/references.ts";
import { forEachChild, nameOf, child, parseModule, type SyntaxNode } from "../../engine/syntax/syntax-tree.ts";

/** As its package.json says. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Absolute. */
  readonly folder: string;
  /** It says that it brings native code. */
  readonly isNative: boolean;
}

/** Whether a path is in an installed package. */
export const isInstalled = (path: string): boolean => path.includes(`${sep}node_modules${sep}`);

/** Looks up packages; each package.json is read once. */
export class Packages {
  readonly #byFolder = new Map<string, InstalledPackage | undefined>();

  /** The nearest package.json above with name and version, inside node_modules. */
  of(path: string): InstalledPackage | undefined {
    const passed: string[] = [];
    let found: InstalledPackage | undefined;
    for (let folder = dirname(path); `${folder}${sep}`.includes(`${sep}node_modules${sep}`) && !folder.endsWith(`${sep}node_modules`); folder = dirname(folder)) {
      if (this.#byFolder.has(folder)) {
        found = this.#byFolder.get(folder);
        break;
      }
      passed.push(folder);
      found = readPackage(folder);
      if (found !== undefined) break;
    }
    for (const folder of passed) this.#byFolder.set(folder, found);
    return found;
  }
}

/** Packages that load native code for those that depend on them. */
const NATIVE_LOADERS = new Set(["bindings", "node-gyp-build", "node-gyp-build-optional-packages", "node-pre-gyp", "@mapbox/node-pre-gyp", "prebuild-install", "node-addon-api", "nan", "napi-macros", "detect-libc", "cmake-ts"]);

interface PackageJson {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly gypfile?: unknown;
  readonly binary?: unknown;
  readonly napi?: unknown;
  readonly main?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function readPackage(folder: string): InstalledPackage | undefined {
  try {
    const json = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as PackageJson;
    if (typeof json.name !== "string" || typeof json.version !== "string") return undefined;
    const isNative = json.gypfile === true || json.binary !== undefined || json.napi !== undefined || String(json.main).endsWith(".node")
      || Object.keys(json.dependencies ?? {}).some((name) => NATIVE_LOADERS.has(name)) || existsSync(join(folder, "binding.gyp")) || existsSync(join(folder, "prebuilds"));
    return { name: json.name, version: json.version, folder, isNative };
  } catch {
    return undefined;
  }
}

/** A text that may ask where it is. */
const MAYBE = /\b__dirname\b|\b__filename\b|\bimport\s*\.\s*meta\b|\.node["'`]|\bnew\s+Worker\b/;

/**
 * Whether a package's file looks for others on the disk, by its own place: in a bundle that is another one.
 * @param text JavaScript
 */
export function looksForFiles(text: string): boolean {
  if (!MAYBE.test(text)) return false;
  const { body, errors } = parseModule(text, "js");
  if (errors.length > 0) return /\b__dirname\b|\b__filename\b|\bimport\.meta\.(url|dirname|filename)\b/.test(text);
  const { references, metas } = walkModule(body);
  if (references.some(({ name }) => name === "__dirname" || name === "__filename")) return true;
  return metas.length > 0 && usesPlace(body);
}

function usesPlace(body: readonly SyntaxNode[]): boolean {
  const pending = [...body];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.type === "MemberExpression" && child(node, "object")!.type === "MetaProperty") {
      const property = node["computed"] === true ? undefined : nameOf(child(node, "property")!);
      if (property !== "env" && property !== "main") return true;
    }
    forEachChild(node, (inner) => void pending.push(inner));
  }
  return false;
}
