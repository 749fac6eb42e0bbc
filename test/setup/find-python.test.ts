import { mkdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findPython } from "../../scripts/setup/find-python.mjs";
import { CheckoutCopy } from "./checkout-copy.ts";

describe("finding Python", () => {
  let copy: CheckoutCopy;
  const answer = (version: number[], missing: string[] = []) => `echo '${JSON.stringify({ version, executable: "/somewhere/python", missing })}'`;
  const find = (env: NodeJS.ProcessEnv): { message: string; advice: string } => {
    try {
      findPython(env);
    } catch (error) {
      return error as { message: string; advice: string };
    }
    throw new Error("a Python was found");
  };

  beforeAll(() => { copy = new CheckoutCopy(); });
  afterAll(() => copy.remove());

  test("takes one from the path", () => {
    const found = findPython({ ...process.env, FLOWLET_PYTHON: undefined });
    expect(found.version).toMatch(/^3\.(1\d|[2-9]\d)\.\d+$/);
    expect(found.executable).toContain("python");
  });

  test("without any, one sentence says what is needed and the next what to do", () => {
    mkdirSync(copy.path("empty"), { recursive: true });
    const error = find({ PATH: copy.path("empty") });
    expect(error.message).toBe("Python 3.10 or newer is needed, and none was found.");
    expect(error.advice).toContain("FLOWLET_PYTHON");
  });

  test("names those that are too old", () => {
    copy.program("python3", answer([3, 8, 18]));
    copy.program("python", answer([2, 7, 18]));
    const error = find({ PATH: copy.path("programs") });
    expect(error.message).toBe("Python 3.10 or newer is needed; found were only: /somewhere/python is Python 3.8.18; /somewhere/python is Python 2.7.18.");
  });

  test("passes over one that is too old, lacks modules or does not run", () => {
    copy.program("python3", answer([3, 9, 1]));
    copy.program("python", answer([3, 12, 0], ["venv", "ssl"]));
    copy.program("python3.14", "exit 1");
    copy.program("python3.13", "echo nonsense");
    copy.program("python3.12", answer([3, 12, 4]));
    expect(findPython({ PATH: copy.path("programs") })).toEqual({ executable: "/somewhere/python", version: "3.12.4" });
  });

  test("names the modules that one lacks", () => {
    const python = copy.program("without-venv", answer([3, 12, 0], ["venv", "ssl"]));
    expect(find({ FLOWLET_PYTHON: python }).message).toContain("/somewhere/python (Python 3.12.0) has no module venv, ssl");
  });

  test("FLOWLET_PYTHON is the only one that is tried", () => {
    const error = find({ ...process.env, FLOWLET_PYTHON: "/nowhere/python" });
    expect(error.message).toBe("Python 3.10 or newer is needed, and FLOWLET_PYTHON names one that does not do: there is no /nowhere/python.");
    expect(find({ ...process.env, FLOWLET_PYTHON: copy.program("broken", "exit 3") }).message).toContain("does not run");
  });

  test("the script ends with that sentence and code 1", () => {
    const { code, stderr } = copy.run(["scripts/setup.mjs"], { FLOWLET_PYTHON: "/nowhere/python" });
    expect(code).toBe(1);
    expect(stderr).toContain("there is no /nowhere/python.\nSet FLOWLET_PYTHON to the path of another Python, or unset it.\n");
    expect(stderr).not.toContain("    at ");
  });
});
