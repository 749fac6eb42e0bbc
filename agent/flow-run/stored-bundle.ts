/** The stored code of flows, kept on this machine between runs: it is known by its hash, and never changes. */
import { randomUUID } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bundle } from "../../client/api-types.ts";

/** Code that nobody has run for so long is removed (milliseconds). */
const UNUSED = 30 * 86_400_000;

/**
 * A bundle from the folder, else from the server.
 * @param folder for this user only; made where it is not there @param get asks the server
 */
export async function storedBundle(folder: string, bundleId: string, get: () => Promise<Bundle>): Promise<Bundle> {
  const path = join(folder, `${bundleId}.json`);
  const known = await readBundle(path);
  if (known !== null) {
    // When it was last used.
    await utimes(path, new Date(), new Date()).catch(() => {});
    return known;
  }
  const bundle = await get();
  // Where it can not be kept it is asked for again.
  await keep(folder, path, bundle).catch(() => {});
  return bundle;
}

async function keep(folder: string, path: string, bundle: Bundle): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, JSON.stringify(bundle), { mode: 0o600, flush: true });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function readBundle(path: string): Promise<Bundle | null> {
  try {
    const bundle = JSON.parse(await readFile(path, "utf8")) as Bundle | null;
    return typeof bundle?.code === "string" ? bundle : null;
  } catch {
    return null;
  }
}

/** Removes code that nobody has run for a month. Never throws. */
export async function removeUnusedBundles(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const used = (await stat(join(folder, name)).catch(() => null))?.mtimeMs;
    if (used !== undefined && Date.now() - used > UNUSED) await rm(join(folder, name), { force: true }).catch(() => {});
  }
}
