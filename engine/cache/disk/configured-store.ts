/** The store that the configuration names. */
import { resolve } from "node:path";
import { currentConfig } from "../../config/config.ts";
import { ResultStore } from "./result-store.ts";

/** Open stores by folder: all caches of a process share what is open. */
const stores = new Map<string, ResultStore>();

/**
 * The store in the configuration's folder (`cache.folder`); null where results are kept in memory only.
 * @param directory what the folder is relative to. Default: the working directory
 */
export function configuredStore(directory = process.cwd()): ResultStore | null {
  const { folder, maxSize } = currentConfig().cache;
  if (folder === null) return null;
  const path = resolve(directory, folder);
  let store = stores.get(path);
  if (store === undefined) stores.set(path, (store = new ResultStore(path, { maxSize })));
  return store;
}
