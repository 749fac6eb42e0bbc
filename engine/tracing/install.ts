/** Puts in place what notices the undeclared dependencies of tasks. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { traceEnvironment } from "./traced-environment.ts";
import { traceFiles } from "./traced-files.ts";
import { tracedOriginal } from "./traced-function.ts";
import { traceNetwork } from "./traced-network.ts";
import type { Trace } from "./trace.ts";

/**
 * From now on the functions of node:fs, `process.env` and the network tell the trace of the running task what it uses; where there is
 * none, a call costs a look at the run context. For the whole process; again nothing happens. The earlier the better: who has
 * taken a function out of node:fs by `require` keeps the one without notice (bindings of `import` follow).
 */
export function installTracing(current: () => Trace | null): void {
  traceEnvironment(current);
  if (isTracing()) return;
  traceFiles(current);
  traceNetwork(current);
  syncBuiltinESMExports();
}

/** Is it in place? */
export function isTracing(): boolean { return tracedOriginal(fs.readFileSync) !== undefined; }
