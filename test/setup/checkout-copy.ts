/** Copies of the checkout in which the set-up's scripts are run for real, without touching the checkout itself. */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));

/** The wheel that pip runs from: a requirement that needs no network. */
export const PIP_WHEEL = readdirSync(path.join(CHECKOUT, "python")).find((name) => /^pip-.*\.whl$/.test(name))!;

export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export class CheckoutCopy {
  readonly folder: string;

  /** @param nodeModules - whether it has the checkout's npm packages. Default: true */
  constructor({ nodeModules = true }: { nodeModules?: boolean } = {}) {
    this.folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "flowlet-copy-")));
    for (const name of ["scripts", "python", "package.json", "package-lock.json"]) cpSync(path.join(CHECKOUT, name), this.path(name), { recursive: true });
    if (nodeModules) symlinkSync(path.join(CHECKOUT, "node_modules"), this.path("node_modules"));
  }

  path(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  /** Leaves pip, from its wheel, as all that has to be installed: an environment takes seconds and no network. */
  shortenRequirements(): void {
    writeFileSync(this.path("python/requirements.txt"), `python/${PIP_WHEEL}\n`);
    writeFileSync(this.path("python/requirements-test.txt"), "");
  }

  /** Runs a script of the copy, or code given with `-e`, to its end. */
  run(args: string[], env: NodeJS.ProcessEnv = {}): Outcome {
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, { cwd: this.folder, encoding: "utf8", env: { ...process.env, ...env } });
    return { code: status, signal, stdout, stderr };
  }

  /** Calls a function that a module of scripts/ exports, in a process of its own, and returns what it returned. */
  call(module: string, name: string, args: unknown[] = [], env: NodeJS.ProcessEnv = {}): { value?: unknown; error?: { message: string; advice: string } } {
    const code = `
      const module = await import(${JSON.stringify(this.path("scripts", module))});
      try {
        const args = ${JSON.stringify(args)}.map((arg) => arg === "NOTE" ? () => {} : arg && typeof arg === "object" && "note" in arg ? { ...arg, note: () => {} } : arg);
        console.log("\\n" + JSON.stringify({ value: await module[${JSON.stringify(name)}](...args) }));
      } catch (error) {
        console.log("\\n" + JSON.stringify({ error: { message: error.message, advice: error.advice } }));
      }`;
    const { stdout, stderr } = this.run(["--input-type=module", "-e", code], env);
    const line = stdout.trim().split("\n").at(-1);
    if (!line?.startsWith("{")) throw new Error(`${module} ${name} printed no result:\n${stdout}\n${stderr}`);
    return JSON.parse(line);
  }

  /** Starts a script of the copy and lets it run. */
  start(args: string[], env: NodeJS.ProcessEnv = {}): { child: ReturnType<typeof spawn>; outcome: Promise<Outcome> } {
    const child = spawn(process.execPath, args, { cwd: this.folder, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout!.setEncoding("utf8").on("data", (text: string) => { stdout += text; });
    child.stderr!.setEncoding("utf8").on("data", (text: string) => { stderr += text; });
    const outcome = new Promise<Outcome>((done) => child.once("close", (code, signal) => done({ code, signal, stdout, stderr })));
    return { child, outcome };
  }

  /** A program in the copy that answers as the shell script says: what a broken or foreign installation would. */
  program(name: string, script: string): string {
    mkdirSync(this.path("programs"), { recursive: true });
    const file = this.path("programs", name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return file;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
