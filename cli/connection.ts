/** The server that the commands talk to: the configuration's. */
import { FlowletClient } from "../client/index.ts";

export function connect(): FlowletClient {
  return new FlowletClient();
}
