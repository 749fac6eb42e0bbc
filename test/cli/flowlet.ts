/** The `flowlet` command as a user runs it: a process, in a folder, with a HOME of its own. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "../../lib/cli/main.js");

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** One user: nothing of the machine's own configuration reaches the commands. */
export class FlowletUser {
  readonly folder = mkdtempSync(join(tmpdir(), "flowlet-cli-"));
  readonly #children = new Set<ChildProcess>();

  get environment(): NodeJS.ProcessEnv {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("FLOWLET__") && !name.startsWith("VITEST")));
    return { ...env, HOME: this.folder, USERPROFILE: this.folder, NODE_NO_WARNINGS: "1" };
  }

  /** Runs a command to its end. */
  run(...args: readonly string[]): Promise<Outcome> {
    return new Promise((resolve) => {
      const child = execFile(process.execPath, [MAIN, ...args], { cwd: this.folder, env: this.environment, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        resolve({ stdout, stderr, exitCode: error === null ? 0 : Number(error.code) });
      });
      child.stdin?.end();
    });
  }

  /** Starts a command that goes on. */
  start(...args: readonly string[]): { readonly child: ChildProcess; readonly output: () => string } {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: this.folder, env: this.environment, stdio: ["ignore", "pipe", "pipe"] });
    this.#children.add(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => { output += chunk.toString(); });
    return { child, output: () => output };
  }

  async end(): Promise<void> {
    for (const child of this.#children) child.kill("SIGKILL");
    await this.run("server", "stop");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
