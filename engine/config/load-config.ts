/**
 * Reads the configuration (prefect.configuration). Later sources win: defaults, `~/.flowlet/config.toml`,
 * `~/.flowlet/backend.toml`, environment variables `FLOWLET__SECTION__KEY`.
 */
import { homedir } from "node:os";
import { FlowletError } from "../errors.ts";
import type { Config, ConfigOverrides } from "./config-keys.ts";
import { flattenSections, isSection, problemAt, wrongValue, type ConfigEntry, type ConfigProblem } from "./config-problem.ts";
import { environmentLayer } from "./environment-layer.ts";
import { findKey } from "./find-key.ts";
import { checkTogether, isSecret, pathId, resolveValues, type ConfigValue, type ConfigValues } from "./resolve-values.ts";
import { tomlLayer } from "./toml-layer.ts";

/** Where the configuration is read from; all optional. */
export interface LoadConfigOptions {
  /** Default: those of the process. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** The home folder. Default: the user's. */
  readonly home?: string;
  /** Default: `FLOWLET__USER_CONFIG_PATH`, else `~/.flowlet/config.toml`. */
  readonly userConfigPath?: string;
  /** Default: `FLOWLET__BACKEND_CONFIG_PATH`, else `~/.flowlet/backend.toml`. */
  readonly backendConfigPath?: string;
}

/** A configuration, and what was wrong with its sources: each such piece was ignored. */
export interface LoadedConfig {
  readonly config: Config;
  readonly problems: readonly ConfigProblem[];
}

/** Reads the configuration anew; never throws because of what is in its sources. */
export function loadConfig(options: LoadConfigOptions = {}): LoadedConfig {
  const { variables = process.env, home = homedir() } = options;
  const expand = (path: string) => path.replace(/^~(?=$|[/\\])/, () => home).replaceAll(/\$(\w+)/g, (place, name: string) => variables[name] ?? place);
  const file = (given: string | undefined, usual: string) => tomlLayer(expand(given ?? usual), given !== undefined);
  const layers = [
    file(options.userConfigPath ?? variables.FLOWLET__USER_CONFIG_PATH, "~/.flowlet/config.toml"),
    file(options.backendConfigPath ?? variables.FLOWLET__BACKEND_CONFIG_PATH, "~/.flowlet/backend.toml"),
    environmentLayer(variables),
  ];
  const { values, problems } = resolveValues(layers.flatMap((layer) => layer.entries), { variables, home });
  return { config: build(values), problems: [...layers.flatMap((layer) => layer.problems), ...problems] };
}

/** The values that a configuration was built from. */
const valuesOf = new WeakMap<Config, ConfigValues>();

/**
 * A configuration with other values for some keys.
 * @throws FlowletError BAD_CONFIG for an unknown key or a value of another kind
 */
export function mergeConfig(base: Config, overrides: ConfigOverrides | Config): Config {
  if (valuesOf.has(overrides as Config)) return overrides as Config;
  const refuse = (problem: ConfigProblem): never => { throw new FlowletError("BAD_CONFIG", { why: problem.text }); };
  const where = "config in the context";
  if (!isSection(overrides)) refuse(problemAt(where, "it must be an object of sections."));
  const values = new Map<string, ConfigValue>(valuesOf.get(base));
  for (const [written, value] of flattenSections(overrides as Record<string, unknown>)) {
    if (value === undefined) continue;
    const found = findKey(written);
    if (!("key" in found)) {
      refuse(problemAt(where, found.problem));
      continue;
    }
    const { path, key: { kind } } = found;
    const entry: ConfigEntry = { path, value, where };
    const read = kind.isFree ? value : kind.read(value);
    if (read === undefined) refuse(kind.isHidden ? problemAt(where, `${pathId(path)} must be ${kind.expected}.`) : wrongValue(entry, kind.expected));
    values.set(pathId(path), { path, value: read });
  }
  const [problem] = checkTogether(values, () => where);
  if (problem !== undefined) refuse(problem);
  return build(values);
}

/** A configuration as plain data, secrets included: for a thread. */
export type ConfigData = readonly (readonly [path: readonly string[], value: unknown])[];

/** The data of a configuration; {@link configFromData} makes it again. */
export function configToData(config: Config): ConfigData {
  return [...(valuesOf.get(config) ?? new Map<string, ConfigValue>()).values()].map(({ path, value }) => [path, value]);
}

/** The configuration that the data are of. */
export function configFromData(data: ConfigData): Config {
  return build(new Map(data.map(([path, value]) => [pathId(path), { path, value }])));
}

/** Nested, frozen. Secrets are there for who asks by name; they are in no print and no copy. */
function build(values: ConfigValues): Config {
  const config: Record<string, unknown> = { context: {}, user: {} };
  const secrets = {};
  const made: object[] = [config, config.context as object, config.user as object, secrets];
  for (const { path, value } of values.values()) {
    if (isSecret(path)) {
      Object.defineProperty(secrets, path.slice(2).join("."), { value });
      continue;
    }
    let at = config;
    for (const name of path.slice(0, -1)) {
      if (!isSection(Object.hasOwn(at, name) ? at[name] : undefined)) {
        const section = {};
        made.push(section);
        put(at, name, section);
      }
      at = at[name] as Record<string, unknown>;
    }
    put(at, path.at(-1) as string, value, !isHidden(path));
  }
  Object.defineProperty(secrets, INSPECT, { value: () => `<Secrets: ${Object.getOwnPropertyNames(secrets).join(", ")}>` });
  Object.defineProperty(config.context as object, "secrets", { value: secrets });
  for (const section of made) Object.freeze(section);
  valuesOf.set(config as unknown as Config, values);
  return config as unknown as Config;
}

function isHidden(path: readonly string[]): boolean {
  const found = findKey(path);
  return "key" in found && found.key.kind.isHidden === true;
}

const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** Assigning would fail for a name like `__proto__`. */
function put(section: object, name: string, value: unknown, enumerable = true): void {
  Object.defineProperty(section, name, { value, enumerable, configurable: true, writable: true });
}
