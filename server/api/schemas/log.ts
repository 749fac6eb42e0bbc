/** A log record of a run. */
import { z } from "zod";
import { id, instant } from "./values.ts";

export const logLevel = z.enum(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]).meta({ id: "LogLevel" });

export const logEntry = z.object({
  /** Grows within the run; an entry that was written later has a higher one. */
  id: z.int(),
  flowRunId: id, taskRunId: id.nullable(),
  /** Name of the task's run; null for the flow's own records. */
  taskRunName: z.string().nullable(),
  at: instant, level: logLevel, logger: z.string(), message: z.string(),
}).meta({ id: "LogEntry" });

export type LogEntry = z.output<typeof logEntry>;
