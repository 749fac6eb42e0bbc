/** Bundles: a flow's file, or the text of a notebook's cells, with everything that it needs, as one module. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { isBuiltin } from "node:module";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildFailure, BuildOptions, BuildResult, Loader, Message, Plugin } from "esbuild";
import { FlowletError } from "../../engine/errors.ts";
import { codeDigest, MAX_CODE, type BundledCode } from "./bundled-code.ts";
import { ownSource, type OwnSource } from "./own-source.ts";
import { isInstalled, looksForFiles, Packages, type InstalledPackage } from "./package-of.ts";
import { keepParameterNames } from "./parameter-names.ts";

/** Where a text belongs. */
export interface SourceOptions {
  /** Folder that its imports are resolved from, absolute: the notebook's. */
  readonly resolveDir: string;
  /** What it is called in messages and stacks: `report.ipynb`. */
  readonly name: string;
  /** Where it is, for people. Default: `name` in `resolveDir`. */
  readonly path?: string;
}

/**
 * Bundles the file that makes a flow. Local modules and packages are in it; `flowlet` and packages with native code are imported where it runs.
 * Tasks are named after the const they are assigned to, as in a notebook.
 * @param path file or its URL, TypeScript or JavaScript
 * @throws FlowletError FLOW_NOT_BUNDLED with file, line and what is wrong
 */
export async function bundleFile(path: string | URL): Promise<BundledCode> {
  const file = resolve(path instanceof URL || path.startsWith("file:") ? fileURLToPath(path) : path);
  if (!existsSync(file)) throw new FlowletError("FLOW_NOT_BUNDLED", { source: file, why: "there is no such file" });
  // What the bundler and Node see through links: paths of the same file are the same.
  const entry = realpathSync(file);
  return await bundle({ source: entry, folder: dirname(entry), entry: { entryPoints: [entry] } });
}

/**
 * Bundles a text as if it were a file: that of a notebook's cells.
 * @param text TypeScript; JSX too
 * @throws FlowletError FLOW_NOT_BUNDLED
 */
export async function bundleSource(text: string, { resolveDir, name, path }: SourceOptions): Promise<BundledCode> {
  const folder = existsSync(resolveDir) ? realpathSync(resolveDir) : resolve(resolveDir);
  // As in a notebook: JSX where the text is no TypeScript without it.
  const own = ownSource(text, join(folder, "cell.ts"));
  const withJsx = own.contents === text ? ownSource(text, join(folder, "cell.ts"), "tsx") : own;
  const loader = withJsx === own ? "ts" : "tsx";
  return await bundle({ source: path ?? join(folder, name), folder, entry: { stdin: { contents: withJsx.contents, resolveDir: folder, sourcefile: name, loader } }, first: { name, source: withJsx } });
}

interface BundleRequest {
  readonly source: string;
  readonly folder: string;
  readonly entry: Pick<BuildOptions, "entryPoints" | "stdin">;
  /** A text that is no file. */
  readonly first?: { readonly name: string; readonly source: OwnSource };
}

/** What is found while bundling. */
interface Findings {
  readonly own: Map<string, OwnSource>;
  /** Packages that must stay outside, by folder. */
  readonly outside: Map<string, InstalledPackage>;
  /** Names by which those are imported. */
  readonly imported: Map<string, InstalledPackage>;
}

async function bundle(request: BundleRequest): Promise<BundledCode> {
  const packages = new Packages();
  const outside: Findings["outside"] = new Map();
  for (;;) {
    const before = outside.size;
    const findings: Findings = { own: new Map(), outside, imported: new Map() };
    const result = await build(request, packages, findings);
    // A package that looks for its own files is noticed when it is read: again, without it.
    if (outside.size === before) return finish(request, packages, findings, result);
  }
}

type Built = BuildResult<{ write: false; metafile: true }>;

async function build({ source, folder, entry }: BundleRequest, packages: Packages, findings: Findings): Promise<Built> {
  const { build: esbuild } = await import("esbuild");
  try {
    return await esbuild({
      ...entry, bundle: true, write: false, metafile: true, absWorkingDir: folder, outfile: join(folder, "bundle.mjs"),
      platform: "node", format: "esm", target: "node24", charset: "utf8", keepNames: true, sourcemap: "external", legalComments: "none", logLevel: "silent",
      jsx: "automatic", plugins: [takeAlong(packages, findings)], ignoreAnnotations: claimsNoEffects(folder),
      // Decorators are TypeScript's where no tsconfig.json says anything, as in notebooks.
      ...(hasTsconfig(folder) ? {} : { tsconfigRaw: { compilerOptions: { experimentalDecorators: true } } }),
      banner: { js: 'import{createRequire as $flowlet$createRequire}from"node:module";const require=$flowlet$createRequire(import.meta.url);' },
    });
  } catch (error) {
    throw new FlowletError("FLOW_NOT_BUNDLED", { source, why: failure(error) }, { cause: error });
  }
}

/** Decides about each import, and reads the user's own files. */
function takeAlong(packages: Packages, { own, outside, imported }: Findings): Plugin {
  return {
    name: "flowlet",
    setup(build) {
      build.onResolve({ filter: /^flowlet(\/|$)/ }, ({ path }) => ({ path, external: true }));
      build.onResolve({ filter: /^file:/ }, ({ path }) => ({ path: fileURLToPath(path) }));
      build.onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (pluginData === RESOLVING || isBuiltin(path) || kind === "entry-point" || /^[A-Za-z]:[\\/]/.test(path)) return undefined;
        const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: RESOLVING });
        if (found.errors.length > 0 || found.external || !isInstalled(found.path)) return found.errors.length > 0 ? undefined : found;
        const owner = packages.of(found.path);
        // What one's own files import is evaluated, whatever the package says of itself, as Node does.
        if (owner === undefined || !(owner.isNative || outside.has(owner.folder))) return isInstalled(importer) ? found : { ...found, sideEffects: true };
        outside.set(owner.folder, owner);
        imported.set(packageName(path), owner);
        return { path, external: true };
      });
      build.onLoad({ filter: /\.node$/ }, ({ path }) => {
        const owner = packages.of(path);
        if (owner === undefined) return { errors: [{ text: "native code can not be taken along: install it as a package where the flow runs" }] };
        outside.set(owner.folder, owner);
        return { contents: "", loader: "empty" };
      });
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        if (isInstalled(path)) {
          const owner = packages.of(path);
          if (owner !== undefined && looksForFiles(text)) outside.set(owner.folder, owner);
          return undefined;
        }
        const source = ownSource(text.replace(/^\uFEFF/, ""), path);
        own.set(path, source);
        return { contents: source.contents, loader: LOADERS[extname(path)] ?? "js", resolveDir: dirname(path) };
      });
    },
  };
}

/** Marks questions that the plugin asks itself. */
const RESOLVING = Symbol("resolving");

const LOADERS: Readonly<Record<string, Loader>> = { ".ts": "ts", ".mts": "ts", ".cts": "ts", ".tsx": "tsx", ".jsx": "jsx" };

function finish({ source, folder, first }: BundleRequest, packages: Packages, { own, imported }: Findings, { outputFiles, metafile, warnings }: Built): BundledCode {
  const [map, code] = [".map", ".mjs"].map((ending) => outputFiles.find(({ path }) => path.endsWith(ending))!.text);
  const files = Object.keys(metafile.inputs);
  const awaited = requiredAwaiting(code!, metafile);
  if (awaited !== undefined) throw new FlowletError("FLOW_NOT_BUNDLED", { source, why: awaited });
  const kept = keepParameterNames({ code: code!, map: map! }, (name) => !`/${name}`.includes("/node_modules/"));
  if (kept.code.length > MAX_CODE) throw new FlowletError("FLOW_NOT_BUNDLED", { source, why: `with everything that it imports it is larger than ${MAX_CODE} characters; the largest parts are ${largest(metafile, packages, folder)}` });
  const used = new Map<string, Set<string>>();
  const use = ({ name, version }: InstalledPackage) => used.set(name, (used.get(name) ?? new Set()).add(version));
  for (const file of files) {
    const owner = packages.of(resolve(folder, file));
    if (owner !== undefined) use(owner);
  }
  for (const owner of imported.values()) use(owner);
  const external = [...imported.keys()].sort();
  const sources = [...(first === undefined ? [] : [[first.name, first.source] as const]), ...[...own].map(([path, one]) => [relative(folder, path), one] as const)].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    code: kept.code, sourceMap: storableMap(kept.map), external, source, files: [...own.keys()].sort(),
    packages: Object.fromEntries([...used].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, versions]) => [name, [...versions].sort().join(", ")])),
    digest: codeDigest(kept.code, external, { files, texts: sources.flatMap(([, { places }]) => places) }),
    limits: [
      ...sources.flatMap(([name, { limits }]) => limits.map((limit) => `${name}, ${limit}.`)),
      ...[...imported].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { version }]) => `The package ${name} (${version}) is not in the bundle: it holds native code or looks for files of its own, and must be installed where the agent runs.`),
      ...warnings.filter(({ location }) => location !== null && !`/${location.file}`.includes("/node_modules/")).map((warning) => `${place(warning)}${warning.text}.`),
    ],
    parameterTypes: Object.fromEntries(sources.flatMap(([, { parameterTypes }]) => [...parameterTypes])),
  };
}

/** A module that awaits at its top level, and is asked for with `require`, which can not wait: the bundler does not say so. */
function requiredAwaiting(code: string, { inputs }: Built["metafile"]): string | undefined {
  const awaiting = new Set([...code.matchAll(/^ {2}async ("(?:[^"\\]|\\.)*")\(\) \{$/gm)].map(([, key]) => JSON.parse(key!) as string));
  if (awaiting.size === 0) return undefined;
  for (const [file, { imports }] of Object.entries(inputs)) {
    const found = imports.find(({ kind, path }) => kind === "require-call" && awaiting.has(path));
    if (found !== undefined) return `${file} asks for ${found.path} with require, and that module awaits something at its top level: import it`;
  }
  return undefined;
}

/** `@scope/name/file` is the package `@scope/name`. */
function packageName(specifier: string): string {
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

/** A map that is too large to be stored is stored without the texts of packages, or not at all. */
function storableMap(map: string): string | null {
  if (map.length <= MAX_CODE) return map;
  const parsed = JSON.parse(map) as { sources: string[]; sourcesContent?: (string | null)[] };
  const smaller = JSON.stringify({ ...parsed, sourcesContent: parsed.sourcesContent?.map((text, index) => (parsed.sources[index]!.includes("node_modules/") ? null : text)) });
  return smaller.length <= MAX_CODE ? smaller : null;
}

function largest({ inputs, outputs }: Built["metafile"], packages: Packages, folder: string): string {
  const bytes = new Map<string, number>();
  for (const output of Object.values(outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(output.inputs)) {
      const name = packages.of(resolve(folder, file))?.name ?? (Object.hasOwn(inputs, file) ? file : basename(file));
      bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
    }
  }
  return [...bytes].sort(([, a], [, b]) => b - a).slice(0, 3).map(([name, size]) => `${name} (${size.toLocaleString("en")} bytes)`).join(", ");
}

/** The first mistakes, with their places. */
function failure(error: unknown): string {
  const { errors = [], message } = error as Partial<BuildFailure> & { message?: string };
  if (errors.length === 0) return String(message ?? error);
  const told = errors.slice(0, 5).map((one) => `${place(one)}${one.text}`);
  return told.join("; ") + (errors.length > told.length ? ` … and ${errors.length - told.length} more` : "");
}

function place({ location }: Message): string {
  return location === null ? "" : `${location.file}:${location.line}:${location.column + 1}: `;
}

function hasTsconfig(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, "tsconfig.json"))) return true;
    if (at === dirname(at)) return false;
  }
}

/** `"sideEffects": false` is about a package that others use; one's own files are there for what they do. */
function claimsNoEffects(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, "package.json");
    if (existsSync(path)) {
      try {
        return (JSON.parse(readFileSync(path, "utf8")) as { sideEffects?: unknown }).sideEffects !== undefined;
      } catch {
        return false;
      }
    }
    if (at === dirname(at)) return false;
  }
}

