import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { JSONSerializer, LocalResult, V8Serializer, context } from "../../../engine/index.ts";

let dir: string;
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), "flowlet-results-")); });
afterEach(() => { rmSync(dir, { recursive: true, force: true }); });

describe("writing and reading", () => {
  test("gives the value back, from an absolute location under the folder", async () => {
    const result = new LocalResult({ dir, location: "a/{name}.bin" });
    const written = await result.write(new Map([["x", 1]]), { name: "b" });
    expect([written.location, written.value, result.location, result.value]).toEqual([join(dir, "a/b.bin"), new Map([["x", 1]]), "a/{name}.bin", undefined]);
    expect((await new LocalResult().read(written.location as string)).value).toEqual(new Map([["x", 1]]));
    expect((await result.read("a/b.bin")).value).toEqual(new Map([["x", 1]]));
  });

  test("exists says whether there is one", async () => {
    const result = new LocalResult({ dir });
    await result.at("one/{x}.bin").write(1, { x: 1 });
    mkdirSync(join(dir, "folder"));
    const found = await Promise.all(["one/{x}.bin", ({ x }: { readonly x?: unknown }) => `one/${String(x)}.bin`, "one/2.bin", "one/1.bin/below", "folder"].map((location) => result.exists(location, { x: 1 })));
    expect(found).toEqual([true, true, false, false, false]);
  });

  test("without a location each value has a new one, by day", async () => {
    const result = new LocalResult({ dir });
    const [one, other] = [await result.write(1), await result.write(1)];
    expect(one.location).toMatch(/\/\d{4}\/\d{1,2}\/\d{1,2}\/[0-9a-f-]{36}\.flowlet_result$/);
    expect(one.location).not.toBe(other.location);
  });

  test("the serializer decides what the file holds", async () => {
    await new LocalResult({ dir, location: "x.json", serializer: new JSONSerializer() }).write({ a: [1] });
    expect(readFileSync(join(dir, "x.json"), "utf8")).toBe('{"a":[1]}');
  });

  test("an existing file is replaced as a whole", async () => {
    const result = new LocalResult({ dir, location: "x" });
    await result.write("a long text".repeat(100));
    await result.write("short");
    expect((await result.read("x")).value).toBe("short");
    expect(readdirSync(dir)).toEqual(["x"]);
  });

  test("many who write and read one file at the same time never see half of one", async () => {
    const result = new LocalResult({ dir, location: "same" });
    await result.write("0".repeat(100_000));
    const seen = new Set<string>();
    await Promise.all(Array.from({ length: 40 }, async (_, i) => {
      await result.write(String(i % 10).repeat(100_000));
      const value = (await result.read("same")).value as string;
      expect(value).toHaveLength(100_000);
      for (const character of new Set(value)) seen.add(`${character}${new Set(value).size}`);
    }));
    expect([...seen].every((one) => one.endsWith("1"))).toBe(true);
    expect(readdirSync(dir)).toEqual(["same"]);
  });
});

describe("the folder", () => {
  test("is results in Flowlet's home, which is asked for when it is needed", () => {
    const result = new LocalResult();
    context.with({ config: { homeDir: join(dir, "home") } }, () => expect([result.dir, existsSync(join(dir, "home"))]).toEqual([join(dir, "home/results"), false]));
    context.with({ config: { homeDir: "/elsewhere" } }, () => expect(result.dir).toBe("/elsewhere/results"));
  });

  test("is an absolute path from the beginning, or with validateDir: false when it is used", () => {
    const cwd = process.cwd();
    const [now, later] = [new LocalResult({ dir: "out" }), new LocalResult({ dir: "out", validateDir: false })];
    try {
      process.chdir(dir);
      expect([now.dir, later.dir]).toEqual([resolve(cwd, "out"), resolve("out")]);
    } finally {
      process.chdir(cwd);
    }
    expect(new LocalResult({ dir: "~/x" }).dir).toBe(join(homedir(), "x"));
  });

  test.each([
    [{ dir: "" }, 'LocalResult: the option dir must be the path of a folder, got "".'],
    [{ location: 3 }, "LocalResult: the option location must be a text or a function, got number 3."],
    [{ location: "" }, 'LocalResult: the option location must be a text or a function, got "".'],
    [{ serializer: {} }, "LocalResult: the option serializer must be a serializer, got an object of class Object."],
  ])("%j is refused", (options, message) => { expect(() => new LocalResult(options as never)).toThrow(message); });
});

describe("values that fill a template do not lead out of the folder", () => {
  const outside = (location: string | ((values: Readonly<Record<string, unknown>>) => string), values: Record<string, unknown>) => new LocalResult({ dir, location }).write(1, values);

  test.each([
    ["{x}", { x: "../escaped" }],
    ["{x}", { x: "/etc/flowlet" }],
    ["a/{x}/c", { x: "../../.." }],
    ["a/{x}", { x: "../../a" }],
    ["{x}{y}", { x: ".", y: "./out" }],
    ["{x}", { x: "." }],
    ["{x}/", { x: "a" }],
  ])("%s with %j", async (location, values) => {
    await expect(outside(location, values)).rejects.toThrow(expect.objectContaining({ code: "RESULT_OUTSIDE_DIR" }) as Error);
    await expect(new LocalResult({ dir }).exists(location, values)).rejects.toThrow(`leaves the folder ${dir}`);
  });

  test("nor out of the folder that an absolute template names", async () => {
    const elsewhere = join(dir, "elsewhere");
    const result = new LocalResult({ dir: join(dir, "results"), location: `${elsewhere}/day-{x}/v.bin` });
    expect((await result.write(1, { x: "1" })).location).toBe(join(elsewhere, "day-1/v.bin"));
    await expect(result.write(1, { x: "/../../../results/a" })).rejects.toThrow(`leaves the folder ${elsewhere}`);
  });

  test("nor of a neighbour whose name begins alike", async () => {
    await expect(outside("{x}/v", { x: `../${dir.split("/").at(-1)}-neighbour` })).rejects.toThrow("leaves the folder");
  });

  test("what the author writes out may be anywhere", async () => {
    const result = new LocalResult({ dir: join(dir, "a/b"), location: "../shared/{x}.bin" });
    expect((await result.write(1, { x: 1 })).location).toBe(join(dir, "a/shared/1.bin"));
    expect((await new LocalResult({ dir: join(dir, "a"), location: join(dir, "fixed.bin") }).write(1)).location).toBe(join(dir, "fixed.bin"));
    expect((await new LocalResult({ dir: join(dir, "a"), location: () => join(dir, "chosen.bin") }).write(1)).location).toBe(join(dir, "chosen.bin"));
  });

  test("a function's relative text stays in the folder too", async () => {
    await expect(outside(({ x }) => `out/${String(x)}`, { x: "../../../x" })).rejects.toThrow("leaves the folder");
    await expect(outside(() => "", {})).rejects.toThrow('LocalResult: the option location must be a function that returns a text, got "".');
  });

  test("values within the folder may go up and down", async () => {
    expect((await outside("a/{x}/c", { x: "../b" })).location).toBe(join(dir, "b/c"));
  });
});

describe("what goes wrong is one clear error", () => {
  const read = (name: string) => new LocalResult({ dir }).read(name);

  test("a file that is not there, or is a folder", async () => {
    await expect(read("none")).rejects.toThrow(`The result at ${join(dir, "none")} can not be read: there is no such file.`);
    mkdirSync(join(dir, "folder"));
    await expect(read("folder")).rejects.toThrow(/can not be read: EISDIR/);
  });

  test("a file of somebody else, a damaged one, one that is cut off; none is touched", async () => {
    const bytes = new V8Serializer().serialize("a value");
    for (const [name, content, why] of [
      ["foreign.csv", "a,b\n", "V8Serializer can not read these data: Flowlet did not write them."],
      ["damaged", Buffer.concat([bytes.subarray(0, -1), Buffer.from([0])]), "they are damaged"],
      ["cut", bytes.subarray(0, 30), "they are cut off"],
      ["empty", "", "they are empty"],
    ] as const) {
      writeFileSync(join(dir, name), content);
      await expect(read(name)).rejects.toThrow(expect.objectContaining({ code: "RESULT_NOT_READ", message: expect.stringContaining(why) as string }) as Error);
      expect(readFileSync(join(dir, name))).toEqual(Buffer.from(content));
    }
  });

  test("a location that can not be written leaves nothing behind", async () => {
    writeFileSync(join(dir, "file"), "");
    mkdirSync(join(dir, "folder/full"), { recursive: true });
    await expect(new LocalResult({ dir, location: "file/x" }).write(1)).rejects.toThrow(`The result can not be written to ${join(dir, "file/x")}: `);
    await expect(new LocalResult({ dir, location: "folder" }).write(1)).rejects.toThrow(expect.objectContaining({ code: "RESULT_NOT_WRITTEN" }) as Error);
    await expect(new LocalResult({ dir, location: "{x}" }).write(1, { x: "a".repeat(300) })).rejects.toThrow("ENAMETOOLONG");
    await expect(new LocalResult({ dir, location: "{x}" }).write(1, { x: "a\0b" })).rejects.toThrow(expect.objectContaining({ code: "RESULT_NOT_WRITTEN" }) as Error);
    expect(readdirSync(dir).sort()).toEqual(["file", "folder"]);
  });

  test.skipIf(process.platform === "win32")("a file that the system does not let grow is not there in part", () => {
    const script = `
      const { LocalResult } = await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, "../../../engine/index.ts")).href)});
      await new LocalResult({ dir: ${JSON.stringify(dir)}, location: "big" }).write("x".repeat(1e6)).catch((error) => console.log(error.code, error.message));
    `;
    // Beyond the limit a write fails as on a full disk.
    const said = execFileSync("sh", ["-c", "trap '' XFSZ; ulimit -f 100; exec \"$0\" --input-type=module", process.execPath], { input: script, encoding: "utf8" });
    expect(said).toContain(`RESULT_NOT_WRITTEN The result can not be written to ${join(dir, "big")}: EFBIG`);
    expect(readdirSync(dir)).toEqual([]);
  });

  test.skipIf(process.getuid?.() === 0)("a folder that may not be written", async () => {
    chmodSync(dir, 0o500);
    await expect(new LocalResult({ dir, location: "x" }).write(1)).rejects.toThrow("EACCES");
    chmodSync(dir, 0o700);
  });

  test("a value that does not serialise leaves what was there", async () => {
    const result = new LocalResult({ dir, location: "x" });
    await result.write("before");
    await expect(result.write({ f: () => 1 })).rejects.toThrow("V8Serializer can not keep value.f");
    expect((await result.read("x")).value).toBe("before");
  });
});
