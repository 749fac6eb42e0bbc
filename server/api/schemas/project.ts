/** A project: flows that belong together (prefect's project). */
import { z } from "zod";
import { id, instant, name } from "./values.ts";

export const project = z.object({
  id, name, description: z.string().nullable(), createdAt: instant,
  /** Flow groups that have a version that is not archived (count). */
  flowCount: z.int(),
}).meta({ id: "Project" });

export type Project = z.output<typeof project>;
