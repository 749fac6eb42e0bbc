/** How a flow's runs are started (prefect's LocalRun). */
import { z } from "zod";

export const runConfig = z.object({
  /** Environment variables of the run's process; they win over the agent's. */
  env: z.record(z.string().min(1), z.string()).default({}),
  /** Folder that the run's process works in. Absent: the agent's. */
  workingDir: z.string().nullable().default(null),
}).meta({ id: "RunConfig" });

export type RunConfig = z.output<typeof runConfig>;
