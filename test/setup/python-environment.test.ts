import { existsSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CheckoutCopy } from "./checkout-copy.ts";

const SITE_CUSTOMIZE_WITHOUT_ENSUREPIP = "import sys\nsys.modules['ensurepip'] = None\n";

describe("the Python environment", () => {
  let copy: CheckoutCopy;
  const problem = (env: NodeJS.ProcessEnv = {}) => copy.call("setup/python-environment.mjs", "environmentProblem", [], env).value;
  const prepare = (env: NodeJS.ProcessEnv = {}) => copy.call("setup/python-environment.mjs", "preparePythonEnvironment", [{ tests: false, note: true }], env);
  /** JupyterLab is not installed here: its program is put where it would be. */
  const finish = () => writeFileSync(copy.path(".venv/bin/jupyter-lab"), "");

  beforeAll(() => {
    copy = new CheckoutCopy();
    copy.shortenRequirements();
  });
  afterAll(() => copy.remove());

  test("is missing before it was made, and complete afterwards", () => {
    expect(problem()).toBe("not made yet");
    expect(prepare().error).toBeUndefined();
    finish();
    expect(problem()).toBeUndefined();
    expect(existsSync(copy.path(".venv/bin/pip"))).toBe(true);
  });

  test("keeps CommonJS scripts of Python packages what they are, although the checkout is a package of modules", () => {
    expect(JSON.parse(readFileSync(copy.path(".venv/package.json"), "utf8")).type).toBeUndefined();
  });

  test("counts as never finished when its making was interrupted, and is made again", () => {
    unlinkSync(copy.path(".venv/flowlet-environment.json"));
    rmSync(copy.path(".venv/bin"), { recursive: true });
    expect(problem()).toBe("it was never finished");
    expect(prepare().error).toBeUndefined();
    finish();
    expect(problem()).toBeUndefined();
  });

  test("counts as never finished when the record of it is damaged", () => {
    const stamp = readFileSync(copy.path(".venv/flowlet-environment.json"), "utf8");
    for (const damaged of ["", stamp.slice(0, 40), "null", "[]", "{}"]) {
      writeFileSync(copy.path(".venv/flowlet-environment.json"), damaged);
      expect(problem(), damaged).toBe("it was never finished");
    }
    writeFileSync(copy.path(".venv/flowlet-environment.json"), stamp);
  });

  test("is noticed when a package of it was removed", () => {
    const { distributions } = JSON.parse(readFileSync(copy.path(".venv/flowlet-environment.json"), "utf8"));
    const { python } = JSON.parse(readFileSync(copy.path(".venv/flowlet-environment.json"), "utf8"));
    const folder = copy.path(".venv/lib", `python${python}`, "site-packages", distributions[0]);
    renameSync(folder, `${folder}.away`);
    expect(problem()).toBe(`${distributions[0].replace(".dist-info", "")} is missing`);
    renameSync(`${folder}.away`, folder);
  });

  test("is noticed when the Python it was made with has gone", () => {
    const python = copy.path(".venv/bin/python");
    renameSync(python, `${python}.away`);
    symlinkSync("/nowhere/python", python);
    expect(problem()).toBe("its Python has gone");
    unlinkSync(python);
    renameSync(`${python}.away`, python);
    expect(problem()).toBeUndefined();
  });

  test("is noticed when the requirements have changed", () => {
    const file = copy.path("python/requirements.txt");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, `${text}# another line\n`);
    expect(problem()).toBe("python/requirements.txt has changed");
    writeFileSync(file, text);
  });

  test("is noticed when the checkout was moved, and is made again there", () => {
    const former = copy.path(".venv");
    const moved = new CheckoutCopy();
    moved.shortenRequirements();
    renameSync(former, moved.path(".venv"));
    const first = copy;
    copy = moved;
    first.remove();
    expect(problem()).toBe(`the checkout was moved here from ${former}`);
    expect(prepare().error).toBeUndefined();
    finish();
    expect(problem()).toBeUndefined();
  });

  test("is made with a Python that has no ensurepip", () => {
    const bare = copy.path("bare");
    expect(copy.call("setup/run-command.mjs", "runCommand", ["making a Python", "python3", ["-m", "venv", "--without-pip", bare]]).error).toBeUndefined();
    const { python } = JSON.parse(readFileSync(copy.path(".venv/flowlet-environment.json"), "utf8"));
    writeFileSync(path.join(bare, "lib", `python${python}`, "site-packages", "sitecustomize.py"), SITE_CUSTOMIZE_WITHOUT_ENSUREPIP);
    const env = { FLOWLET_PYTHON: path.join(bare, "bin/python") };
    rmSync(copy.path(".venv"), { recursive: true });
    expect(prepare(env).error).toBeUndefined();
    expect(existsSync(copy.path(".venv/bin/pip"))).toBe(true);
  });

  test("a failed installation leaves an environment that the next run makes again", () => {
    rmSync(copy.path(".venv"), { recursive: true });
    writeFileSync(copy.path("python/requirements.txt"), "python/there-is-no-such-wheel.whl\n");
    expect(prepare().error?.message).toMatch(/^Installing JupyterLab failed/);
    expect(problem()).toBe("it was never finished");
    copy.shortenRequirements();
    expect(prepare().error).toBeUndefined();
  });

  test("an index that is not reached is told as such", () => {
    rmSync(copy.path(".venv"), { recursive: true });
    writeFileSync(copy.path("python/requirements.txt"), "six==1.17.0\n");
    const { error } = prepare({ PIP_INDEX_URL: "http://127.0.0.1:1/simple", PIP_NO_CACHE_DIR: "1", PIP_FIND_LINKS: "" });
    expect(error?.message).toBe("The package registry was not reached: installing JupyterLab could not be finished.");
    expect(error?.advice).toContain("Check the network");
  });
});
