import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { CHECKOUT } from "./checkout-copy.ts";

const home = mkdtempSync(path.join(os.tmpdir(), "flowlet-home-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "localhost", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** What a fresh user's environment holds: an empty home, and nothing about Jupyter. */
function freshEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, HOME: home };
  for (const name of Object.keys(env)) if (/^(JUPYTER|IPYTHON|XDG_)/.test(name)) delete env[name];
  return env;
}

/** The processes whose command line has the text; only Linux tells. */
function processesWith(text: string): string[] {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, "utf8").includes(text);
    } catch {
      return false;
    }
  });
}

describe("npm start in this checkout", () => {
  test("serves JupyterLab with our kernel and extension, writes nothing outside of the checkout, and stops at Ctrl-C with its kernels", async () => {
    const port = await freePort();
    const child = spawn(process.execPath, [path.join(CHECKOUT, "scripts/start.mjs"), "--no-browser", "--port", String(port), "--IdentityProvider.token=secret"], {
      cwd: CHECKOUT, env: freshEnvironment(), stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let kernelId = "";
    const closed = new Promise<number | null>((done) => child.once("close", done));
    try {
      await new Promise<void>((done, fail) => {
        const take = (text: string): void => {
          output += text;
          if (output.includes(`http://localhost:${port}/lab`)) done();
        };
        child.stdout.setEncoding("utf8").on("data", take);
        child.stderr.setEncoding("utf8").on("data", take);
        void closed.then((code) => fail(new Error(`ended with ${code}:\n${output}`)));
      });
      const get = async (place: string, init?: RequestInit) => {
        const response = await fetch(`http://localhost:${port}/${place}`, { ...init, headers: { authorization: "token secret" } });
        return { status: response.status, body: await response.json() as any };
      };
      const specs = (await get("api/kernelspecs")).body.kernelspecs;
      expect(specs.flowlet.spec).toMatchObject({ display_name: "TypeScript (Flowlet)", language: "typescript", interrupt_mode: "message" });
      const [node, main, connection] = specs.flowlet.spec.argv;
      expect(path.isAbsolute(node)).toBe(true);
      expect([main, connection]).toEqual([path.join(CHECKOUT, "lib/kernel/main.js"), "{connection_file}"]);
      expect(specs.flowlet.resources).toHaveProperty("logo-svg");

      const extensions = (await get("lab/api/extensions")).body;
      expect(extensions.map((one: { name: string }) => one.name)).toContain("flowlet");

      const kernel = await get("api/kernels", { method: "POST", body: JSON.stringify({ name: "flowlet" }) });
      expect(kernel.status).toBe(201);
      kernelId = kernel.body.id;
      if (process.platform === "linux") expect(processesWith(kernelId)).not.toEqual([]);
    } finally {
      child.kill("SIGINT");
    }
    expect(await closed, output).toBe(0);
    expect(output).toContain("Stopping JupyterLab");
    if (process.platform === "linux") expect(processesWith(kernelId)).toEqual([]);
    expect(await fetch(`http://localhost:${port}/api`).then(() => "served", () => "gone")).toBe("gone");
    expect(readdirSync(home).filter((name) => name !== ".npm" && name !== ".cache")).toEqual([]);
  });
});
