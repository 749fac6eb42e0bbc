/** The configuration as a script sees it, each in a process of its own. */
import { describe, expect, test } from "vitest";
import { runScript } from "../script.ts";

const quiet = `import { Flow, config, context, task, getLogger } from "flowlet";\n`;

test("a script without any configuration says nothing about it", async () => {
  const { stdout, stderr } = await runScript(`${quiet}console.log(JSON.stringify(config.tasks), config.homeDir);`);
  expect([stdout.replace(/\S*flowlet-script-\w+/, "HOME"), stderr]).toEqual([`{"defaults":{"maxRetries":0,"retryDelay":null,"timeout":null}} HOME/.flowlet\n`, ""]);
});

test("importing reads nothing: what is wrong is told when it is used, once", async () => {
  const config = "[logging]\nlevel = 'NOISE'\n[task]\nx = 1\n";
  expect((await runScript(`import { Flow, task } from "flowlet"; console.log(typeof Flow, typeof task);`, { config })).stderr).toBe("");
  const { stdout, stderr, home, exitCode } = await runScript(`${quiet}const one = task(() => 1); const two = task(() => 2); getLogger("x").info("hello"); console.log(one.maxRetries, two.maxRetries);`, { config, env: { FLOWLET__SERVER__PORT: "x" } });
  expect(stderr.replaceAll(home, "~").split("\n")).toEqual([
    "flowlet: ~/.flowlet/config.toml:3: task is not a key. Did you mean tasks? It is ignored.",
    `flowlet: environment variable FLOWLET__SERVER__PORT: server.port must be a whole number from 1 to 65535, got "x". It is ignored.`,
    `flowlet: ~/.flowlet/config.toml:2: logging.level must be one of NOTSET, DEBUG, INFO, WARNING, ERROR, CRITICAL, got "NOISE". It is ignored.`,
    "",
  ]);
  expect([stdout.endsWith("INFO - flowlet.x | hello\n0 0\n"), exitCode]).toEqual([true, 0]);
});

test("a file that is no TOML does not stop a flow", async () => {
  const { stdout, stderr, home, exitCode } = await runScript(`${quiet}const flow = new Flow("f", () => { task(() => 1)(); }); console.log((await flow.run()).type);`, { config: "[[[", env: { FLOWLET__LOGGING__LEVEL: "ERROR" } });
  expect([stdout, stderr.replaceAll(home, "~"), exitCode]).toEqual(["Success\n", expect.stringMatching(/^flowlet: ~\/\.flowlet\/config\.toml:1: it is no valid TOML: [^\n]+\. The file is ignored\.\n$/), 0]);
});

test("tasks that do not say retry, wait and time out as the configuration says", async () => {
  const { stdout, stderr } = await runScript(`${quiet}
    let attempts = 0;
    const failing = task(() => { attempts++; throw new Error("no"); });
    const slow = task(() => new Promise((resolve) => setTimeout(resolve, 60_000).unref()));
    const own = task(() => 1, { maxRetries: 1, timeout: 7 });
    const flow = new Flow("f");
    const { a, b } = flow.build(() => ({ a: failing(), b: slow() }));
    const state = await flow.run();
    console.log(attempts, state.result.get(a).type, state.result.get(b).type, [own.maxRetries, own.retryDelay, own.timeout].join());
    process.exit();`, { config: "[tasks.defaults]\nmax_retries = 2\nretry_delay = 1\ntimeout = 20\n[logging]\nlevel = 'CRITICAL'" });
  expect([stdout, stderr]).toEqual(["3 Failed TimedOut 1,1,7\n", ""]);
});

test("a flow is checked while it is built, not waited for by its schedule, and runs one task at a time, where the configuration says so", async () => {
  const { stdout } = await runScript(`import { Flow, IntervalSchedule, task } from "flowlet";
    try { new Flow("f", () => { const t = task((x: number) => x); t.bind({ x: t(1) }); t.setUpstream(t(1), { key: "x" }); }); } catch (error) { console.log(error.code); }
    let now = 0, most = 0;
    const busy = task(async () => { most = Math.max(most, ++now); await new Promise((resolve) => setTimeout(resolve, 5)); now--; });
    const flow = new Flow("scheduled", { schedule: new IntervalSchedule({ interval: 3_600_000 }) }, () => { busy(); busy(); busy(); });
    console.log((await flow.run()).type, most);`, { config: "[flows]\neager_edge_validation = true\nrun_on_schedule = false\n[engine.executor]\nconcurrency = 1\n[logging]\nlevel = 'CRITICAL'" });
  expect(stdout).toBe("DUPLICATE_INPUT\nSuccess 1\n");
});

test("flows run in threads where the configuration says so; those under the same configuration share them", async () => {
  const { stdout, stderr } = await runScript(`import { Flow, context, task } from "flowlet"; import { isMainThread, threadId } from "node:worker_threads";
    const where = task(async () => { const { isMainThread, threadId } = await import("node:worker_threads"); return [isMainThread, threadId]; });
    const flow = new Flow("f"); const node = flow.build(() => where());
    const once = async () => (await flow.run()).result.get(node).result;
    const ids = [await once(), await once()];
    console.log(JSON.stringify([ids[0][0], ids[0][1] === ids[1][1]]));`, { config: "[engine.executor]\ndefault = \"thread\"\nconcurrency = 1\n[logging]\nlevel = 'ERROR'" });
  expect([stdout, stderr]).toEqual(["[false,true]\n", ""]);
});

describe("entries of [context]", () => {
  test("are in the context everywhere; what a run or block says is above them", async () => {
    const { stdout } = await runScript(`${quiet}
      const show = task(() => [context.team, context.get("place"), context.flowRunName]);
      const flow = new Flow("f"); const shown = flow.build(() => show());
      console.log(context.team, context.has("place"), context.place, context.toObject().team);
      for (const options of [{}, { context: { team: "red", flowRunName: "given" } }]) console.log(JSON.stringify((await flow.run({}, options)).result.get(shown).result));
      console.log(JSON.stringify((await context.with({ team: "green" }, () => flow.run())).result.get(shown).result));`,
      { config: "[context]\nteam = 'blue'\nflow_run_name = 'unused'\nflowRunName = 'night run'", env: { FLOWLET__CONTEXT__PLACE: "lab", FLOWLET__LOGGING__LEVEL: "ERROR" } });
    expect(stdout.split("\n")).toEqual(["blue true lab blue", `["blue","lab","night run"]`, `["red","lab","given"]`, `["green","lab","night run"]`, ""]);
  });
});
