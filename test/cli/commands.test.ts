import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { FlowletUser } from "./flowlet.ts";

const user = new FlowletUser();
afterAll(() => user.end());

describe("flowlet", () => {
  test("without a command lists what there is, and a wrong one says so: exit code 2", async () => {
    const help = await user.run("--help");
    expect(help.exitCode).toBe(0);
    for (const command of ["backend", "server", "create", "register", "agent", "run", "cancel", "get", "describe", "cache", "config", "version", "diagnostics", "completion"]) expect(help.stdout).toMatch(new RegExp(`^ {2}${command} `, "m"));
    expect(help.stdout).not.toMatch(/^ {2}complete /m);
    expect(await user.run("srever")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("unknown command 'srever'") });
    expect(await user.run("server", "start", "--port", "http")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("Expected a port") });
  });

  test("every command has a help text with examples, or is one word long", async () => {
    for (const command of [["server", "start"], ["register"], ["run"], ["agent", "local", "start"], ["get"], ["describe"], ["cancel"], ["create", "project"], ["backend"], ["completion"]]) {
      expect((await user.run(...command, "--help")).stdout).toMatch(/\nExamples:\n {2}(source <\()?flowlet /);
    }
  });

  test("backend server is written where the configuration reads it", async () => {
    expect((await user.run("backend", "server")).stdout).toBe("Backend switched to server\n");
    expect((await user.run("backend", "server", "--endpoint", "http://flows.example:9000")).stdout).toContain("http://flows.example:9000");
    expect(readFileSync(join(user.folder, ".flowlet/backend.toml"), "utf8")).toContain('endpoint = "http://flows.example:9000"');
    expect(JSON.parse((await user.run("backend", "show", "--json")).stdout)).toEqual({ backend: "server", endpoint: "http://flows.example:9000" });
    expect(await user.run("backend", "server", "--endpoint", "flows.example")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("Expected the address of a server") });
  });

  test("diagnostics tell names of keys, and no values", async () => {
    writeFileSync(join(user.folder, ".flowlet/config.toml"), '[context.secrets]\nKEY = "swordfish"\n[logging]\nlevel = "DEBUG"\n');
    const { stdout } = await user.run("diagnostics");
    expect(JSON.parse(stdout)).toMatchObject({ system: { node: process.versions.node }, configuration: { set: expect.arrayContaining(["logging.level"]), files: { config: true, backend: true } } });
    expect(stdout).not.toContain("swordfish");
    expect((await user.run("version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test("completes commands, options and values for a shell, and says no more than it can do", async () => {
    const complete = async (...words: string[]) => (await user.run("complete", "--plain", "--", ...words)).stdout.trim().split("\n");
    expect(await complete("ser")).toEqual(["server"]);
    expect(await complete("server", "")).toEqual(["start", "stop", "status"]);
    expect(await complete("server", "start", "--po")).toEqual(["--port"]);
    expect(await complete("run", "--log-level", "W")).toEqual(["WARNING"]);
    expect(await complete("completion", "f")).toEqual(["fish"]);
    expect((await user.run("completion", "tcsh")).exitCode).toBe(2);
  });

  test.skipIf(!existsSync("/bin/bash"))("completes in a real bash", async () => {
    const main = join(import.meta.dirname, "../../lib/cli/main.js");
    const script = `flowlet() { "${process.execPath}" "${main}" "$@"; }; source <(flowlet completion bash); COMP_WORDS=(flowlet cache l); COMP_CWORD=2; _flowlet; echo "\${COMPREPLY[@]}"`;
    expect(execFileSync("/bin/bash", ["-c", script], { encoding: "utf8", env: user.environment }).trim()).toBe("ls");
  });
});
