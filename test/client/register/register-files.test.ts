import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { FlowletClient } from "../../../client/flowlet-client.ts";
import { registerFiles, watchFiles, type RegisterFilesOptions, type RegisterProgress } from "../../../client/register/register-files.ts";
import { flowFolder, writeFiles } from "./flow-folder.ts";
import { startRegistry } from "./registry.ts";

const flow = (name: string, value = "1") => `new Flow(${JSON.stringify(name)}, () => { task(function give() { return ${value}; })(); });`;
const file = (...flows: string[]) => `import { task, Flow } from "flowlet";\n${flows.join("\n")}`;

/** Registers and tells what was told, one line each. */
async function told(folder: string, paths: readonly string[], options: RegisterFilesOptions) {
  const lines: string[] = [];
  const onProgress = (progress: RegisterProgress) => {
    const where = progress.file.replace(`${folder}/`, "");
    if (progress.step === "failed") lines.push(`failed ${where} ${progress.flow}: ${progress.message}`);
    else if (progress.step === "collected") lines.push(`collected ${where} ${progress.flows.join()}`);
    else if ("flow" in progress) lines.push(`${progress.step} ${progress.flow}`);
  };
  const summary = await registerFiles(paths.map((path) => join(folder, path)), { ...options, onProgress });
  return { lines, summary };
}

describe("registering files", () => {
  test("takes all flows of files, folders and patterns, goes on after one that fails, and skips what has not changed", async () => {
    const { client } = await startRegistry();
    const folder = flowFolder({
      "one.ts": file(flow("first"), flow("second")),
      "more/a.ts": file(flow("third")), "more/b.mjs": file(flow("fourth")), "more/no-flow.ts": "export const x: number = 1;", "more/types.d.ts": "export type X = 1;", "more/notes.md": "#", "more/deep/c.ts": file(flow("deep")),
      "broken.ts": "const x = ;",
      "late.ts": file(flow("early"), `throw new Error("no data");`),
      "twice.ts": file(flow("same"), flow("same", "2"), flow("other")),
      "unscheduled.ts": `import { Flow, Schedule, IntervalClock } from "flowlet"; new Flow("odd", { schedule: new Schedule([new IntervalClock(3_600_000)], { filters: [() => true] }) }); new Flow("even");`,
      "node_modules/pkg/x.ts": file(flow("installed")),
    });
    const { lines, summary } = await told(folder, ["one.ts", "more", "more/no-flow.ts", "broken.ts", "late.ts", "twice.ts", "unscheduled.ts"], { client, project: "examples" });
    expect(lines).toEqual([
      "collected one.ts first,second", "registering first", "registered first", "registering second", "registered second",
      "collected more/a.ts third", "registering third", "registered third", "collected more/b.mjs fourth", "registering fourth", "registered fourth",
      "collected more/no-flow.ts ", "failed more/no-flow.ts null: it makes no flow",
      `failed broken.ts null: The code of ${folder}/broken.ts can not be bundled: broken.ts:1:11: Unexpected ";". Correct what is named, and register again`,
      "collected late.ts early", `failed late.ts null: its code broke after it had made "early": Error: no data`, "registering early", "registered early",
      "collected twice.ts same,same,other", "failed twice.ts same: the file makes several flows of this name: a registered flow is known by its name", "registering other", "registered other",
      "collected unscheduled.ts odd,even", expect.stringMatching(/^failed unscheduled\.ts odd: The schedule can not be serialized, at filters\[0\]: a function is none of onDatetime/), "registering even", "registered even",
    ]);
    expect(summary).toEqual({ registered: 7, skipped: 0, failed: 5 });
    const again = await told(folder, ["*/*.ts", "one.ts"], { client, project: "examples" });
    expect(again.lines.filter((line) => /^(registered|skipped|failed)/.test(line))).toEqual(["skipped third", "skipped first", "skipped second"]);
    const { items } = await client.listFlows({});
    expect(items.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(["early 1", "even 1", "first 1", "fourth 1", "other 1", "second 1", "third 1"]);
  });

  test("takes the flows that are named only, makes new versions on demand, and adds labels", async () => {
    const { client } = await startRegistry();
    const folder = flowFolder({ "flows.ts": file(flow("first"), flow("second")) });
    expect((await told(folder, ["flows.ts"], { client, names: ["second", "third"], labels: ["gpu"] })).lines).toEqual(["collected flows.ts second", "registering second", "registered second", "failed  third: no file makes a flow of this name"]);
    expect((await told(folder, ["flows.ts"], { client, names: ["second"], labels: ["gpu"], force: true })).summary).toEqual({ registered: 1, skipped: 0, failed: 0 });
    const { items: [second] } = await client.listFlows({});
    expect(second).toMatchObject({ name: "second", version: 2, projectName: "default" });
    expect(second!.labels).toContain("gpu");
  });

  test("a path that is not there, and a server that is not there, end it at once", async () => {
    const folder = flowFolder({ "flows.ts": file(flow("first"), flow("second")) });
    await expect(registerFiles([join(folder, "flow.ts")])).rejects.toMatchObject({ code: "FLOW_FILE_NOT_FOUND" });
    expect(await registerFiles([join(folder, "nothing-*.ts")])).toEqual({ registered: 0, skipped: 0, failed: 0 });
    await expect(registerFiles([join(folder, "flows.ts")], { client: new FlowletClient({ endpoint: "http://127.0.0.1:9" }) })).rejects.toMatchObject({ code: "UNREACHABLE" });
  });
});

test("watching registers again what has changed: a file, a module that it imports, one that was broken, one that is new", async () => {
  const { client } = await startRegistry();
  const folder = flowFolder({ "flows/one.ts": `import { number } from "../lib/give.ts";\n${file(flow("first", "number()"))}`, "lib/give.ts": "export const number = () => 1;", "flows/two.ts": file(flow("second")) });
  const ended = new AbortController();
  const done: string[] = [];
  const waiting = new Map<string, () => void>();
  const onProgress = (progress: RegisterProgress) => {
    if (!["registered", "skipped", "failed"].includes(progress.step)) return;
    const line = progress.step === "failed" ? `failed ${progress.file.split("/").at(-1)}` : progress.step === "registered" || progress.step === "skipped" ? `${progress.step} ${progress.flow} ${progress.registered.version}` : "";
    done.push(line);
    waiting.get(line)?.();
  };
  const until = async (line: string) => { if (!done.includes(line)) await new Promise<void>((resolve) => waiting.set(line, resolve)); };
  const watching = watchFiles([join(folder, "flows")], { client, every: 20, onProgress, signal: ended.signal });
  await until("registered second 1");
  await pause(20);
  writeFiles(folder, { "lib/give.ts": "export const number = () => 2;" });
  await until("registered first 2");
  await pause(20);
  writeFiles(folder, { "flows/two.ts": "const x = ;" });
  await until("failed two.ts");
  await pause(20);
  writeFiles(folder, { "flows/two.ts": file(flow("second", "5")), "flows/three.ts": file(flow("third")) });
  await until("registered second 2");
  await until("registered third 1");
  rmSync(join(folder, "flows/two.ts"));
  await pause(20);
  writeFiles(folder, { "lib/give.ts": "export const number = () => 3;" });
  await until("registered first 3");
  ended.abort();
  await watching;
  expect(done).toEqual(["registered first 1", "registered second 1", "registered first 2", "failed two.ts", "registered third 1", "registered second 2", "registered first 3"]);
});
