import { existsSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jupyterArguments } from "../../scripts/start/jupyter-arguments.mjs";
import { CHECKOUT, CheckoutCopy } from "./checkout-copy.ts";

describe("npm start", () => {
  let copy: CheckoutCopy;
  let server: Server;
  let port: number;

  beforeAll(async () => {
    copy = new CheckoutCopy({ nodeModules: false });
    server = createServer();
    await new Promise<void>((done) => server.listen(0, "localhost", done));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    copy.remove();
    await new Promise((done) => server.close(done));
  });

  test.each([["--port", "PORT"], ["--port=PORT"], ["--ServerApp.port=PORT"]])("a port in use is told before anything is installed: %s %s", (...args) => {
    const { code, stderr } = copy.run(["scripts/start.mjs", "--no-browser", ...args.map((arg) => arg.replace("PORT", String(port)))]);
    expect(code).toBe(1);
    expect(stderr.trim()).toBe(`Port ${port} is in use by another program.\nGive another port, or leave --port away: then the next free one from 8888 on is taken.`);
    expect(existsSync(copy.path("node_modules"))).toBe(false);
  });

  test.each(["", "x", "-1", "70000", "1e3", "80.5"])("%j is no port", (text) => {
    const { code, stderr } = copy.run(["scripts/start.mjs", `--port=${text}`]);
    expect(code).toBe(1);
    expect(stderr).toContain(`A port is a number from 0 to 65535, and "${text}" is none.`);
  });

  test("an address that is not this machine's is told", () => {
    const { code, stderr } = copy.run(["scripts/start.mjs", "--ip", "192.0.2.1", "--port", "0"]);
    expect(code).toBe(1);
    expect(stderr).toContain("Nothing can listen on 192.0.2.1:0");
  });

  test.each(["--help", "-h"])("%s explains and does nothing", (flag) => {
    const { code, stdout } = copy.run(["scripts/start.mjs", flag]);
    expect(code).toBe(0);
    expect(stdout).toContain("npm start -- --no-browser --port 8899");
    expect(existsSync(copy.path("node_modules"))).toBe(false);
  });

  test("passes all arguments on, in their order", async () => {
    const args = await jupyterArguments(["--no-browser", "--LabApp.dev_mode=False", "--port", "0"]);
    expect(args.slice(0, 4)).toEqual(["--no-browser", "--LabApp.dev_mode=False", "--port", "0"]);
  });

  test("takes no other port than the one asked for, and any where none is", async () => {
    expect(await jupyterArguments(["--port", "0"])).toContain("--ServerApp.port_retries=0");
    expect(await jupyterArguments([])).not.toContain("--ServerApp.port_retries=0");
    expect(await jupyterArguments(["--port=0", "--ServerApp.port_retries=5"])).not.toContain("--ServerApp.port_retries=0");
  });

  test("starts in the checkout, on a notebook of the user's where one is given", async () => {
    expect(await jupyterArguments([])).toContain(`--ServerApp.root_dir=${CHECKOUT.replace(/\/$/, "")}`);
    const given = await jupyterArguments(["package.json"]);
    expect(given).toContain(`${CHECKOUT}package.json`);
    expect(given.some((arg) => arg.startsWith("--ServerApp.root_dir"))).toBe(false);
    expect(await jupyterArguments(["--notebook-dir=/tmp"])).not.toContain(`--ServerApp.root_dir=${CHECKOUT.replace(/\/$/, "")}`);
  });

  test.runIf(process.getuid?.() === 0)("allows root where the user is root, once", async () => {
    expect((await jupyterArguments([])).filter((arg) => arg === "--allow-root")).toHaveLength(1);
    expect((await jupyterArguments(["--allow-root"])).filter((arg) => arg === "--allow-root")).toHaveLength(1);
  });
});
