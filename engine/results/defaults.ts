/** What the configuration says about results: where they are by default, and whether runs write them. */
import { homedir } from "node:os";
import { join } from "node:path";

/** Folder of all that Flowlet keeps for a user: `FLOWLET__HOME_DIR`, else `~/.flowlet`. */
export function homeDir(): string {
  const given = process.env.FLOWLET__HOME_DIR;
  return given === undefined || given === "" ? join(homedir(), ".flowlet") : given;
}

/** Do runs that are not told write results? `FLOWLET__FLOWS__CHECKPOINTING=true`; default false (prefect.config.flows.checkpointing). */
export function checkpointingByDefault(): boolean {
  return process.env.FLOWLET__FLOWS__CHECKPOINTING?.toLowerCase() === "true";
}
