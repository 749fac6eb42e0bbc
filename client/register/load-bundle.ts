/** Evaluates a bundle, and catches the flows that it makes. In agents' run processes, and once when it is registered. */
import { createHash } from "node:crypto";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadFile } from "../../engine/embedding.ts";
import { Flow, FlowletError, getLogger } from "../../engine/index.ts";

/** What is needed of a bundle. */
export interface LoadableBundle {
  readonly code: string;
  readonly sourceMap?: string | null;
}

/** All optional. */
export interface LoadBundleOptions {
  /** Folder from which packages that are not in the bundle are imported, absolute. Default: the working directory. */
  readonly folder?: string;
}

/** Flows of a bundle. */
export interface LoadedBundle {
  /** In the order they are made. */
  readonly flows: readonly Flow[];
  /** What went wrong while it was evaluated; flows that were made before are there. */
  readonly error?: unknown;
}

/**
 * Evaluates a bundle in this process. `flow.run()`, `flow.register()` and `flow.schedule()` in it do nothing meanwhile. Nothing is written to disk: the code stands at
 * an address in `folder`, so that its imports are resolved from there; `flowlet` is the one that this process has.
 */
export async function loadBundle({ code, sourceMap }: LoadableBundle, { folder = process.cwd() }: LoadBundleOptions = {}): Promise<LoadedBundle> {
  const digest = createHash("sha256").update(code).digest("hex").slice(0, 16);
  const url = pathToFileURL(join(folder, `flowlet-bundle-${digest}.mjs`)).href;
  provide(url, sourceMap == null ? code : `${code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(sourceMap).toString("base64")}\n`, folder);
  process.setSourceMapsEnabled(true);
  const { flows, error } = await loadFile(url, (value): value is Flow => value instanceof Flow);
  return error === undefined ? { flows } : { flows, error };
}

/**
 * Loads one flow of a bundle: of several with its name the last one.
 * @throws FlowletError BUNDLE_NOT_LOADED where the bundle does not make it, with the reason
 */
export async function loadBundledFlow(bundle: LoadableBundle, name: string, options?: LoadBundleOptions): Promise<Flow> {
  const { flows, error } = await loadBundle(bundle, options);
  const found = flows.findLast((flow) => flow.name === name);
  if (found === undefined) {
    const why = error !== undefined ? describe(error) : flows.length === 0 ? "it makes no flow" : `it makes ${flows.map((flow) => JSON.stringify(flow.name)).join(", ")} only`;
    throw new FlowletError("BUNDLE_NOT_LOADED", { flow: name, why }, error === undefined ? undefined : { cause: error });
  }
  // A file may use what its run would have given.
  if (error !== undefined) getLogger("Flow").warning(`Flow ${name} is complete, but its code broke afterwards: ${describe(error)}`);
  return found;
}

/** An error in one sentence, without a full stop. */
export function describe(error: unknown): string {
  const text = error instanceof Error ? (error instanceof FlowletError ? error.message : `${error.name}: ${error.message}`) : String(error);
  return text.replace(/\.$/, "");
}

const OWN_ENDING = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
/** What `flowlet` and its parts are for a bundle: the very ones of this process. */
const OWN_MODULES: Readonly<Record<string, string>> = {
  flowlet: new URL(`../../engine/index${OWN_ENDING}`, import.meta.url).href,
  "flowlet/client": new URL(`../index${OWN_ENDING}`, import.meta.url).href,
};

/** Code by address: a process loads few bundles. */
const provided = new Map<string, { readonly source: string; readonly folder: string }>();
let hooked = false;

function provide(url: string, source: string, folder: string): void {
  provided.set(url, { source, folder });
  if (hooked) return;
  hooked = true;
  const of = (address: string | undefined) => (address === undefined ? undefined : provided.get(address.replace(/\?.*$/, "")));
  registerHooks({
    resolve(specifier, context, next) {
      if (of(specifier) !== undefined) return { url: specifier, shortCircuit: true };
      const importer = of(context.parentURL);
      if (importer === undefined) return next(specifier, context);
      if (Object.hasOwn(OWN_MODULES, specifier)) return { url: OWN_MODULES[specifier]!, shortCircuit: true };
      try {
        return next(specifier, context);
      } catch (error) {
        const code = (error as { code?: string }).code;
        if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") throw error;
        throw new FlowletError("PACKAGE_NOT_FOUND", { name: specifier, folder: importer.folder }, { cause: error });
      }
    },
    load(address, context, next) {
      const bundle = of(address);
      return bundle === undefined ? next(address, context) : { format: "module", source: bundle.source, shortCircuit: true };
    },
  });
}
