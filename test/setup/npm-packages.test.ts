import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { npmPackagesProblem } from "../../scripts/setup/npm-packages.mjs";
import { CHECKOUT, CheckoutCopy } from "./checkout-copy.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "flowlet-npm-"));
const wanted = {
  "": { name: "checkout" },
  "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
  "node_modules/a/node_modules/b": { version: "2.0.0", integrity: "sha512-b" },
  "node_modules/other-platform": { version: "1.0.0", integrity: "sha512-c", optional: true, os: ["no-such-os"] },
  "node_modules/this-platform": { version: "1.0.0", integrity: "sha512-d", optional: true, os: [process.platform], cpu: [process.arch] },
};

function lay(locked: Record<string, object>, installed: Record<string, object> | undefined): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(path.join(folder, "package-lock.json"), JSON.stringify({ packages: locked }));
  if (installed === undefined) return;
  for (const place of Object.keys(installed)) {
    mkdirSync(path.join(folder, place), { recursive: true });
    writeFileSync(path.join(folder, place, "package.json"), "{}");
  }
  writeFileSync(path.join(folder, "node_modules/.package-lock.json"), JSON.stringify({ packages: installed }));
}

describe("the npm packages", () => {
  const installed: Record<string, object> = Object.fromEntries(Object.entries(wanted).filter(([place]) => place !== "" && !place.endsWith("other-platform")));

  beforeEach(() => lay(wanted, installed));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("are complete without those of other platforms", () => {
    expect(npmPackagesProblem(folder)).toBeUndefined();
  });

  test("are complete with more than is asked for", () => {
    lay(wanted, { ...installed, "node_modules/more": { version: "1.0.0" } });
    expect(npmPackagesProblem(folder)).toBeUndefined();
  });

  test("are missing where there is no node_modules", () => {
    lay(wanted, undefined);
    expect(npmPackagesProblem(folder)).toBe("not installed yet");
  });

  test("are not finished when npm was interrupted", () => {
    rmSync(path.join(folder, "node_modules/.package-lock.json"));
    expect(npmPackagesProblem(folder)).toBe("node_modules was never finished");
    writeFileSync(path.join(folder, "node_modules/.package-lock.json"), '{"packa');
    expect(npmPackagesProblem(folder)).toBe("node_modules was never finished");
  });

  test.each(["node_modules/a", "node_modules/a/node_modules/b", "node_modules/this-platform"])("lack %s when it is not installed", (place) => {
    lay(wanted, Object.fromEntries(Object.entries(installed).filter(([other]) => other !== place)));
    expect(npmPackagesProblem(folder)).toBe(`${path.basename(place)} is missing`);
  });

  test("are noticed in another version than the locked one", () => {
    lay(wanted, { ...installed, "node_modules/a": { version: "1.0.1", integrity: "sha512-a" } });
    expect(npmPackagesProblem(folder)).toBe("a 1.0.1 is not the locked 1.0.0");
  });

  test("are noticed when a folder was removed by hand", () => {
    rmSync(path.join(folder, "node_modules/a/node_modules/b"), { recursive: true });
    expect(npmPackagesProblem(folder)).toBe("b is damaged");
  });

  test.each(["", "{", "[1]x"])("a lockfile that reads %j is refused with what to do", (text) => {
    writeFileSync(path.join(folder, "package-lock.json"), text);
    expect(() => npmPackagesProblem(folder)).toThrow(/^package-lock.json could not be read/);
  });

  test("of this checkout are what its lockfile says", () => {
    expect(npmPackagesProblem(CHECKOUT)).toBeUndefined();
  });
});

describe("installing npm packages", () => {
  test("from a registry that is not reached is told in one sentence, and nothing is touched", () => {
    const copy = new CheckoutCopy({ nodeModules: false });
    try {
      // `npm --silent start` makes npm silent below it too, which must not hide the reason.
      const { code, stderr } = copy.run(["scripts/setup.mjs"], { npm_config_registry: "http://127.0.0.1:1/", npm_config_cache: copy.path("cache"), npm_config_loglevel: "silent" });
      expect(code).toBe(1);
      expect(stderr).toContain("The npm registry was not reached, so the npm packages could not be installed.\nCheck the network");
      expect(existsSync(copy.path("node_modules"))).toBe(false);
      expect(readFileSync(copy.path(".setup/setup.log"), "utf8")).toContain("ECONNREFUSED");
    } finally {
      copy.remove();
    }
  });

  test("is refused when package.json asks for others than the lockfile", () => {
    const copy = new CheckoutCopy({ nodeModules: false });
    try {
      const manifest = JSON.parse(readFileSync(copy.path("package.json"), "utf8"));
      manifest.dependencies.zeromq = "0.0.1";
      writeFileSync(copy.path("package.json"), JSON.stringify(manifest));
      const { code, stderr } = copy.run(["scripts/setup.mjs"]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/package-lock.json is not in step with package.json: zeromq is [\d.]+ there and 0.0.1 here\./);
    } finally {
      copy.remove();
    }
  });
});
