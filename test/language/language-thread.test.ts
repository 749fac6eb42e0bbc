import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LanguageError, type Language } from "../../kernel/language/language.ts";
import { startLanguage } from "../../kernel/language/language-thread.ts";

let folder: string;
let language: Language;
let count = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flowlet-language-"));
});
afterEach(async () => {
  await language.close();
  rmSync(folder, { recursive: true, force: true });
});

const prepare = (code: string) => language.prepareCell({ id: `cell-${count}`, executionCount: ++count, code });

/** Compilers that this process has started for the folder. */
function compilers(): number[] {
  const lines = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.includes("--api") && line.includes(folder)).map((line) => Number.parseInt(line, 10));
}

describe("the language thread", () => {
  it("answers questions in order, asked before it was ready", async () => {
    language = startLanguage({ directory: folder, kernelId: "k" });
    const [first, second, completion, inspection, complete] = await Promise.all([
      prepare("const a = 1; a"), prepare("a.x"), language.complete("a.toF", 5), language.inspect("a", 1, 0), language.isComplete("f("),
    ]);
    expect([first.ok, second.ok]).toEqual([true, false]);
    expect(completion).toEqual({ matches: [{ text: "toFixed", type: "function" }], start: 2, end: 5 });
    expect(inspection.text).toBe("const a: 1");
    expect(complete.status).toBe("incomplete");
  });

  it("asks again when the compiler was killed, and still knows the names", async () => {
    language = startLanguage({ directory: folder, kernelId: "k" });
    await prepare("const a = 1; class A { x = a }");
    for (const pid of compilers()) process.kill(pid, "SIGKILL");
    expect(await prepare("const b: number = new A().x + a; b")).toMatchObject({ ok: true, diagnostics: [] });
    expect((await prepare("b.x")).ok).toBe(false);
  });

  // On a machine that is very busy the new compiler may be listed late.
  it("kills a compiler that hangs and asks another", { retry: 2 }, async () => {
    language = startLanguage({ directory: folder, kernelId: "k", timeout: 1_000 });
    await prepare("const a = 1;");
    const before = compilers();
    for (const pid of before) process.kill(pid, "SIGSTOP");
    expect((await prepare("a.toFixed()")).ok).toBe(true);
    // The killed one may be listed for another moment.
    await expect.poll(compilers).not.toEqual(before);
  });

  it("does not block the thread that asks", async () => {
    language = startLanguage({ directory: folder, kernelId: "k", timeout: 1_000 });
    await prepare("1");
    for (const pid of compilers()) process.kill(pid, "SIGSTOP");
    const asked = prepare("2");
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    await asked;
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });

  it("removes what killed kernels have left, and nothing of living ones", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    for (const [name, owner] of [["dead", pid], ["living", process.pid]] as const) {
      mkdirSync(join(folder, ".flowlet", "cells", name), { recursive: true });
      writeFileSync(join(folder, ".flowlet", "cells", name, "kernel.pid"), String(owner));
    }
    language = startLanguage({ directory: folder, kernelId: "k" });
    await prepare("1");
    expect(readdirSync(join(folder, ".flowlet", "cells")).sort()).toEqual(["k", "living"]);
  });

  it("goes on when someone has removed the cells' folder", async () => {
    language = startLanguage({ directory: folder, kernelId: "k" });
    await prepare("class A { x = 1 } const a = 1;");
    rmSync(join(folder, ".flowlet"), { recursive: true });
    expect((await prepare("new A().x + a")).ok).toBe(true);
    expect((await prepare("new A().y")).diagnostics[0]).toMatchObject({ code: "TS2339" });
  });

  it("forgets names when the user process was started anew", async () => {
    language = startLanguage({ directory: folder, kernelId: "k" });
    await prepare("const a = 1;");
    await language.reset();
    expect((await prepare("a")).diagnostics[0]).toMatchObject({ code: "TS2304" });
  });

  it("refuses questions after it was closed, and leaves nothing behind", async () => {
    language = startLanguage({ directory: folder, kernelId: "k" });
    await prepare("const a = 1;");
    await language.close();
    await expect(prepare("a")).rejects.toThrow(LanguageError);
    expect(compilers()).toEqual([]);
    expect(existsSync(join(folder, ".flowlet"))).toBe(false);
  });

  it.skipIf(process.getuid?.() === 0)("works in a folder that cannot be written to", async () => {
    chmodSync(folder, 0o555);
    language = startLanguage({ directory: folder, kernelId: "k" });
    expect((await prepare("const a = 1; a")).ok).toBe(true);
    expect((await prepare("a.x")).ok).toBe(false);
    chmodSync(folder, 0o755);
  });

  it("works where the notebook's folder does not exist", async () => {
    rmSync(folder, { recursive: true });
    language = startLanguage({ directory: join("/proc", "none", "here"), kernelId: "k" });
    expect((await prepare("const a = 1; a")).ok).toBe(true);
  });
});
