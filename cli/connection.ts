/** The server that the commands talk to: the configuration's. */
import type { FlowletClient } from "../client/index.ts";

/** What a command needs is loaded when it runs: `flowlet --help` needs none of it. */
export async function connect(): Promise<FlowletClient> {
  const { FlowletClient: Client } = await import("../client/index.ts");
  return new Client();
}
