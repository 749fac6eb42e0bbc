/** The configuration from real files and variables: what wins, what is filled in, and what is said about what is wrong. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadConfig, type Config } from "../../../engine/index.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "flowlet-config-"));
  mkdirSync(join(home, ".flowlet"));
});
afterEach(() => rmSync(home, { recursive: true }));

const userFile = () => join(home, ".flowlet/config.toml");
const load = (toml: string, variables: Record<string, string> = {}) => {
  writeFileSync(userFile(), toml);
  return loadConfig({ home, variables });
};
/** Texts of the problems, with the user's file as `config.toml`. */
const problems = (toml: string, variables: Record<string, string> = {}) => load(toml, variables).problems.map(({ text }) => text.replaceAll(userFile(), "config.toml"));

describe("values", () => {
  test("without any source are the defaults", () => {
    const { config, problems } = loadConfig({ home, variables: {} });
    expect(problems).toEqual([]);
    expect(config).toEqual({
      homeDir: join(home, ".flowlet"), backend: "server",
      server: { host: "http://localhost", port: 8080, endpoint: "http://localhost:8080", ui: { endpoint: "http://localhost:8080" } },
      logging: { level: "INFO", format: "[%(asctime)s] %(levelname)s - %(name)s | %(message)s", datefmt: "%Y-%m-%d %H:%M:%S%z", logAttributes: [], extraLoggers: [] },
      flows: { eagerEdgeValidation: false, runOnSchedule: true, checkpointing: false, defaults: { storage: { addDefaultLabels: true } } },
      tasks: { defaults: { maxRetries: 0, retryDelay: null, timeout: null } },
      engine: { executor: { default: "local", concurrency: null } },
      cache: { enabled: null, folder: ".flowlet/results", maxSize: 2_000_000_000, trace: true },
      context: {}, user: {},
    });
  });

  test("come from the user's file, above it from backend.toml, above it from the environment", () => {
    writeFileSync(join(home, ".flowlet/backend.toml"), `backend = "other"\n[server]\nport = 4300\n`);
    const { config, problems } = load(`backend = "mine"\n[server]\nport = 4201\nhost = "http://me"\n[logging]\nlevel = "DEBUG"\n`, { FLOWLET__LOGGING__LEVEL: "ERROR", FLOWLET__SERVER__UI__ENDPOINT: "http://me:9090" });
    expect([config.backend, config.server.endpoint, config.logging.level, config.server.ui.endpoint, problems]).toEqual(["other", "http://me:4300", "ERROR", "http://me:9090", []]);
  });

  test("may be written in snake_case, in camelCase, with dots, in an inline table, and in variables", () => {
    const read = (toml: string, variables?: Record<string, string>) => {
      const { config, problems } = load(toml, variables);
      return [config.tasks.defaults.maxRetries, config.tasks.defaults.retryDelay, problems];
    };
    expect(read("[tasks.defaults]\nmax_retries = 3\nretry_delay = 500")).toEqual([3, 500, []]);
    expect(read("[tasks.defaults]\nmaxRetries = 3\nretryDelay = 500")).toEqual([3, 500, []]);
    expect(read("tasks.defaults.max_retries = 3\ntasks.defaults.retry_delay = 500")).toEqual([3, 500, []]);
    expect(read("tasks = { defaults = { max_retries = 3, retry_delay = 500 } }")).toEqual([3, 500, []]);
    expect(read("", { FLOWLET__TASKS__DEFAULTS__MAX_RETRIES: "3", FLOWLET__tasks__defaults__retryDelay: "0.5e3" })).toEqual([3, 500, []]);
  });

  test("of a kind may be texts, as Prefect's files have them", () => {
    const { config, problems } = load(`[server]\nport = "4444"\n[flows]\ncheckpointing = "true"\nrun_on_schedule = "no"\n[logging]\nlevel = "warning"\nlog_attributes = "['one', \\"two\\"]"\nextra_loggers = "a, b"\n[tasks.defaults]\nmax_retries = false\nretry_delay = false\ntimeout = 1.5\n`);
    expect([config.server.port, config.flows.checkpointing, config.flows.runOnSchedule, config.logging.level, config.logging.logAttributes, config.logging.extraLoggers, config.tasks.defaults, problems])
      .toEqual([4444, true, false, "WARNING", ["one", "two"], ["a", "b"], { maxRetries: 0, retryDelay: null, timeout: 1.5 }, []]);
  });

  test("of one's own are kept as they are written; those of the environment by what they look like", () => {
    const { config, problems } = load(`[user]\nregion = "eu"\nmax_rows = 7\n[user.db]\nhost = "h"\nports = [1, 2]\n[context]\nteam = "blue"\n`, {
      FLOWLET__USER__DB__MAIN_HOST: "x", FLOWLET__USER__FLAG: "True", FLOWLET__USER__LIST: `[1, {"a": 2}]`, FLOWLET__USER__ID: "12345678901234567890", FLOWLET__USER__TEXT: "007", FLOWLET__USER__camelName: "1.5", FLOWLET__CONTEXT__FLOW_RUN_NAME: "run",
    });
    expect(config.user).toEqual({ region: "eu", max_rows: 7, db: { host: "h", ports: [1, 2], mainHost: "x" }, flag: true, list: [1, { a: 2 }], id: "12345678901234567890", text: "007", camelName: 1.5 });
    expect([config.context, problems]).toEqual([{ team: "blue", flowRunName: "run" }, []]);
  });

  test("called __proto__ are only values", () => {
    const { config } = load(`[user.__proto__]\npolluted = true\n[user.constructor]\na = 1\n`);
    expect([({} as { polluted?: unknown }).polluted, Object.keys(config.user)]).toEqual([undefined, ["__proto__", "constructor"]]);
  });

  test("can not be changed", () => {
    const { config } = load(`[user]\na = 1\n[user.b]\nc = 1`);
    expect(() => { (config as { backend: string }).backend = "x"; }).toThrow(TypeError);
    expect(() => { (config.tasks.defaults as { maxRetries: number }).maxRetries = 1; }).toThrow(TypeError);
    expect(() => { (config.user.b as { c: number }).c = 2; }).toThrow(TypeError);
  });

  test("of a file elsewhere, whose path may hold variables and the home folder", () => {
    mkdirSync(join(home, "else"));
    writeFileSync(join(home, "else/mine.toml"), `backend = "else"`);
    expect(loadConfig({ home, variables: { FLOWLET__USER_CONFIG_PATH: "~/else/mine.toml" } }).config.backend).toBe("else");
    expect(loadConfig({ home, variables: { FLOWLET__BACKEND_CONFIG_PATH: "$PLACE/else/mine.toml", PLACE: home } }).config.backend).toBe("else");
  });
});

describe("the server's token", () => {
  test("is there for who asks for it by name, as it was written, and in no print and no copy", () => {
    const { config } = load("", { FLOWLET__SERVER__TOKEN: "a-${HOME}-$b" });
    expect(config.server.token).toBe("a-${HOME}-$b");
    expect([JSON.stringify(config), inspect(config, { depth: null }), JSON.stringify({ ...config.server })].filter((text) => text.includes("a-$"))).toEqual([]);
    expect(loadConfig({ home, variables: {} }).config.server.token).toBe(null);
    expect(load("[server]\ntoken = 'from-the-file'\n").config.server.token).toBe("from-the-file");
  });

  test("is not shown where it is wrong", () => {
    expect(problems("[server]\ntoken = ['s3cret']\n")).toEqual(["config.toml:2: server.token must be a text, or false for the default. It is ignored."]);
  });
});

describe("references", () => {
  test("to other keys are filled in, in any order, also inside of each other and with the type of the value", () => {
    const { config, problems } = load(`home_dir = "\${user.root}/f"\nbackend = "b"\n[user]\nroot = "/r"\nport = "\${server.port}"\nwhich = "\${\${user.name}.port}"\nname = "server"\nboth = "\${user.a}-\${cache.trace}"\na = [1]\n`);
    expect([config.homeDir, config.user.port, config.user.which, config.user.both, problems]).toEqual(["/r/f", 8080, 8080, "[1]-true", []]);
  });

  test("to environment variables too; in paths also as $NAME and ~", () => {
    const { config, problems } = load(`home_dir = "~/$PART"\n[user]\nwho = "\${WHO}!"\nplain = "$WHO ~"`, { WHO: "me", PART: "p" });
    expect([config.homeDir, config.user, problems]).toEqual([join(home, "p"), { who: "me!", plain: "$WHO ~" }, []]);
  });

  test.each([
    ["that go in a circle", `[server]\nhost = "\${server.endpoint}"\n`, [`config.toml:2: server.host can not be used: it refers to itself: server.host → server.endpoint → server.host. It is ignored.`]],
    ["that go in a circle among keys of one's own", `[user]\na = "\${user.b}"\nb = "\${user.c}"\nc = "\${user.a}"\n`, [
      "config.toml:2: user.a can not be used: it refers to itself: user.a → user.b → user.c → user.a. It is ignored.",
      "config.toml:4: user.c can not be used: it refers to ${user.a}, which has no value. It is ignored.",
      "config.toml:3: user.b can not be used: it refers to ${user.c}, which has no value. It is ignored.",
    ]],
    ["to itself", `backend = "\${backend}"`, ["config.toml:1: backend can not be used: it refers to itself: backend → backend. It is ignored."]],
    ["to a key that refers to another, and so on", `[user]\n${Array.from({ length: 5000 }, (_, index) => `k${index} = "\${user.k${index + 1}}"`).join("\n")}\nk5000 = 1`, expect.arrayContaining([expect.stringMatching(/^config.toml:\d+: user.k\d+ can not be used: it refers to a key that refers to another, more than 100 times. It is ignored.$/)])],
    ["to nothing", `backend = "a \${no.such}"`, ["config.toml:1: backend can not be used: it refers to ${no.such}, which is neither a key nor an environment variable. It is ignored."]],
    ["that grow without end", `[user]\nx = "${"${backend}".repeat(200)}"`, ["config.toml:2: user.x can not be used: it refers to more than 100 others. It is ignored."]],
    ["to a variable that is not set, in a path", `home_dir = "$NO_SUCH/x"`, ["config.toml:1: homeDir can not be used: it names the environment variable NO_SUCH, which is not set. It is ignored."]],
  ])("%s are told with the line, and the rest holds", (_, toml, texts) => {
    expect(problems(`${toml}\n[logging]\nlevel = "DEBUG"\n`)).toEqual(texts);
    const { config } = loadConfig({ home, variables: {} });
    expect([config.logging.level, config.server.endpoint, config.homeDir]).toEqual(["DEBUG", "http://localhost:8080", join(home, ".flowlet")]);
  });
});

describe("what is wrong is told with file, line and key, and ignored", () => {
  test.each([
    ["no TOML", "[logging]\nlevel = \n", [/^config\.toml:2: it is no valid TOML: .+\. The file is ignored\.$/]],
    ["an open section", "a = 1\n[logging\n", [/^config\.toml:2: it is no valid TOML/]],
    ["a key given twice", "backend = 'a'\nbackend = 'b'\n", [/^config\.toml:2: it is no valid TOML/]],
    ["a value of another kind", "\n\n[tasks.defaults]\nmax_retries = \"three\"\n", [`config.toml:4: tasks.defaults.maxRetries must be a whole number, 0 or more, got "three". It is ignored.`]],
    ["a number out of range", "[server]\nport = 70000", ["config.toml:2: server.port must be a whole number from 1 to 65535, got number 70000. It is ignored."]],
    ["a negative duration", "[tasks.defaults]\ntimeout = 0", ["config.toml:2: tasks.defaults.timeout must be milliseconds, above 0, or false for none, got number 0. It is ignored."]],
    ["a word that is none", "[logging]\nlevel = 'LOUD'", [`config.toml:2: logging.level must be one of NOTSET, DEBUG, INFO, WARNING, ERROR, CRITICAL, got "LOUD". It is ignored.`]],
    ["a list of other things", "[logging]\nlog_attributes = [1]", ["config.toml:2: logging.logAttributes must be a list of texts, got an array of 1. It is ignored."]],
    ["a date where a text belongs", "backend = 2020-01-01", ["config.toml:1: backend must be a text, got an object of class TomlDate. It is ignored."]],
    ["an unknown key", "[tasks.defaults]\nmax_retrys = 3", ["config.toml:2: tasks.defaults.max_retrys is not a key. Did you mean tasks.defaults.maxRetries? It is ignored."]],
    ["an unknown section, once", "[task.defaults]\na = 1\nb = 2", ["config.toml:1: task is not a key. Did you mean tasks? It is ignored."]],
    ["a key that is like no other", "[logging]\nzzz = 3", ["config.toml:2: logging.zzz is not a key. logging has level, format, datefmt, logAttributes, extraLoggers. It is ignored."]],
    ["a section that is a value", "logging = 3", ["config.toml:1: logging is a section, not a value. It is ignored."]],
    ["a value that is a section", "[logging.level]\na = 1", ["config.toml:2: logging.level is a value, not a section. It is ignored."]],
    ["secrets that are no section", "[context]\nsecrets = 'x'", ["config.toml:2: context.secrets can not be used: it is a section of secrets by name. It is ignored."]],
    ["retries without a delay", "[tasks.defaults]\nmax_retries = 3", ["config.toml:2: tasks.defaults.maxRetries above 0 needs tasks.defaults.retryDelay. It is ignored."]],
    ["a place in the format that is none", "[logging]\nformat = '%(mesage)s'", [/^config\.toml:2: logging\.format can not be used: %\(mesage\)s is neither one of asctime, levelname, .* nor in logging\.logAttributes\. It is ignored\.$/]],
    ["a format that ends in a percent sign", "[logging]\nformat = 'done %'", [`config.toml:2: logging.format can not be used: "%" is no place like %(message)s; a percent sign is written %%. It is ignored.`]],
    ["a date format with an unknown letter", "[logging]\ndatefmt = '%Y %Q'", [`config.toml:2: logging.datefmt must be a format of strftime, got "%Y %Q". It is ignored.`]],
  ] as [string, string, (string | RegExp)[]][])("%s", (_, toml, texts) => {
    expect(problems(toml)).toEqual(texts.map((text) => (typeof text === "string" ? text : expect.stringMatching(text))));
    const { config } = loadConfig({ home, variables: {} });
    expect(config).toEqual({ ...loadConfig({ home: join(home, "nobody"), variables: {} }).config, homeDir: join(home, ".flowlet") });
  });

  test("in the environment with the variable's name", () => {
    expect(problems("", { FLOWLET__TASKS__DEFAULTS__MAX_RETRIES: "x", FLOWLET__TASK__DEFAULTS: "1", FLOWLET__: "1", FLOWLET____X: "1", FLOWLET__LOGGING: "DEBUG" })).toEqual([
      "environment variable FLOWLET__TASK__DEFAULTS: task is not a key. Did you mean tasks? It is ignored.",
      expect.stringMatching(/^environment variable FLOWLET__: .* It is ignored\.$/),
      expect.stringMatching(/^environment variable FLOWLET____X: .* It is ignored\.$/),
      "environment variable FLOWLET__LOGGING: logging is a section, not a value. It is ignored.",
      `environment variable FLOWLET__TASKS__DEFAULTS__MAX_RETRIES: tasks.defaults.maxRetries must be a whole number, 0 or more, got "x". It is ignored.`,
    ]);
  });

  test("a wrong value above a right one leaves the right one", () => {
    const { config } = load("[server]\nport = 4300", { FLOWLET__SERVER__PORT: "many" });
    expect(config.server.port).toBe(4300);
  });

  test("lines are found beside comments, texts of several lines and quoted keys", () => {
    expect(problems(`# [server]\n[user]\ntext = """\n[server]\nport = "no"\n"""\n"a.b" = 1\n[ "server" ] # here\n  "port"   = 'no'\n`)).toEqual([`config.toml:9: server.port must be a whole number from 1 to 65535, got "no". It is ignored.`]);
  });

  test("a file that can not be read", () => {
    rmSync(userFile(), { force: true });
    mkdirSync(userFile());
    expect(loadConfig({ home, variables: {} }).problems.map(({ text }) => text)).toEqual([`${userFile()}: it can not be read (EISDIR). The file is ignored.`]);
  });

  test.skipIf(process.getuid?.() === 0)("a file that belongs to somebody else", () => {
    writeFileSync(userFile(), "a = 1");
    chmodSync(userFile(), 0);
    expect(loadConfig({ home, variables: {} }).problems.map(({ text }) => text)).toEqual([`${userFile()}: it can not be read (EACCES). The file is ignored.`]);
  });

  test("bytes that are no text, a byte order mark, an empty file", () => {
    writeFileSync(userFile(), Buffer.from([0x61, 0xff, 0xfe]));
    expect(loadConfig({ home, variables: {} }).problems.map(({ text }) => text)).toEqual([`${userFile()}: it is not a text in UTF-8. The file is ignored.`]);
    expect(problems(`\uFEFFbackend = "b"`)).toEqual([]);
    expect(problems("")).toEqual([]);
  });

  test("a file that was named and is not there", () => {
    expect(loadConfig({ home, variables: {}, userConfigPath: "/no/such.toml" }).problems.map(({ text }) => text)).toEqual(["/no/such.toml: it can not be read (ENOENT). The file is ignored."]);
    expect(loadConfig({ home: "/no/home", variables: {} }).problems).toEqual([]);
  });
});

describe("secrets", () => {
  const secretsOf = (config: Config) => config.context.secrets as Record<string, unknown>;

  test("keep their names and their texts, and win by their source", () => {
    const { config, problems } = load(`[context.secrets]\nMY_KEY = "file \${backend}"\nother_Key = 3\n`, { FLOWLET__CONTEXT__SECRETS__MY_KEY: "$HOME ${backend} 1", FLOWLET__CONTEXT__SECRETS__A__B: "true" });
    expect([secretsOf(config).MY_KEY, secretsOf(config).other_Key, secretsOf(config).A__B, problems]).toEqual(["$HOME ${backend} 1", 3, "true", []]);
  });

  test("are in no print and no copy of the configuration", async () => {
    const { inspect } = await import("node:util");
    const { config } = load(`[context.secrets]\nKEY = "s3cret"`);
    const shown = [inspect(config, { depth: 9 }), JSON.stringify(config), inspect(config.context, { showHidden: false }), inspect(secretsOf(config)), JSON.stringify(secretsOf(config)), JSON.stringify(structuredClone(config))];
    expect(shown.join()).not.toContain("s3cret");
    expect(shown[3]).toBe("<Secrets: KEY>");
  });
});
