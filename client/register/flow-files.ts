/** Which files a command means. */
import { statSync } from "node:fs";
import { glob } from "node:fs/promises";
import { resolve, sep } from "node:path";
import { FlowletError } from "../../engine/errors.ts";

/** A file that may make flows. */
export interface FlowFile {
  /** Absolute. */
  readonly path: string;
  /** It was named; one of a folder or pattern may hold no flow. */
  readonly isNamed: boolean;
}

const CODE = /\.[cm]?[jt]sx?$/;
const PATTERN = /[*?[{]/;

/**
 * Files, files of folders (not those of their folders) and files that match patterns, each once, sorted within a folder or pattern. Declarations and what is installed are left out.
 * @throws FlowletError FLOW_FILE_NOT_FOUND
 */
export async function flowFiles(paths: readonly string[]): Promise<FlowFile[]> {
  const files = new Map<string, FlowFile>();
  const add = (path: string, isNamed: boolean) => files.set(path, { path, isNamed: isNamed || files.get(path)?.isNamed === true });
  for (const path of paths) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isFile() === true) {
      add(resolve(path), true);
      continue;
    }
    if (stats === undefined && !PATTERN.test(path)) throw new FlowletError("FLOW_FILE_NOT_FOUND", { path: resolve(path) });
    const found: string[] = [];
    const exclude = (name: string) => name === "node_modules" || name.endsWith(`${sep}node_modules`);
    for await (const file of stats === undefined ? glob(path, { exclude }) : glob("*", { cwd: path, exclude })) found.push(resolve(stats === undefined ? "" : path, file));
    for (const file of found.sort()) {
      if (CODE.test(file) && !/\.d\.[cm]?ts$/.test(file) && statSync(file, { throwIfNoEntry: false })?.isFile() === true) add(file, false);
    }
  }
  return [...files.values()];
}
