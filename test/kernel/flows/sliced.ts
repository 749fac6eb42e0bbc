/** A flow's slice, as a kernel makes it, and what becomes of it in a process of its own. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Notebook } from "./notebook.ts";

const library = fileURLToPath(new URL("../../../lib/", import.meta.url));

/** What a notebook says of one of its flows. */
export interface Sliced {
  readonly code: string;
  readonly notes: readonly string[];
  /** Hash of the structure. */
  readonly hash: string;
}

/** The slice of the flow that an expression stands for, made in the kernel as register makes it. */
export async function slice(notebook: Notebook, flow: string): Promise<Sliced> {
  const { stdout } = await notebook.cell("slicing", `// @ts-nocheck
    const { currentHost: hostOfSlicing } = await import(${JSON.stringify(join(library, "engine/embedding.js"))});
    const slicedFlow = await hostOfSlicing().backend.slice(${flow});
    console.log("SLICE " + JSON.stringify({ ...slicedFlow, hash: (${flow}).serializedHash() }));`);
  const line = stdout.split("\n").find((one) => one.startsWith("SLICE "));
  if (line === undefined) throw new Error(`no slice: ${stdout}`);
  return JSON.parse(line.slice("SLICE ".length)) as Sliced;
}

/** What a run elsewhere gave. */
export interface RunElsewhere {
  readonly name: string;
  readonly hash: string;
  readonly state: string;
  /** By slug. */
  readonly results: { readonly [slug: string]: unknown };
}

/** Evaluates a slice in a fresh process and runs its flow. @param files in its folder: local modules */
export async function runElsewhere(code: string, parameters: object = {}, files: Record<string, string> = {}): Promise<RunElsewhere> {
  const folder = mkdtempSync(join(tmpdir(), "flowlet-slice-"));
  try {
    mkdirSync(join(folder, "node_modules"), { recursive: true });
    mkdirSync(join(folder, "node_modules", "flowlet"));
    writeFileSync(join(folder, "node_modules", "flowlet", "package.json"), JSON.stringify({ name: "flowlet", version: "0.0.0", type: "module", exports: { ".": "./engine/index.js", "./embedding": "./engine/embedding.js", "./package.json": "./package.json" } }));
    symlinkSync(join(library, "engine"), join(folder, "node_modules", "flowlet", "engine"));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, "entry.mjs"), code);
    writeFileSync(join(folder, "run.mjs"), `
      import { loadFile } from ${JSON.stringify(join(library, "engine/embedding.js"))};
      import { Flow } from ${JSON.stringify(join(library, "engine/index.js"))};
      const { flows, error } = await loadFile(new URL("./entry.mjs", import.meta.url).href, (value) => value instanceof Flow);
      if (error !== undefined) throw error;
      const flow = flows.at(-1);
      const state = await flow.run(${JSON.stringify(parameters)}, { runOnSchedule: false });
      const results = Object.fromEntries([...flow.tasks].map((task) => [flow.node(task).slug, state.result.get(task)?.result]).filter(([, result]) => !(result instanceof Error)));
      console.log("RUN " + JSON.stringify({ name: flow.name, hash: flow.serializedHash(), state: state.type, results }));
      process.exit(0);
    `);
    const { stdout } = await promisify(execFile)(process.execPath, ["run.mjs"], { cwd: folder, env: { ...process.env, FLOWLET__CACHE__FOLDER: "false", HOME: folder } });
    const line = stdout.split("\n").find((one) => one.startsWith("RUN "));
    if (line === undefined) throw new Error(`it did not run: ${stdout}`);
    return JSON.parse(line.slice("RUN ".length)) as RunElsewhere;
  } catch (error) {
    throw new Error(`${(error as Error).message}\n--- the slice:\n${code}`, { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
