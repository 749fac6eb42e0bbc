/** Values that look like secrets do not leave the server, but for the process of the run that needs them. */
import { OrchestrationError } from "../../orchestration/orchestration-error.ts";

/** What stands for a hidden value. */
export const HIDDEN = "••••••••";

/** Names of variables that hold secrets by custom. */
const SECRET_NAME = /(^|_|-)(TOKEN|SECRETS?|PASSWORD|PASSWD|PASSPHRASE|PWD|CREDENTIALS?|AUTH|COOKIE|DSN|(API|ACCESS|PRIVATE|SIGNING|ENCRYPTION|ACCOUNT)_?KEY|KEY)($|_|-)|(password|passwd|secret|token|apikey)$|_(URL|URI)_WITH_/i;

/** Whether a variable's value is a secret, by the variable's name, or by a password in a URL. */
export function isSecretVariable(name: string, value: string): boolean {
  return SECRET_NAME.test(name) || /^[a-z][\w+.-]*:\/\/[^/@\s]*:[^/@\s]+@/i.test(value);
}

type Fields = Record<string, unknown>;

/** An answer without such values: `env` of a `runConfig`, and `context.secrets`. Gives the same object where there is nothing to hide. */
export function hideValues(answer: unknown): unknown {
  if (typeof answer !== "object" || answer === null) return answer;
  if (Array.isArray(answer)) return eachChanged(answer);
  let changed: Fields | null = null;
  for (const [name, value] of Object.entries(answer)) {
    const hidden = name === "runConfig" ? withoutVariables(value) : name === "context" ? withoutSecrets(value) : HOLDERS.has(name) ? hideValues(value) : value;
    if (hidden !== value) (changed ??= { ...answer as Fields })[name] = hidden;
  }
  return changed ?? answer;
}

/** Fields whose values may hold a run configuration or a context; the others, e.g. a flow's picture, are not looked through. */
const HOLDERS = new Set(["items", "flow", "flowRun", "inProgress", "failed", "upcoming", "late"]);

function eachChanged(list: readonly unknown[]): unknown {
  const hidden = list.map(hideValues);
  return hidden.some((value, index) => value !== list[index]) ? hidden : list;
}

function withoutVariables(runConfig: unknown): unknown {
  const { env } = (runConfig ?? {}) as { env?: Record<string, string> };
  if (env === undefined || !Object.entries(env).some(([name, value]) => isSecretVariable(name, value))) return runConfig;
  return { ...runConfig as Fields, env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, isSecretVariable(name, value) ? HIDDEN : value])) };
}

function withoutSecrets(context: unknown): unknown {
  const { secrets } = (context ?? {}) as { secrets?: unknown };
  if (typeof secrets !== "object" || secrets === null || Object.keys(secrets).length === 0) return context;
  return { ...context as Fields, secrets: Object.fromEntries(Object.keys(secrets).map((name) => [name, HIDDEN])) };
}

/** What was answered hidden must not be stored as the value. @throws OrchestrationError UNPROCESSABLE */
export function refuseHidden(input: unknown): void {
  const { runConfig, context } = input as { runConfig?: { env?: Record<string, string> } | null; context?: { secrets?: unknown } };
  for (const [where, values] of [["runConfig.env", runConfig?.env], ["context.secrets", context?.secrets]] as const) {
    const name = typeof values === "object" && values !== null ? Object.entries(values).find(([, value]) => value === HIDDEN)?.[0] : undefined;
    if (name !== undefined) throw new OrchestrationError("UNPROCESSABLE", `${where}.${name} is hidden in answers, and ${HIDDEN} is not its value: send the value itself, or leave runConfig out to keep it.`);
  }
}
