/** Flowlet's version. */
import { createRequire } from "node:module";

export function packageVersion(): string {
  return (createRequire(import.meta.url)("flowlet/package.json") as { readonly version: string }).version;
}
