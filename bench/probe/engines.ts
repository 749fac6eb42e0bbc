/** The engines that are probed. Python's run in a process of their own, ours in its kernel. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installPythonPeer, pythonOf, type Absence, type PythonPeerName } from "../peers.ts";
import { notebooksOf, type Edit } from "./edits.ts";
import { probeFlowlet } from "./flowlet.ts";
import type { Observation } from "./verdict.ts";

const run = promisify(execFile);
const TIMEOUT_MS = 10 * 60_000;

export interface ProbedEngine {
  /** As in the tables. */
  readonly name: string;
  readonly own: boolean;
  /** Its start takes long: not in the quick mode. */
  readonly slow?: boolean;
  /** Names of edits that mean nothing to it. */
  readonly without?: readonly string[];
  /** Makes it available where it is not. */
  readonly install?: () => Promise<Absence>;
  /** Runs the notebooks of each edit. @throws when it can not be run at all */
  observe(edits: readonly Edit[]): Promise<readonly Observation[]>;
}

const inPython = (name: string, file: string, peer: PythonPeerName, more: Partial<ProbedEngine> = {}): ProbedEngine => ({
  name, own: false, install: async () => (await installPythonPeer(peer)) ?? (await installPythonPeer("ipython")),
  observe: (edits) => observePython(pythonOf(peer), fileURLToPath(new URL(`scripts/${file}`, import.meta.url)), edits),
  ...more,
});

/** In the order of the table's columns. */
export const PROBED: readonly ProbedEngine[] = [
  { name: "**Flowlet**", own: true, observe: probeFlowlet },
  inPython("marimo 0.25.2", "marimo-notebook.py", "marimo", { without: ["an object's field, set by another cell"] }),
  inPython("Hamilton 1.90.0", "hamilton-modules.py", "hamilton"),
  inPython("redun 0.44.1", "redun-tasks.py", "redun"),
  inPython("joblib 1.6.0", "joblib-memory.py", "joblib"),
  inPython("Prefect 3.9.1", "prefect3.py", "prefect3", { slow: true }),
  inPython("Prefect 1.4.1", "prefect1.py", "prefect1"),
];

/** Hands the notebooks to a script and reads what it observed. */
async function observePython(python: string, script: string, edits: readonly Edit[]): Promise<readonly Observation[]> {
  const { stdout: packages } = await run(pythonOf("ipython"), ["-c", "import sysconfig; print(sysconfig.get_path('purelib'), end='')"]);
  const output = await new Promise<string>((resolve, reject) => {
    const options = { timeout: TIMEOUT_MS, maxBuffer: 1 << 26, env: { ...process.env, FLOWLET_PROBE_PACKAGES: packages } };
    const child = execFile(python, [script], options, (error, stdout, stderr) => (error === null ? resolve(stdout) : reject(Object.assign(error, { stderr }))));
    child.stdin!.on("error", () => {}).end(JSON.stringify(edits.map((edit) => ({ name: edit.name, notebooks: notebooksOf(edit, "python") }))));
  });
  const line = output.trim().split("\n").findLast((text) => text.startsWith('{"observed"'));
  if (line === undefined) throw new Error("it ended without an observation");
  return (JSON.parse(line) as { observed: Observation[] }).observed;
}
