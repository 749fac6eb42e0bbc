/**
 * The folder where a kernel's cells are modules on disk, for the compiler: `<notebook folder>/.flowlet/cells/<kernel id>/`, or a
 * temporary one where the notebook's folder cannot be written to.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, rmdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Where things are. All paths are absolute. */
export interface CellFolder {
  readonly path: string;
  readonly configFile: string;
  /** The root of the checked program: the text of the cell at hand. */
  readonly draft: string;
  /** The same for a cell with JSX. */
  readonly jsxDraft: string;
  /** Imports the modules that every cell sees. */
  readonly augmentations: string;
}

/** @param directory the notebook's folder @throws never: what cannot be written in the folder is written elsewhere */
export function makeCellFolder(directory: string, kernelId: string): CellFolder {
  const path = makeFolder(directory, kernelId);
  const folder: CellFolder = {
    path,
    configFile: join(path, "tsconfig.json"),
    draft: join(path, "draft.ts"),
    jsxDraft: join(path, "jsx_draft.tsx"),
    augmentations: join(path, "augmentations.ts"),
  };
  for (const file of [folder.draft, folder.jsxDraft, folder.augmentations]) writeFileSync(file, "export {};\n");
  writeFileSync(folder.configFile, JSON.stringify(configuration(directory, folder), undefined, 2));
  return folder;
}

/** Removes the cells, and the folders around them where nothing else is in them. Never throws. */
export function removeCellFolder({ path }: CellFolder): void {
  try {
    rmSync(path, { recursive: true, force: true });
    const cells = dirname(path);
    if (!cells.endsWith(`${sep}.flowlet${sep}cells`)) return;
    if (readdirSync(cells).length === 0) rmdirSync(cells);
    const flowlet = dirname(cells);
    if (readdirSync(flowlet).every((name) => name === ".gitignore")) rmSync(flowlet, { recursive: true });
  } catch {
    // Another kernel of the folder has begun to use it, or it is gone already.
  }
}

function makeFolder(directory: string, kernelId: string): string {
  const own = join(directory, ".flowlet");
  const path = join(own, "cells", kernelId.replace(/[^\w-]/g, "_"));
  try {
    // Node makes folders in /proc for ever: https://github.com/nodejs/node/issues/31481
    if (!existsSync(directory)) throw new Error("no such folder");
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, ownerFile), String(process.pid));
    removeAbandoned(dirname(path));
    if (!existsSync(join(own, ".gitignore"))) writeFileSync(join(own, ".gitignore"), "*\n");
    return path;
  } catch {
    const elsewhere = mkdtempSync(join(tmpdir(), "flowlet-cells-"));
    const packages = nearest(directory, "node_modules");
    if (packages !== undefined) symlinkSync(packages, join(elsewhere, "node_modules"));
    return elsewhere;
  }
}

/** Holds the process id of the kernel that a folder of cells belongs to. */
const ownerFile = "kernel.pid";

/** Removes what kernels that were killed have left. */
function removeAbandoned(cells: string): void {
  for (const name of readdirSync(cells)) {
    const owner = Number(readIfThere(join(cells, name, ownerFile)));
    if (Number.isInteger(owner) && owner > 0 && !isAlive(owner)) rmSync(join(cells, name), { recursive: true, force: true });
  }
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** This package's root: the nearest folder above with a package.json. */
export function packageRoot(): string {
  return dirname(nearest(dirname(fileURLToPath(import.meta.url)), "package.json")!);
}

function nearest(from: string, name: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, name))) return join(folder, name);
    if (folder === dirname(folder)) return undefined;
  }
}

function configuration(directory: string, folder: CellFolder): object {
  const root = packageRoot();
  const ambient = ["lib/kernel/runtime/globals.d.ts", "kernel/runtime/globals.ts"].map((file) => join(root, file)).find((file) => existsSync(file));
  const engine = ["lib/engine/index.d.ts", "engine/index.ts"].map((file) => join(root, file)).filter((file) => existsSync(file));
  const client = ["lib/client/index.d.ts", "client/index.ts"].map((file) => join(root, file)).filter((file) => existsSync(file));
  const tslab = ["lib/kernel/runtime/modules/tslab.d.ts", "kernel/runtime/modules/tslab.ts"].map((file) => join(root, file)).filter((file) => existsSync(file));
  return {
    compilerOptions: {
      target: "esnext",
      module: "esnext",
      moduleResolution: "bundler",
      lib: ["esnext"],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      allowJs: true,
      checkJs: false,
      resolveJsonModule: true,
      allowImportingTsExtensions: true,
      allowArbitraryExtensions: true,
      experimentalDecorators: true,
      jsx: "react-jsx",
      types: ["node"],
      typeRoots: [nodeTypesRoot(directory)],
      rootDirs: [folder.path, directory],
      paths: { flowlet: engine, "flowlet/client": client, ...(isInstalled("tslab", directory) ? {} : { tslab }) },
    },
    files: [folder.draft, folder.jsxDraft, folder.augmentations, ...(ambient === undefined ? [] : [ambient])],
  };
}

function isInstalled(name: string, directory: string): boolean {
  try {
    createRequire(join(directory, "cell.ts")).resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

/** The folder that holds the types of Node: the notebook's own where it has them, so that there is one copy, else ours. */
function nodeTypesRoot(directory: string): string {
  for (const from of [join(directory, "cell.ts"), import.meta.url]) {
    try {
      return dirname(dirname(createRequire(from).resolve("@types/node/package.json")));
    } catch {
      // Not installed there.
    }
  }
  return join(directory, "node_modules", "@types");
}
