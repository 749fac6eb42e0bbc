/** Compiles functions that came from another thread, under the name and line of their own script. */
import { createRequire, isBuiltin } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Script, constants } from "node:vm";
import type { FunctionParts } from "./function-parts.ts";
import type { PortableScript } from "./portable-graph.ts";

type Factory = (parts: FunctionParts) => () => unknown;

const factories = new Map<string, Factory>();
const MAX_FACTORIES = 5_000;

/** @returns what makes the function; compiled once for each text and place */
export function compileScript({ text, url, line }: PortableScript, parts: FunctionParts): () => unknown {
  const key = `${line} ${url}\n${text}`;
  let factory = factories.get(key);
  if (factory === undefined) {
    const script = new Script(text, { filename: url, lineOffset: line - 1, importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER });
    factory = script.runInThisContext() as Factory;
    if (factories.size >= MAX_FACTORIES) factories.clear();
    factories.set(key, factory);
  }
  Object.defineProperty(parts, "meta", { get: () => moduleMeta(url) });
  return factory(parts);
}

/** `import.meta` of a script. */
function moduleMeta(url: string): object {
  const path = url.startsWith("file:") ? fileURLToPath(url) : undefined;
  const require = createRequire(path ?? `${process.cwd()}/`);
  return {
    url, filename: path, dirname: path === undefined ? undefined : dirname(path), main: false,
    resolve(specifier: string) {
      if (isBuiltin(specifier)) return `node:${specifier.replace(/^node:/, "")}`;
      return /^(\.{0,2}\/|file:)/.test(specifier) ? new URL(specifier, url).href : pathToFileURL(require.resolve(specifier)).href;
    },
  };
}
