/** What the server says of itself. */
import { flowletVersion } from "../../engine/embedding.ts";
import { schemaVersion } from "../database/migrate.ts";
import type { Core } from "./core.ts";
import { instantOf } from "./flow-run-row.ts";
import type { OrchestrationMethods } from "./orchestration.ts";

export function statusMethods(core: Core, authenticated: boolean): Pick<OrchestrationMethods, "getStatus"> {
  const version = flowletVersion();
  const startedAt = instantOf(core.now());
  return {
    getStatus: async () => ({ version, startedAt, database: core.database.kind, schemaVersion: await schemaVersion(core.database), authenticated, memory: process.memoryUsage.rss() }),
  };
}
