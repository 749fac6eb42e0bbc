/** What tasks read without saying so, in a real kernel: files, environment variables, the network. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Notebook, PictureComm, flowOf } from "./notebook.ts";

let notebook: Notebook;
let server: Server;
let asked = 0;
beforeAll(async () => {
  server = createServer((_, response) => { asked++; response.end("hello"); });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  notebook = await Notebook.open({ "data.csv": "a\nb\n", "other.csv": "x\n" }, { REGION: "eu" });
  await notebook.cell("imports", `
    import fs, { readFileSync, writeFileSync, existsSync } from "node:fs";
    import { readFile } from "node:fs/promises";
    import { env } from "node:process";`);
});
afterAll(async () => { await notebook?.close(); server?.close(); });
beforeEach(() => { notebook.ran(); });

/** Runs a flow's cell and one that runs it. @returns why each task ran or was kept, by slug */
async function reasons(flow: string): Promise<Record<string, string>> {
  const shown = await notebook.cell("run", `await ${flow}.run(); ${flow}`);
  const { flowId } = flowOf(shown);
  const comm = await PictureComm.adopt(notebook.client);
  const snapshot = await comm.ask({ type: "snapshot", flowId });
  if (snapshot.type !== "snapshot") throw new Error(snapshot.type);
  return Object.fromEntries(Object.entries(snapshot.nodes).map(([id, status]) => [id.replace(/-1$/, ""), status.reason ?? ""]));
}

describe("a file that is edited beside the notebook", () => {
  test("runs its reader, whatever way it reads, and nothing else", async () => {
    await notebook.cell("f", `
      const readText = (name: string) => readFileSync(name, "utf8");
      const sync = task(() => { ran("sync"); return readText("data.csv").length; });
      const later = task(async () => { ran("later"); return (await readFile("data.csv", "utf8")).length; });
      const streamed = task(async () => { ran("streamed"); let n = 0; for await (const part of fs.createReadStream("data.csv")) n += part.length; return n; });
      const other = task(() => { ran("other"); return fs.readFileSync("other.csv", "utf8"); });
      const after = task((n: number) => { ran("after"); return n > 0; });
      const reading = new Flow("reading", () => { after(sync()); later(); streamed(); other(); });`);
    expect(await reasons("reading")).toMatchObject({ sync: "never run", other: "never run" });
    notebook.ran();
    expect(await reasons("reading")).toEqual({ sync: "kept", later: "kept", streamed: "kept", other: "kept", after: "kept" });
    notebook.write("data.csv", "a\nb\nc\n");
    const changed = "file data.csv changed";
    expect(await reasons("reading")).toEqual({ sync: changed, later: changed, streamed: changed, other: "kept", after: "input `n` differs" });
    expect(notebook.ran()).toEqual(["after", "later", "streamed", "sync"]);
    notebook.write("data.csv", "a\nb\n");
    expect(await reasons("reading")).toEqual({ sync: "kept", later: "kept", streamed: "kept", other: "kept", after: "kept" });
    expect(notebook.ran()).toEqual([]);
  });

  test("may be read by a local module", async () => {
    notebook.write("reader.ts", `import { readFileSync } from "node:fs";\nexport const rows = (name: string): string[] => readFileSync(name, "utf8").trim().split("\\n");\n`);
    await notebook.cell("f", `import { rows } from "./reader.ts"; const modules = task(() => { ran("modules"); return rows("data.csv").length; }); const byModule = new Flow("by module", () => { modules(); });`);
    await reasons("byModule");
    notebook.write("data.csv", "a\n");
    expect(await reasons("byModule")).toEqual({ modules: "file data.csv changed" });
    expect(await reasons("byModule")).toEqual({ modules: "kept" });
  });
});

test("an environment variable that a cell changes runs what reads it", async () => {
  await notebook.cell("f", `
    const region = task(() => { ran("region"); return process.env.REGION ?? ""; });
    const imported = task(() => { ran("imported"); return env.REGION ?? ""; });
    const home = task(() => { ran("home"); return process.env.HOME ?? ""; });
    const regions = new Flow("regions", () => { region(); imported(); home(); });`);
  await reasons("regions");
  await notebook.cell("e", `process.env.REGION = "us";`);
  notebook.ran();
  const changed = "environment variable REGION changed";
  expect(await reasons("regions")).toEqual({ region: changed, imported: changed, home: "kept" });
  expect(notebook.ran()).toEqual(["imported", "region"]);
  await notebook.cell("e", `process.env.REGION = "eu";`);
  expect(await reasons("regions")).toEqual({ region: "kept", imported: "kept", home: "kept" });
});

test("what is fetched is kept, and says from where and how old it is", async () => {
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  await notebook.cell("f", `
    const url = "http://${host}/";
    const download = task(async () => { ran("download"); return await (await fetch(url)).text(); });
    const count = task((text: string) => { ran("count"); return text.length; });
    const fetching = new Flow("fetching", () => { count(download()); });`);
  await reasons("fetching");
  notebook.ran();
  const said = await reasons("fetching");
  expect(said.download).toMatch(new RegExp(`^kept from outside: fetch ${host}, (just now|\\d+ s ago)$`));
  expect(said.count).toBe("kept");
  expect([notebook.ran(), asked]).toEqual([[], 1]);
});

test("a file that a task wrote is to be there as it was written; one that it wrote and removed is nobody's business", async () => {
  await notebook.cell("f", `
    const writes = task(() => { ran("writes"); writeFileSync("out.csv", "1,2"); return 2; });
    const temporary = task(() => { ran("temporary"); writeFileSync("temporary", "x"); const n = readFileSync("temporary").length; fs.unlinkSync("temporary"); return n; });
    const writing = new Flow("writing", () => { writes(); temporary(); });`);
  await reasons("writing");
  expect(await reasons("writing")).toEqual({ writes: "kept", temporary: "kept" });
  notebook.write("out.csv", "edited");
  expect(await reasons("writing")).toEqual({ writes: "file out.csv, which it wrote, changed", temporary: "kept" });
  rmSync(join(notebook.client.directory, "out.csv"));
  expect(await reasons("writing")).toEqual({ writes: "file out.csv, which it wrote, is gone", temporary: "kept" });
  expect(readFileSync(join(notebook.client.directory, "out.csv"), "utf8")).toBe("1,2");
});

test("files and variables that a task names count too", async () => {
  await notebook.cell("f", `
    const named = task(() => { ran("named"); return 1; }, { cache: { files: ["*.csv"], env: ["REGION"] } });
    const naming = new Flow("naming", () => { named(); });`);
  await reasons("naming");
  expect(await reasons("naming")).toEqual({ named: "kept" });
  notebook.write("other.csv", "y\n");
  expect(await reasons("naming")).toEqual({ named: "file other.csv changed" });
  await notebook.cell("e", `process.env.REGION = "asia";`);
  expect(await reasons("naming")).toEqual({ named: "environment variable REGION changed" });
  await notebook.cell("e", `process.env.REGION = "eu";`);
  notebook.write("other.csv", "x\n");
  expect(await reasons("naming")).toEqual({ named: "kept" });
});

test("what cells do with files and the environment is as ever", async () => {
  expect(await notebook.value("existsSync('data.csv') && Object.keys(process.env).includes('REGION') && structuredClone(process.env).REGION === env.REGION")).toBe(true);
  const shown = await notebook.cell("shell", `import { execSync } from "node:child_process"; execSync("echo $REGION", { encoding: "utf8" })`);
  expect(shown.result?.["text/plain"]).toContain("eu");
});

test("with tracing switched off a task that reads is `outside`", async () => {
  const quiet = await Notebook.open({ "data.csv": "a" }, { FLOWLET__CACHE__TRACE: "false" });
  try {
    await quiet.cell("f", `import { readFileSync } from "node:fs"; const reads = task(() => readFileSync("data.csv", "utf8")); const off = new Flow("off"); const node = off.build(() => reads());`);
    await quiet.cell("r", `await off.run(); const again = await off.run();`);
    expect(await quiet.value("again.result.get(node).type")).toBe("Cached");
    quiet.write("data.csv", "b");
    await quiet.cell("r", `const third = await off.run();`);
    expect(await quiet.value("third.result.get(node).result")).toBe("a");
  } finally {
    await quiet.close();
  }
});
