/** The engines that are measured, and how each is started; what they do is in scripts/. */
import { fileURLToPath } from "node:url";
import { installNpmPeer, installPythonPeer, pythonOf, type Absence, type PythonPeerName } from "../peers.ts";

export interface Engine {
  /** As in the tables. */
  readonly name: string;
  readonly program: string;
  /** Arguments before those that measurement.ts names. */
  readonly args: readonly string[];
  /** Is it Flowlet, or part of what it is made of? */
  readonly own: boolean;
  /** Makes it available where it is not. */
  readonly install?: () => Promise<Absence>;
}

const script = (file: string) => fileURLToPath(new URL(`scripts/${file}`, import.meta.url));

const inNode = (name: string, file: string, more: Partial<Engine> = {}): Engine =>
  ({ name, program: process.execPath, args: [script(file)], own: true, ...more });

const inPython = (name: string, file: string, peer: PythonPeerName): Engine =>
  ({ name, program: pythonOf(peer), args: [script(file)], own: false, install: () => installPythonPeer(peer) });

export const BARE_AWAIT = inNode("bare await", "bare-await.ts");
export const FLOWLET = inNode("**Flowlet**", "flowlet.ts");
export const FLOWLET_ALL_ON: Engine = { ...FLOWLET, name: "**Flowlet**, all on" };
export const FLOWLET_DISK = inNode("**Flowlet**", "flowlet-disk.ts");
export const FLOWLET_GRAPH = inNode("**Flowlet**", "flowlet-graph.ts");
export const FLOWLET_CONTENTS = inNode("**Flowlet**", "flowlet-contents.ts");
export const FLOWLET_THREADS = inNode("**Flowlet**, ThreadExecutor", "flowlet-threads.ts", {
  install: async () => ("ThreadExecutor" in await import("../../lib/engine/index.js") ? undefined : "this version of Flowlet has none"),
});
export const P_GRAPH = inNode("p-graph 2.0.0", "p-graph.ts", { own: false, install: () => installNpmPeer("p-graph") });
export const HAMILTON = inPython("Hamilton 1.90.0", "hamilton-driver.py", "hamilton");
export const MARIMO = inPython("marimo 0.25.2", "marimo-cells.py", "marimo");
export const DASK = inPython("dask 2026.8.0", "dask-delayed.py", "dask");
export const DAGSTER = inPython("Dagster 1.13.27", "dagster-jobs.py", "dagster");
export const PREFECT_1 = inPython("Prefect 1.4.1", "prefect1.py", "prefect1");
export const PREFECT_3 = inPython("Prefect 3.9.1", "prefect3.py", "prefect3");
