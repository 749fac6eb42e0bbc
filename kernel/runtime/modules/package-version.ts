/** The installed package that a file belongs to. */
import { readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";

/** As its package.json says. */
export interface PackageVersion {
  readonly name: string;
  readonly version: string;
}

const byFolder = new Map<string, PackageVersion | undefined>();

/** The nearest package.json above with name and version, inside node_modules; undefined where there is none. */
export function packageOf(path: string): PackageVersion | undefined {
  const folder = dirname(path);
  if (folder === path || !`${folder}${sep}`.includes(`${sep}node_modules${sep}`) || folder.endsWith(`${sep}node_modules`)) return undefined;
  if (!byFolder.has(folder)) byFolder.set(folder, readPackage(folder) ?? packageOf(folder));
  return byFolder.get(folder);
}

function readPackage(folder: string): PackageVersion | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Partial<PackageVersion>;
    return typeof name === "string" && typeof version === "string" ? { name, version } : undefined;
  } catch {
    return undefined;
  }
}
