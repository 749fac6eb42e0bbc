import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { Flow } from "../../../engine/index.ts";

const ENGINE = pathToFileURL(join(import.meta.dirname, "../../../engine/index.ts")).href;
const folders: string[] = [];
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flowlet-saved-"));
  folders.push(folder);
});
afterAll(() => { for (const one of folders) rmSync(one, { recursive: true, force: true }); });

const write = (name: string, text: string) => {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), text);
};
const savedFile = (name: string) => join(folder, "home/flows", name);

/** Runs a file as a script of its own, with a home of its own. @returns what it printed, and how it ended */
function run(file: string, ...inputs: string[]): Promise<{ out: string; err: string; code: unknown }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(folder, file), ...inputs], { cwd: folder, env: { ...process.env, FLOWLET__HOME_DIR: join(folder, "home"), FLOWLET__LOGGING__LEVEL: "WARNING" } }, (error, stdout, stderr) => {
      resolve({ out: stdout.replaceAll(/^\[[^\]]*\] /gm, ""), err: stderr, code: error?.code ?? 0 });
    });
  });
}

/** A file that makes a flow, and runs and saves it when it is the script. */
const etl = (more = "", name = "My first flow!") => `
  import { Flow, Parameter, task } from "${ENGINE}";
  const add = task((x: number, y: number = 1) => x + y, { name: "add" });
  const flow = new Flow(${JSON.stringify(name)});
  const { first, second } = flow.build(() => { const first = add(new Parameter<number>("n"), 2); return { first, second: add(first, 100) }; });
  ${more}
  if (process.argv[2] === "save") console.log("saved", flow.save(process.argv[3]));
  const state = await flow.run({ n: 1 });
  console.log("ran", String(state), state.result.get(second).result);
`;

/** A script that loads a flow, and prints what it is and what it gives. */
const load = (what: string, options = "{}") => `
  import { Flow } from "${ENGINE}";
  try {
    const flow = await Flow.load(${JSON.stringify(what)}, ${options});
    const state = await flow.run({ n: 5 });
    console.log("loaded", String(flow), [...state.result.values()].map((one) => one.result).join());
  } catch (error) {
    console.log("refused", error.code, error.message);
  }
`;

describe("a saved flow", () => {
  test("is found again by name in another process, as its file makes it; nothing runs while it is loaded", async () => {
    write("etl.ts", etl());
    const path = savedFile("my-first-flow.flowlet.json");
    expect((await run("etl.ts", "save")).out).toBe(`saved ${path}\nran <Success: "All reference tasks succeeded."> 103\n`);
    write("load.ts", load("My first flow!"));
    expect((await run("load.ts")).out).toBe(
      "WARNING - flowlet.Flow | flow.run() of flow My first flow! was called while its file is being loaded: nothing runs. Guard it: if (import.meta.main) await flow.run().\n" +
      'ran <Pending: "Flow not run: its file is being loaded."> undefined\n' +
      'loaded <Flow: name="My first flow!"> 5,7,107\n',
    );
    expect(readdirSync(join(folder, "home/flows"))).toEqual(["my-first-flow.flowlet.json"]);
  });

  test("is found by path, also after it was moved together with its file", async () => {
    write("project/etl.ts", etl());
    expect((await run("project/etl.ts", "save", "project/")).out).toContain(`saved ${join(folder, "project/my-first-flow.flowlet.json")}`);
    renameSync(join(folder, "project"), join(folder, "moved"));
    write("load.ts", load("./moved/my-first-flow.flowlet.json"));
    expect((await run("load.ts")).out).toContain('loaded <Flow: name="My first flow!"> 5,7,107');
  });

  test("holds no code and nothing of the machine but the file's place", async () => {
    write("etl.ts", etl());
    await run("etl.ts", "save");
    const saved = JSON.parse(readFileSync(savedFile("my-first-flow.flowlet.json"), "utf8")) as { module: unknown; hash: string; version: number; flow: { tasks: unknown[] } };
    expect(saved).toMatchObject({ format: "flowlet-flow", version: 1, name: "My first flow!", module: { url: pathToFileURL(join(folder, "etl.ts")).href, relative: "../../etl.ts" } });
    expect(saved.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(saved.flow.tasks).toHaveLength(3);
  });

  test("may be made by a function of another file: the file that calls it is the one that is loaded", async () => {
    write("factory.ts", `import { Flow, task } from "${ENGINE}"; export const make = (name: string) => new Flow(name, () => { task(() => name, { name: "tell" })(); });`);
    write("main.ts", 'import { make } from "./factory.ts"; make("one"); const two = make("two"); if (process.argv[2] === "save") console.log(two.save());');
    await run("main.ts", "save");
    write("load.ts", load("two", "{}").replace("{ n: 5 }", "{}"));
    expect((await run("load.ts")).out).toBe('loaded <Flow: name="two"> two\n');
  });

  test("of each name has a file of its own, names in any writing", async () => {
    for (const name of ["a b", "A-B!", "日本語", "!!!", "x".repeat(200)]) {
      write("etl.ts", etl("", name));
      expect((await run("etl.ts", "save")).code).toBe(0);
    }
    write("load.ts", ["a b", "A-B!", "日本語", "!!!", "x".repeat(200)].map((name) => `{ ${load(name).replace(/import .*/, "")} }`).join("\n").replace(/^/, `import { Flow } from "${ENGINE}";\n`));
    const { out } = await run("load.ts");
    // All were made by one file, which now makes the last one only; each is a saved flow of its own.
    expect(readdirSync(join(folder, "home/flows"))).toHaveLength(5);
    expect(out.match(/^refused FLOW_NOT_LOADED/gm)).toHaveLength(4);
    expect(out).toContain(`loaded <Flow: name="${"x".repeat(200)}">`);
  });

  test("is one of several of a file, told by name and structure; exported ones of other modules too", async () => {
    write("lib.ts", `import { Flow, task } from "${ENGINE}"; export const shared = new Flow("shared", () => { task(() => "shared", { name: "s" })(); });`);
    write("two.ts", `
      import { Flow, task } from "${ENGINE}"; export { shared } from "./lib.ts"; import { shared } from "./lib.ts";
      const make = (count: number) => new Flow("same", () => { for (let i = 0; i < count; i++) task(() => count, { name: "t" })(); });
      make(1); const two = make(2); make(3);
      if (process.argv[2] === "save") { two.save(); shared.save(undefined, { module: import.meta.url }); }
    `);
    await run("two.ts", "save");
    write("load.ts", `import { Flow } from "${ENGINE}"; import "./lib.ts"; console.log((await Flow.load("same")).size, (await Flow.load("same")).size, String(await Flow.load("shared")));`);
    expect((await run("load.ts")).out).toBe('2 2 <Flow: name="shared">\n');
  });
});

describe("a flow whose file has changed since it was saved", () => {
  const saveAndChange = async (more: string) => {
    write("etl.ts", etl());
    await run("etl.ts", "save");
    write("etl.ts", etl(more));
  };

  test("is loaded as it is now, with a warning that names what is new and what is gone", async () => {
    await saveAndChange('flow.replace(first, add.copy({ name: "other" }));');
    write("load.ts", load("My first flow!"));
    expect((await run("load.ts")).out).toContain("WARNING - flowlet.Flow | Flow My first flow! is not what was saved: other-1 is new, add-1 is gone. It is loaded as it is now in ");
  });

  test("is not saved by its file while that is loaded: each load tells the change", async () => {
    const always = (more: string) => etl(`${more} flow.save();`);
    write("etl.ts", always(""));
    await run("etl.ts");
    write("etl.ts", always('flow.replace(first, add.copy({ name: "other" }));'));
    write("load.ts", load("My first flow!"));
    for (let time = 0; time < 2; time++) expect((await run("load.ts")).out).toContain("other-1 is new, add-1 is gone");
  });

  test("is refused with strict", async () => {
    await saveAndChange('second.configure({ tags: ["t"] });');
    write("load.ts", load("My first flow!", "{ strict: true }"));
    expect((await run("load.ts")).out).toContain(`refused FLOW_CHANGED Flow My first flow! in ${join(folder, "etl.ts")} is not what was saved: its dependencies or options differ. Save it again`);
  });

  test("is the same where only code has changed", async () => {
    write("etl.ts", etl());
    await run("etl.ts", "save");
    write("etl.ts", etl().replace("x + y", "x * y"));
    write("load.ts", load("My first flow!", "{ strict: true }"));
    expect((await run("load.ts")).out).toContain("loaded <Flow: name=\"My first flow!\"> 5,10,1000");
  });
});

describe("a file that breaks while it is loaded", () => {
  test("behind the flow still gives it, with a warning", async () => {
    write("etl.ts", `${etl()}\nif (process.argv[2] !== "save") { const none = null; none.x; }`);
    await run("etl.ts", "save");
    write("load.ts", load("My first flow!"));
    expect((await run("load.ts")).out).toMatch(/WARNING - flowlet\.Flow \| Flow My first flow! is complete, but its file .*etl\.ts broke afterwards: TypeError: .*null[^]*loaded /);
  });

  test("before the flow is complete is refused with what broke it", async () => {
    write("etl.ts", etl());
    await run("etl.ts", "save");
    write("etl.ts", `throw new Error("no database");\n${etl()}`);
    write("load.ts", load("My first flow!"));
    expect((await run("load.ts")).out).toBe(`refused FLOW_NOT_LOADED Flow My first flow! could not be loaded from ${join(folder, "etl.ts")}: Error: no database. Correct the file, or save the flow again from where it is made now.\n`);
    write("etl.ts", "const = 1;");
    expect((await run("load.ts")).out).toMatch(/refused FLOW_NOT_LOADED .*SyntaxError/);
  });

  test.each([
    ["makes no flow", "export const x = 1;", "it makes no flow."],
    ["makes others only", `import { Flow } from "${ENGINE}"; new Flow("a"); new Flow("b");`, "it makes no flow of that name, but a and b."],
  ])("or %s, is refused", async (_, text, why) => {
    write("etl.ts", etl());
    await run("etl.ts", "save");
    write("etl.ts", text);
    write("load.ts", load("My first flow!"));
    expect((await run("load.ts")).out).toContain(`refused FLOW_NOT_LOADED Flow My first flow! could not be loaded from ${join(folder, "etl.ts")}: ${why}`);
  });

  test("or is gone, is refused", async () => {
    write("etl.ts", etl());
    await run("etl.ts", "save");
    rmSync(join(folder, "etl.ts"));
    write("load.ts", load("My first flow!"));
    expect((await run("load.ts")).out).toContain(`refused FLOW_NOT_LOADED Flow My first flow! could not be loaded from ${join(folder, "etl.ts")}: the file is gone (saved in ${savedFile("my-first-flow.flowlet.json")}).`);
  });
});

describe("a file that is no saved flow", () => {
  const good = { format: "flowlet-flow", version: 1, name: "n", hash: "0", module: { url: "file:///x.ts", relative: "x.ts" }, flow: { tasks: [] } };
  test.each([
    ["is no JSON", "{", "it is no JSON ("],
    ["is empty", "", "it is no JSON ("],
    ["is something else", '{"name": "n"}', "it is no saved flow."],
    ["is null", "null", "it is no saved flow."],
    ["has no version", JSON.stringify({ ...good, version: "1" }), "it has no version."],
    ["is newer", JSON.stringify({ ...good, version: 7 }), "it was saved by a newer Flowlet (format 7; this one reads up to 1). Update Flowlet."],
    ["has no name", JSON.stringify({ ...good, name: "" }), "name is missing."],
    ["has no hash", JSON.stringify({ ...good, hash: 5 }), "hash is missing."],
    ["has no module", JSON.stringify({ ...good, module: null }), "module.url is missing."],
    ["has an address of another kind", JSON.stringify({ ...good, module: { url: "http://x", relative: "x" } }), "module.url is no file's URL."],
    ["has no flow", JSON.stringify({ ...good, flow: {} }), "flow is missing."],
  ])("%s: is refused", async (_, text, why) => {
    write("x.flowlet.json", text);
    const path = join(folder, "x.flowlet.json");
    await expect(Flow.load(path)).rejects.toMatchObject({ code: "SAVED_FLOW_UNREADABLE", message: expect.stringContaining(`The saved flow ${path} can not be read: ${why}`) });
  });

  test("or is not there, is refused with the names that are", async () => {
    write("load.ts", load("nothing"));
    expect((await run("load.ts")).out).toContain(`refused SAVED_FLOW_NOT_FOUND There is no saved flow nothing: ${savedFile("nothing.flowlet.json")} does not exist. Saved flows: none.`);
    write("etl.ts", etl());
    await run("etl.ts", "save");
    expect((await run("load.ts")).out).toContain("Saved flows: My first flow!.");
  });
});

test("what is no name, path or option is refused", async () => {
  await expect(Flow.load(5 as never)).rejects.toThrow("Flow.load: the option pathOrName must be a text, got number 5.");
  await expect(Flow.load("x", { Strict: true } as never)).rejects.toThrow("Flow.load has no option Strict. Do you mean strict.");
  expect(() => new Flow("f").save(5 as never)).toThrow("flow.save of f: the option path must be a text, got number 5.");
});

describe("a flow whose code is in no file", () => {
  test("can not be saved, and says what to do; the user may tell the file", async () => {
    const script = (options: string) => `
      const { Flow } = await import("${ENGINE}");
      try { console.log("saved", new Flow("typed").save("x.flowlet.json", ${options})); } catch (error) { console.log(error.code, error.message); }`;
    const typed = (options: string) => new Promise<string>((resolve) => {
      execFile(process.execPath, ["--input-type=module", "-e", script(options)], { cwd: folder, env: process.env }, (_, out) => resolve(out));
    });
    expect(await typed("{}")).toContain("FLOW_NOT_IN_FILE The code of flow typed can not be found again: it was not made in a file but in a cell, a prompt or the like. Build the flow in a module file");
    expect(await typed('{ module: "nowhere.ts" }')).toContain(`FLOW_NOT_IN_FILE The code of flow typed can not be found again: the file ${join(folder, "nowhere.ts")} does not exist.`);
    expect(await typed('{ module: new URL("http://x") }')).toContain("http://x/ is no file");
    write("typed.ts", "");
    expect(await typed('{ module: "typed.ts" }')).toContain(`saved ${join(folder, "x.flowlet.json")}`);
  });
});
