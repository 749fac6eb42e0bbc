/** The configuration where nobody has set anything. */
import { devNull } from "node:os";
import { loadConfig, type Config } from "../engine/index.ts";

export function loadedDefaults(): Config {
  return loadConfig({ variables: {}, userConfigPath: devNull, backendConfigPath: devNull }).config;
}
