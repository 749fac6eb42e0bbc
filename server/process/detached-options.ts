/** How a server is told what to do by who starts it as a process of its own: in the environment, because others can read the command line, and a database's address may hold a password. */
import type { StartServerOptions } from "./start-server.ts";

export type DetachedOptions = Omit<StartServerOptions, "log">;

const VARIABLE = "FLOWLET_SERVER_OPTIONS";

/** The variable, for the process's environment. */
export function optionsVariable(options: DetachedOptions): Record<string, string> {
  return { [VARIABLE]: JSON.stringify(options) };
}

/** The options of this process; they are not left where its own children would see them. */
export function takeOptions(): DetachedOptions {
  const text = process.env[VARIABLE];
  delete process.env[VARIABLE];
  return text === undefined ? {} : JSON.parse(text) as DetachedOptions;
}

/** What the process tells who has started it, once. */
export type StartMessage = { readonly kind: "started"; readonly endpoint: string; readonly port: number; readonly token: string | null } | { readonly kind: "failed"; readonly message: string; readonly code: string | null };
