/** Configuration from environment variables: `FLOWLET__SECTION__KEY`. */
import { problemAt, type ConfigEntry, type ConfigLayer, type ConfigProblem } from "./config-problem.ts";
import { findKey } from "./find-key.ts";
import { literal } from "./value-kinds.ts";

export const ENVIRONMENT_PREFIX = "FLOWLET__";

/** Variables that say where files are; they are no keys. */
const PATHS = new Set(["FLOWLET__USER_CONFIG_PATH", "FLOWLET__BACKEND_CONFIG_PATH"]);
const SECRETS = /^CONTEXT__SECRETS__/i;

/** Reads the variables. Names are lower-cased, but for those of secrets; names of one's own become camelCase. */
export function environmentLayer(variables: Readonly<Record<string, string | undefined>>): ConfigLayer {
  const entries: ConfigEntry[] = [];
  const problems: ConfigProblem[] = [];
  for (const [variable, value] of Object.entries(variables)) {
    if (!variable.startsWith(ENVIRONMENT_PREFIX) || PATHS.has(variable) || value === undefined) continue;
    const where = `environment variable ${variable}`;
    const name = variable.slice(ENVIRONMENT_PREFIX.length);
    if (SECRETS.test(name) && name.length > "CONTEXT__SECRETS__".length) {
      entries.push({ path: ["context", "secrets", name.replace(SECRETS, "")], value, where });
      continue;
    }
    const found = findKey(name.split("__").map(ownName));
    if (!("key" in found)) problems.push(problemAt(where, `${found.problem} It is ignored.`, found.unknown));
    else entries.push({ path: found.path, value: found.key.kind.isFree ? literal(value) : value, where });
  }
  return { entries, problems };
}

/** `MY_KEY` is `myKey`; a name with small letters stays as it is. */
function ownName(name: string): string {
  return /[a-z]/.test(name) ? name : name.toLowerCase().replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
