/** The client as Node programs have it: where the server is, and its token, come from the configuration. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { context } from "../engine/index.ts";
import { FlowletClient, type ClientOptions } from "./flowlet-client.ts";

/**
 * A {@link FlowletClient} with defaults of the configuration: `server.endpoint`, and `server.token` or else the token that a server on this computer has made
 * (`~/.flowlet/server/token`). The token goes to the configured server only: for another `endpoint` say the `token` too.
 */
export class ConfiguredClient extends FlowletClient {
  constructor(options: ClientOptions = {}) {
    super(configuredServer(options));
  }
}

/** Where the server is, and its token, for who asks it in another way than with this client. */
export function configuredServer({ endpoint, token }: ClientOptions): ClientOptions & { readonly endpoint: string } {
  const { homeDir, server } = context.config;
  const isConfigured = endpoint === undefined || isSame(endpoint, server.endpoint);
  return { endpoint: endpoint ?? server.endpoint, token: token ?? (isConfigured ? server.token ?? storedToken(homeDir) : undefined) };
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
