import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ResultCache, flowSnapshot, knownValue, withHost, type LogRecord, type RunHost } from "../../../engine/embedding.ts";
import { EnvVarSecret, FilterTask, Flow, FlowletSecret, LocalResult, RETRY, Secret, SecretBase, SecretResult, TaskStates, allInputs, context, merge, switchOn, task, type TaskOptions } from "../../../engine/index.ts";

const withSecrets = <T>(secrets: Record<string, unknown>, body: () => T): T => context.with({ secrets }, body);
afterEach(() => { vi.unstubAllEnvs(); });

describe("Secret", () => {
  test.each([
    ["a plain text", "sesame", "sesame"], ["JSON", `{"user":"me","ports":[1]}`, { user: "me", ports: [1] }], ["a number", "42", 42], ["a quoted number", `"42"`, "42"], ["what is no text", { a: 1 }, { a: 1 }],
    ["an empty text", "", ""], ["broken JSON", `{"a":`, `{"a":`],
  ])("gives %s", (_, value, expected) => {
    expect(withSecrets({ KEY: value }, () => [new Secret("KEY").get(), new Secret("KEY").exists()])).toEqual([expected, true]);
  });

  test("is looked for in the context, then in the configuration", () => {
    context.with({ config: { context: { secrets: { A: "configured", B: "configured" } } } }, () => {
      expect(withSecrets({ A: "given" }, () => [new Secret("A").get(), new Secret("B").get()])).toEqual(["given", "configured"]);
    });
  });

  test("that is not there is an error that says where to put it", () => {
    for (const name of ["NO", "constructor", "__proto__"]) {
      expect(new Secret(name).exists()).toBe(false);
      expect(() => new Secret(name).get()).toThrow(expect.objectContaining({ code: "SECRET_NOT_FOUND", message: expect.stringContaining(`Local Secret "${name}" was not found. Set it in the environment (FLOWLET__CONTEXT__SECRETS__<name>)`) }));
    }
    for (const secrets of ["text", 7, null]) expect(() => withSecrets(secrets as never, () => new Secret("NO").get())).toThrow("was not found");
  });

  test("is not read while a flow is being built", () => {
    expect(() => withSecrets({ KEY: "s" }, () => new Flow("built", () => { new Secret("KEY").get(); }))).toThrow(expect.objectContaining({ code: "SECRET_IN_BUILD", message: expect.stringContaining("not while building a flow. Secret: KEY, flow: built") }));
  });

  test.each([[""], [undefined], [7]])("needs a name, not %j", (name) => {
    expect(() => new Secret(name as never)).toThrow(expect.objectContaining({ code: "BAD_OPTION" }));
  });
});

describe("secret tasks", () => {
  const use = task((secret: unknown) => secret === null ? null : inspect(secret).length);

  async function resultOf(secret: () => unknown, secrets: Record<string, unknown> = {}) {
    const flow = new Flow("secrets");
    const { given, used } = flow.build(() => { const given = secret(); return { given, used: use(given) }; });
    const state = await withSecrets(secrets, () => flow.run());
    return { given: state.result.get(given as never), used: state.result.get(used) };
  }

  test("give a secret by the name they were made with, or by the one they are called with", async () => {
    expect((await resultOf(() => new FlowletSecret("KEY"), { KEY: "[1]" })).given.result).toEqual([1]);
    expect((await resultOf(() => new FlowletSecret("KEY")("OTHER"), { OTHER: "x" })).given.result).toBe("x");
    expect((await resultOf(() => new FlowletSecret()("OTHER"), { OTHER: "x" })).given.result).toBe("x");
    expect([new FlowletSecret("KEY").name, new FlowletSecret().name, new FlowletSecret("KEY", { name: "mine" }).name, new EnvVarSecret("V").name]).toEqual(["KEY", "FlowletSecret", "mine", "V"]);
  });

  test("fail where there is none", async () => {
    expect((await resultOf(() => new FlowletSecret("KEY"))).given.message).toContain(`Local Secret "KEY" was not found.`);
    expect((await resultOf(() => new FlowletSecret())).given.message).toContain("the name of a secret, given to the constructor or as an input");
  });

  test("from the environment: as they are, cast, missing", async () => {
    vi.stubEnv("MY_SECRET", "12");
    expect((await resultOf(() => new EnvVarSecret("MY_SECRET"))).given.result).toBe("12");
    expect((await resultOf(() => new EnvVarSecret("MY_SECRET", { cast: async (text) => Number(text) + 1 }))).given.result).toBe(13);
    expect((await resultOf(() => new EnvVarSecret()("MY_SECRET"))).given.result).toBe("12");
    expect((await resultOf(() => new EnvVarSecret("NO_SUCH"))).given).toMatchObject({ type: "Success", result: null });
    expect((await resultOf(() => new EnvVarSecret("NO_SUCH", { raiseIfMissing: true }))).given.message).toContain("Environment variable not set: NO_SUCH");
  });

  test("do not tell what could not be cast", async () => {
    vi.stubEnv("MY_SECRET", "s3cret{");
    const { given } = await resultOf(() => new EnvVarSecret("MY_SECRET", { cast: (text) => JSON.parse(text) as unknown }));
    expect([given.message, (given.result as Error).stack]).toEqual([expect.stringContaining("The value of the environment variable MY_SECRET can not be cast (SyntaxError)."), expect.not.stringContaining("s3cret")]);
  });

  test.each([[{ cache: { for: 1 } }, "cache"], [{ cacheFor: 1000 }, "cacheFor"], [{ target: "x" }, "target"], [{ result: new LocalResult() }, "result"], [{ checkpoint: true }, "checkpoint"]] as [TaskOptions, string][])("refuse the option %j", (options, option) => {
    expect(() => new FlowletSecret("KEY", options)).toThrow(expect.objectContaining({ code: "BAD_OPTION", message: expect.stringContaining(`the option ${option} must be left out`) }));
  });

  test("are made without a warning", async () => {
    const lines: string[] = [];
    withHost({ onLog: ({ message }) => lines.push(message) }, () => new Flow("f", () => { use(new FlowletSecret("A")); new EnvVarSecret("B")(); use([new (class Own extends SecretBase { override run() { return 1; } })()]); new FilterTask()([1]); }));
    await new Promise((resolve) => { setImmediate(resolve); });
    expect(lines).toEqual([]);
  });

  test("are read again in every pass, and in a restart", async () => {
    let reads = 0, attempts = 0;
    class Counting extends SecretBase<[], string> { override run() { return `s${++reads}`; } }
    const flow = new Flow("again");
    const seen: unknown[] = [];
    flow.build(() => {
      const secret = new Counting();
      task((value: string, list: unknown) => { seen.push(value, list); if (++attempts === 1) throw new RETRY("once more"); if (attempts === 2) throw new Error("no"); })(secret, [secret]);
    });
    const first = await flow.run();
    await flow.run({}, { taskStates: [...first.result].filter(([, state]) => !state.isFailed()) });
    expect(seen).toEqual(["s1", ["s1"], "s2", ["s2"], "s3", ["s3"]]);
  });

  test("are read anew for a task that is run alone", async () => {
    let reads = 0;
    class Counting extends SecretBase<[], number> { override run() { return ++reads; } }
    const flow = new Flow("alone");
    const used = flow.build(() => task((list: number[]) => list[0])([new Counting()]));
    await flow.run();
    expect((await flow.run({}, { only: [used] })).result.get(used).result).toBe(2);
  });
});

test("a secret is in no log line, no message, no name of a run, no reason, no snapshot, and nothing of it is kept", async () => {
  const SECRET = "open sesame";
  vi.stubEnv("MY_SECRET", SECRET);
  const records: LogRecord[] = [], shown: unknown[] = [];
  const cache = new ResultCache({ known: knownValue });
  const kept: unknown[] = [];
  const set = cache.set.bind(cache);
  cache.set = (key, entry) => { kept.push([key, entry]); set(key, entry); };
  const host: RunHost = { cache, onLog: (record) => records.push(record), observer: { taskRunChanged: (_, run, state) => { shown.push([run.reason, state.message, run.node.slug, (run as { taskRunName?: string }).taskRunName]); }, flowRunChanged: (_, state) => { shown.push(state.message); } } };
  const flow = new Flow("hidden");
  const length = task((secret: unknown) => inspect(secret).length, { name: "length", taskRunName: "with {secret}" });
  const built = flow.build(() => {
    const secret = new EnvVarSecret<string>("MY_SECRET"), pair = new FlowletSecret<{ user: string }>("PAIR");
    const other = task(() => 1)();
    switchOn(secret, [["wrong", length(1)], [SECRET.slice(0, 4), length(2)]]);
    return {
      secret, pair, part: (pair as unknown as Task).get("user"), missing: (secret as unknown as Task).get("no such"), list: length([secret, other]), dict: length({ a: { b: secret } }), plain: length(secret),
      joined: secret.add("!"), merged: merge([secret, other]), filtered: new FilterTask()([secret] as never), mapped: length.map([secret] as never), named: task((name: string) => name.length, { taskRunName: ({ name }) => `for ${String(name)}` })(secret as never),
    };
  });
  const run = () => withHost(host, () => withSecrets({ PAIR: { user: SECRET } }, () => context.with({ config: { logging: { level: "DEBUG" } } }, () => flow.run())));
  const first = await run();
  const second = await run();
  expect(first.result.get(built.part).result).toBe(SECRET);
  expect([built.part, built.missing, built.joined, built.merged, built.filtered].map((one) => (one as unknown as Task).hidesResult)).toEqual([true, true, true, true, true]);
  const passedOn = [...flow.tasks].filter((one) => ["List", "Dict", "FilterTask", "Merge"].includes(one.name));
  expect([passedOn.length > 3, passedOn.every((one) => one.hidesResult)]).toEqual([true, true]);
  expect(second.result.get(built.plain).type).toBe("Cached");
  expect(kept.length).toBeGreaterThan(3);
  const everything = inspect([records, shown, kept, cache.records("hidden"), [first, second].map((state) => JSON.stringify(state.result.toJson(flow, { values: true }))), flowSnapshot(flow, { flowId: "f" })], { depth: 20, maxArrayLength: null, maxStringLength: null });
  expect(everything).toContain("length");
  expect(everything).not.toContain(SECRET);
  expect(shown).toContainEqual(["its result is a secret", "Task run succeeded.", "MY_SECRET-1", undefined]);
});

test("a secret is in no file, no name of a file, and no state's JSON, whatever it is put into", async () => {
  const SECRET = "open sesame", dir = mkdtempSync(join(tmpdir(), "flowlet-secrets-"));
  vi.stubEnv("MY_SECRET", SECRET);
  try {
    const flow = new Flow("written", { result: new LocalResult({ dir, location: "{taskSlug}-{taskFullName}" }) });
    const length = task((secret: unknown) => inspect(secret).length, { name: "length", cacheFor: 60_000, cacheValidator: allInputs, result: new LocalResult({ dir, location: "{taskSlug}-{taskFullName}-{secret}" }) });
    const built = flow.build(() => {
      const secret = new EnvVarSecret<string>("MY_SECRET"), other = task(() => "other", { result: new LocalResult({ dir, location: "other" }) })();
      return { plain: length(secret), list: length([secret, other]), merged: merge([secret, other]), filtered: new FilterTask()([secret] as never), own: task(() => SECRET, { result: new SecretResult(null) })(), each: length.map([secret] as never) };
    });
    const run = (checkpointing: boolean) => context.with({ caches: new Map(), secrets: { ANY: SECRET } }, async () => [await flow.run({}, { checkpointing }), await flow.run({}, { checkpointing })]);
    const states = [...await run(true), ...await run(false)];
    expect(states.map((state) => [state.type, state.result.get(built.plain).type])).toEqual(states.map(() => ["Success", "Cached"]));
    const files = readdirSync(dir, { recursive: true, encoding: "utf8", withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    expect(files.length).toBeGreaterThan(3);
    const everything = [files, files.map((file) => readFileSync(file, "latin1")), ...states.map((state) => JSON.stringify(state.result.toJson(flow, { values: true })))].join("\n");
    expect(everything).toContain("other");
    expect(everything).not.toContain(SECRET);
    const again = await flow.run({}, { taskStates: TaskStates.fromJson(JSON.parse(JSON.stringify(states[0].result.toJson(flow))), flow) });
    expect([again.type, again.result.get(built.merged).result]).toEqual(["Success", SECRET]);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
