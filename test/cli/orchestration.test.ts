import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FlowletUser } from "./flowlet.ts";

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const FLOW = `
import { Flow, Parameter, task } from "flowlet";
enum Greeting { Hi = "Hi", Hello = "Hello" }
const greet = task(async (who: string, times: number) => { console.log(Greeting.Hi + " " + who); if (times < 0) throw new RangeError("times is negative"); return who.repeat(times); });
export const flow = new Flow("Say hi", () => { greet(new Parameter<string>("who"), new Parameter<number>("times", { default: 2 })); });
`;

const user = new FlowletUser();
let endpoint = "";

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 100) {
    if (await what()) return;
    await pause(100);
  }
  throw new Error("it did not come");
}

beforeAll(async () => {
  writeFileSync(join(user.folder, "hi.ts"), FLOW);
  const { stdout } = await user.run("server", "start", "--port", "0", "--json");
  endpoint = (JSON.parse(stdout) as { endpoint: string }).endpoint;
  user.start("agent", "local", "start", "--name", "tested");
});
afterAll(() => user.end());

describe("the server", () => {
  test("says where it runs, and is not started twice", async () => {
    const status = await user.run("server", "status");
    expect(status).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(new RegExp(`^Running at ${endpoint} \\(process \\d+\\)\\n {2}Flowlet `)) });
    expect(JSON.parse((await user.run("server", "status", "--json")).stdout)).toMatchObject({ state: "running", record: { endpoint } });
    expect(await user.run("server", "start")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`a server runs with it at ${endpoint}`) });
  });

  test("that is not there: commands say so, and what to do", async () => {
    const other = new FlowletUser();
    try {
      expect(await other.run("server", "status")).toMatchObject({ exitCode: 1, stdout: "No server is running. flowlet server start starts one.\n" });
      expect(await other.run("server", "stop")).toMatchObject({ exitCode: 0, stdout: "No server is running.\n" });
      await other.run("backend", "server", "--endpoint", "http://127.0.0.1:9");
      for (const command of [["get", "flows"], ["create", "project", "x"], ["run", "x"], ["cancel", "x"]]) {
        expect(await other.run(...command)).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/No Flowlet server answers at http:\/\/127\.0\.0\.1:9 .*flowlet server start/) });
      }
    } finally {
      await other.end();
    }
  });
});

describe("projects", () => {
  test("are made, listed and deleted", async () => {
    expect(await user.run("create", "project", "nightly", "--description", "at night")).toMatchObject({ exitCode: 0, stdout: "nightly created\n" });
    expect(await user.run("create", "project", "nightly")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('"nightly"') });
    expect((await user.run("create", "project", "nightly", "--skip-if-exists")).exitCode).toBe(0);
    expect((await user.run("get", "projects")).stdout).toMatch(/^NAME +FLOW COUNT +AGE +DESCRIPTION\nnightly +0 .* at night\n$/m);
    expect(await user.run("delete", "project", "nightly")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--yes") });
    expect((await user.run("delete", "project", "nightly", "--yes")).stdout).toBe("nightly deleted\n");
    expect(await user.run("delete", "project", "nightly", "--yes")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("There is no project nightly") });
  });
});

describe("a flow of a file", () => {
  test("runs here and now, with the tasks' names that it has on the server", async () => {
    const done = await user.run("run", "--path", "hi.ts", "--param", "who=Marvin");
    expect(done).toMatchObject({ exitCode: 0, stderr: "" });
    expect(done.stdout).toMatch(/^Retrieving local flow\.\.\.\nRunning flow locally\.\.\.\n└── \d\d:\d\d:\d\d \| INFO {4}\| Beginning Flow run for 'Say hi'\n/);
    expect(done.stdout).toContain("Task 'greet': Finished task run for task with final state: 'Success'");
    expect(done.stdout.trimEnd().endsWith("Flow run succeeded!")).toBe(true);
  });

  test("that fails ends with 1, and one without its parameters says which", async () => {
    const failed = await user.run("run", "--path", "hi.ts", "--param", "who=Marvin", "--param", "times=-1");
    expect(failed).toMatchObject({ exitCode: 1, stderr: "Flow run failed!\n" });
    expect(failed.stdout).toContain("RangeError: times is negative");
    expect(await user.run("run", "--path", "hi.ts")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("who") });
    expect(await user.run("run", "--path", "missing.ts")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("missing.ts") });
    expect(await user.run("run")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Say which flow to run") });
    expect(await user.run("run", "--path", "hi.ts", "--param", "who")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("name=value") });
  });

  test("is registered, unchanged only once, and run by an agent: its states and records are shown until it ends", async () => {
    const first = await user.run("register", "--project", "examples", "hi.ts");
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.stdout).toMatch(/^Collecting flows\.\.\.\nProcessing 'hi\.ts':\n(.*\n)* {2}Registering 'Say hi'\.\.\. Done\n {2}└── ID: .*\n {2}└── Version: 1\n {2}└── URL: http/);
    expect(first.stdout).toContain("= 1 registered =");
    expect((await user.run("register", "--project", "examples", "hi.ts")).stdout).toContain("Registering 'Say hi'... Skipped (unchanged)");
    expect(await user.run("register", "--project", "examples", "nothing-*.ts")).toMatchObject({ exitCode: 1 });
    expect((await user.run("get", "flows")).stdout).toMatch(/^Say hi +1 .* examples$/m);

    const watched = await user.run("run", "Say hi", "--param", "who=Marvin", "--run-name", "first", "--watch");
    expect(watched).toMatchObject({ exitCode: 0, stderr: "" });
    for (const part of ["└── Name: first\n", `└── URL: ${endpoint}/flow-run/`, "Entered state <Scheduled>: Flow run scheduled.", "Entered state <Running>", "| INFO    | Hi Marvin", "Entered state <Success>", "Flow run succeeded!"]) expect(watched.stdout).toContain(part);
    const failed = await user.run("run", "Say hi", "--param", "who=Marvin", "--param", "times=-1", "--run-name", "second", "--watch");
    expect(failed).toMatchObject({ exitCode: 1, stderr: "Flow run failed!\n" });
    expect(failed.stdout).toContain("RangeError: times is negative");

    const runs = await user.run("get", "flow-runs", "--flow", "Say hi", "--json");
    expect((JSON.parse(runs.stdout) as { name: string; state: string }[]).map(({ name, state }) => [name, state])).toEqual([["second", "Failed"], ["first", "Success"]]);
    expect((await user.run("get", "flow-runs", "--state", "Failed")).stdout).toMatch(/^NAME .*\nsecond +Say hi +Failed .*\n$/);
    expect((await user.run("get", "logs", "first")).stdout).toMatch(/^.* INFO +Hi Marvin$/m);
    expect((await user.run("get", "logs", "second", "--level", "ERROR")).stdout).toMatch(/ERROR +Task 'greet': Exception encountered/);
    expect((await user.run("get", "tasks", "--flow", "Say hi")).stdout).toMatch(/^greet +greet-1 +Say hi +1/m);
    expect((await user.run("get", "agents")).stdout).toMatch(/^tested +healthy /m);
    expect(JSON.parse((await user.run("describe", "flow", "Say hi")).stdout)).toMatchObject({ name: "Say hi", version: 1, tasks: expect.arrayContaining(["greet-1"]) });
    expect(JSON.parse((await user.run("describe", "flow-run", "first")).stdout)).toMatchObject({ name: "first", state: "Success", parameters: { who: "Marvin" } });
  });

  test("is not run where its name or its parameters are wrong", async () => {
    expect(await user.run("run", "Say ho")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("There is no flow Say ho") });
    expect(await user.run("run", "Say hi")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("required parameters were not supplied") });
    expect(await user.run("run", "Say hi", "--param", "whom=x")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('has no parameter "whom"') });
    expect(await user.run("run", "Say hi", "--at", "tomorrow")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--at") });
  });

  test("a run that waits is cancelled; scripts read its id alone, or JSON", async () => {
    const { stdout } = await user.run("run", "Say hi", "--param", "who=x", "--label", "nowhere", "--quiet");
    expect(stdout.trim()).toMatch(ID);
    expect((await user.run("cancel", stdout.trim())).stdout).toMatch(/^.+ is Cancelled\n$/);
    expect(await user.run("cancel", stdout.trim())).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("can not be cancelled: it has ended") });
    const asJson = JSON.parse((await user.run("run", "Say hi", "--param", "who=x", "--at", "2100-01-01T00:00:00Z", "--json")).stdout) as { state: string; scheduledStartTime: string };
    expect(asJson).toMatchObject({ state: "Scheduled", scheduledStartTime: "2100-01-01T00:00:00.000Z" });
  });

  test("is registered again when its file changes, with --watch", async () => {
    writeFileSync(join(user.folder, "watched.ts"), FLOW.replace("Say hi", "Watched"));
    const { child, output } = user.start("register", "--project", "examples", "watched.ts", "--watch");
    await until(() => output().includes("Version: 1"));
    writeFileSync(join(user.folder, "watched.ts"), FLOW.replace("Say hi", "Watched").replace("default: 2", "default: 3"));
    await until(() => output().includes("Version: 2"));
    child.kill("SIGINT");
    expect((await once(child, "exit"))[0]).toBe(0);
  });
});
