/** The configuration in force: that of the process, or what the running code's context has instead. */
import { isMainThread } from "node:worker_threads";
import { currentContext } from "../context-store.ts";
import { CONFIG_KEYS, type Config } from "./config-keys.ts";
import { loadConfig } from "./load-config.ts";

let loaded: Config | null = null;

/** Read when it is first asked for; what is wrong with it is told once, on stderr. */
function processConfig(): Config {
  if (loaded !== null) return loaded;
  const { config, problems } = loadConfig();
  loaded = config;
  if (isMainThread) for (const { text } of problems) process.stderr.write(`flowlet: ${text}\n`);
  return config;
}

/** What holds for the running code. For the engine; users read `context.config`. */
export function currentConfig(): Config {
  return (currentContext()?.config as Config | undefined) ?? processConfig();
}

/**
 * The configuration of this process (prefect.config): `config.tasks.defaults.maxRetries`. Read once, when it is first used;
 * frozen. {@link loadConfig} reads it anew; `context.with({ config: { … } }, body)` has other values inside a block.
 */
export const config: Config = Object.freeze(Object.defineProperties({}, {
  ...Object.fromEntries(Object.keys(CONFIG_KEYS).map((name) => [name, { enumerable: true, get: () => processConfig()[name as keyof Config] }])),
  [Symbol.for("nodejs.util.inspect.custom")]: { value: () => processConfig() },
})) as Config;
