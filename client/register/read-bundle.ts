/** Looks into a bundle: evaluates it in a process of its own, as an agent will, and says what flows it makes. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { BundledCode } from "./bundled-code.ts";
import type { FlowDescription } from "./flow-description.ts";

/** A flow of a bundle, or why it can not be registered. */
export type ReadFlow = FlowDescription | { readonly name: string; readonly error: string };

/** What a bundle makes. */
export interface ReadBundle {
  /** In the order they are made. */
  readonly flows: readonly ReadFlow[];
  /** What went wrong while it was evaluated, one sentence; null: nothing. Flows that were made before are there. */
  readonly error: string | null;
}

/** All optional. */
export interface ReadBundleOptions {
  /** Working directory, from which packages that are not in the bundle are imported. Default: that of this process. */
  readonly folder?: string;
  /** Longest time that its evaluation may take (milliseconds). Default: 10 minutes: it may load data. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

const TIMEOUT = 600_000;
const ENDING = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

/** Never throws but for `signal`: what is wrong with the bundle is in `error`. What its code prints goes nowhere. */
export async function readBundle({ code, sourceMap, parameterTypes }: Pick<BundledCode, "code" | "sourceMap" | "parameterTypes">, { folder = process.cwd(), timeout = TIMEOUT, signal }: ReadBundleOptions = {}): Promise<ReadBundle> {
  const main = fileURLToPath(new URL(`./read-bundle-main${ENDING}`, import.meta.url));
  // The fourth is where it answers: what the code prints must not be taken for it.
  const child = spawn(process.execPath, ["--no-warnings", main], { cwd: folder, stdio: ["pipe", "ignore", "pipe", "pipe"], signal, killSignal: "SIGKILL" });
  const timer = setTimeout(() => child.kill("SIGKILL"), timeout);
  try {
    child.stdin!.on("error", () => {});
    child.stdin!.end(JSON.stringify({ code, sourceMap, parameterTypes }));
    const ended = once(child, "close") as Promise<[code: number | null, signal: string | null]>;
    const [answer, errors, [exitCode, killed]] = await Promise.all([text(child.stdio[3] as Readable), text(child.stderr!), ended]);
    if (answer !== "") return JSON.parse(answer) as ReadBundle;
    if (killed === "SIGKILL") return { flows: [], error: `its evaluation was ended after ${timeout / 1000} seconds` };
    const why = exitCode === 13 ? "its top level waits for something that never happens" : `its process ended with ${killed ?? `code ${exitCode}`}`;
    const last = errors.trim().split("\n").findLast((line) => /^\w*Error\b/.test(line));
    return { flows: [], error: why + (last === undefined ? "" : `: ${last}`) };
  } finally {
    clearTimeout(timer);
  }
}
