/** Scripts that use Flowlet, run as processes of their own: with a home folder, variables and output of their own. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const ENGINE = pathToFileURL(join(import.meta.dirname, "../../engine/index.ts")).href;

/** What a script printed, and how it ended. */
export interface ScriptOutcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  /** The home folder it had; it is gone. */
  readonly home: string;
}

/** All optional. */
export interface ScriptOptions {
  /** Text of `~/.flowlet/config.toml`. */
  readonly config?: string;
  readonly env?: Record<string, string>;
}

/** Runs TypeScript code; `flowlet` is the engine. */
export async function runScript(code: string, { config, env = {} }: ScriptOptions = {}): Promise<ScriptOutcome> {
  const home = mkdtempSync(join(tmpdir(), "flowlet-script-"));
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  };
  write("script.mts", code.replaceAll(/from "flowlet"/g, `from ${JSON.stringify(ENGINE)}`));
  if (config !== undefined) write(".flowlet/config.toml", config);
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("FLOWLET__") && !name.startsWith("VITEST")));
  try {
    return await new Promise((resolve) => {
      execFile(process.execPath, [join(home, "script.mts")], { cwd: home, env: { ...inherited, HOME: home, USERPROFILE: home, NODE_NO_WARNINGS: "1", ...env }, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        resolve({ stdout, stderr, exitCode: error === null ? 0 : typeof error.code === "number" ? error.code : null, home });
      });
    });
  } finally {
    rmSync(home, { recursive: true });
  }
}
