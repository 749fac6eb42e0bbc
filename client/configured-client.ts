/** The client as Node programs have it: where the server is, and its token, come from the configuration. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { context } from "../engine/index.ts";
import { DEFAULT_ENDPOINT, FlowletClient, type ClientOptions } from "./flowlet-client.ts";

/**
 * A {@link FlowletClient} with defaults of the configuration: `server.endpoint`, and `server.token` or else the token that a server on this computer has made
 * (`~/.flowlet/server/token`). Where nothing is configured and a server of this user runs at another port, it is that one. The token goes to this server only: for another
 * `endpoint` say the `token` too.
 */
export class ConfiguredClient extends FlowletClient {
  constructor(options: ClientOptions = {}) {
    super(configuredServer(options));
  }
}

/** Where the server is, and its token, for who asks it in another way than with this client. */
export function configuredServer({ endpoint, token }: ClientOptions): ClientOptions & { readonly endpoint: string } {
  const { homeDir, server } = context.config;
  const usual = isSame(server.endpoint, DEFAULT_ENDPOINT) ? startedEndpoint(homeDir) ?? server.endpoint : server.endpoint;
  const isUsual = endpoint === undefined || isSame(endpoint, usual) || isSame(endpoint, server.endpoint);
  return { endpoint: endpoint ?? usual, token: token ?? (isUsual ? server.token ?? storedToken(homeDir) : undefined) };
}

/** What a server of this user says of itself while it runs (server/process/server-files.ts). */
function startedEndpoint(homeDir: string): string | undefined {
  try {
    const { endpoint } = JSON.parse(readFileSync(join(homeDir, "server", "server.json"), "utf8")) as { readonly endpoint?: unknown };
    return typeof endpoint === "string" && URL.canParse(endpoint) ? endpoint : undefined;
  } catch {
    return undefined;
  }
}

function storedToken(homeDir: string): string | undefined {
  try {
    const token = readFileSync(join(homeDir, "server", "token"), "utf8").trim();
    return token === "" ? undefined : token;
  } catch {
    return undefined;
  }
}

const isSame = (one: string, other: string): boolean => one.replace(/\/+$/, "") === other.replace(/\/+$/, "");
