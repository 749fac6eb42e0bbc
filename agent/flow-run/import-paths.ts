/** More folders whose packages the code of flows may use (prefect's `--import-path`). */
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** From now on, for all modules of this thread: packages that are not found where they should be are looked for in these folders, the first one first. @param folders absolute */
export function useImportPaths(folders: readonly string[]): void {
  if (folders.length === 0) return;
  const parents = folders.map((folder) => pathToFileURL(join(folder, "flow.mjs")).href);
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        const { code } = error as { readonly code?: string };
        const isPackage = !/^([./]|[a-z][a-z+.-]*:)/i.test(specifier);
        if (!isPackage || (code !== "PACKAGE_NOT_FOUND" && code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND")) throw error;
        for (const parentURL of parents) {
          try {
            return next(specifier, { ...context, parentURL });
          } catch {
            // Maybe in the next one.
          }
        }
        throw error;
      }
    },
  });
}
