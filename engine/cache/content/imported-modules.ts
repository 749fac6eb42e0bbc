/** Modules that code imports while it runs, by a fixed name: what is known of them before it runs. */
import { existsSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { fileURLToPath } from "node:url";
import type { CapturedValues } from "../captured-values.ts";
import { nodeSource, packageId } from "../script-origin.ts";
import type { ImportFinder, ImportedModule } from "./content-model.ts";

/** Is it a path or a file's URL, and not a package's name? */
export function isFileSpecifier(specifier: string): boolean {
  return /^(\.{0,2}\/|\.{1,2}$|file:)/.test(specifier);
}

/** Finds those that count by name: Node's modules and packages. @param url of the script that imports, or of a folder @returns null for files */
export function namedModule(specifier: string, url: string): ImportedModule | null {
  if (isBuiltin(specifier)) {
    const named = specifier.startsWith("node:") ? specifier : `node:${specifier}`;
    return { named, source: nodeSource(named) };
  }
  if (isFileSpecifier(specifier)) return null;
  const name = specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  if (!URL.canParse("./", url)) return notThere(specifier);
  for (let folder = new URL("./", url); ; folder = new URL("../", folder)) {
    const candidate = `${folder.href}node_modules/${name}`;
    if (folder.protocol === "file:" && existsSync(fileURLToPath(`${candidate}/package.json`))) return { named: `${packageId(name, candidate)} ${specifier}`, source: null };
    if (folder.pathname === "/" || new URL("../", folder).href === folder.href) return notThere(specifier);
  }
}

function notThere(specifier: string): ImportedModule {
  return { unknown: `it imports ${specifier}, which is not found` };
}

/** Of a file that has not been loaded nobody knows yet what it exports. */
export function notLoaded(specifier: string): ImportedModule {
  return { unknown: `it imports ${specifier}, which is not loaded yet` };
}

const load = createRequire(import.meta.url);

/** Finds modules as Node does, in plain scripts. A file that has not been loaded is not loaded for it. */
export class ScriptImports implements ImportFinder {
  readonly #captured: CapturedValues;

  constructor(captured: CapturedValues) {
    this.#captured = captured;
  }

  imported(specifier: string, url: string): ImportedModule {
    const named = namedModule(specifier, url);
    if (named !== null) return named;
    if (!URL.canParse(specifier, url)) return notLoaded(specifier);
    const { href } = new URL(specifier, url);
    if (!this.#captured.isLoaded(href)) return notLoaded(specifier);
    try {
      return { namespace: load(fileURLToPath(href)) as object };
    } catch {
      return { unknown: `it imports ${specifier}, which can not be looked into` };
    }
  }
}
