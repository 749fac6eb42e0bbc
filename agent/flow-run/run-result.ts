/** Where the tasks of a flow run write their results, if neither they nor their flow say where: what a restart of the run goes on from. */
import { randomUUID } from "node:crypto";
import { LocalResult } from "../../engine/index.ts";

/**
 * `~/.flowlet/results/<flow run id>/<slug>[-<index>]-….flowlet_result`. Each value gets a file of its own: a process that still runs though another one has taken
 * its place overwrites nothing.
 *
 * Differs: in Prefect a value that can not be written fails its task; here the log says so, and the task was not asked to make one that can.
 */
export class RunResult<T = unknown> extends LocalResult<T> {
  /** @param flowRunId the run's */
  constructor(flowRunId: string) {
    super({ location: ({ taskSlug, mapIndex }) => `${flowRunId}/${fileName(String(taskSlug))}${typeof mapIndex === "number" ? `-${mapIndex}` : ""}-${randomUUID()}.flowlet_result` });
  }

  override get isBestEffort(): boolean { return true; }
}

/** Slugs may hold what no file name can. */
const fileName = (slug: string): string => slug.replaceAll(/[^\p{L}\p{N}._-]+/gu, "_").replace(/^\.+/, "_").slice(0, 100);
