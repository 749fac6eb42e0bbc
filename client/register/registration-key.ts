/** What makes two registrations the same. */
import { hash } from "node:crypto";
import type { RunConfig } from "../api-types.ts";
import type { FlowDescription } from "./flow-description.ts";

/** All that counts; where the code is does not, nor what the flow is said to be for. */
export interface RegistrationContent {
  /** Digest of the bundle: equal for equal code in another folder. */
  readonly code: string;
  readonly flow: Pick<FlowDescription, "structure" | "schedule" | "parameters">;
  readonly labels: readonly string[];
  readonly runConfig: RunConfig | null;
  readonly packages: Readonly<Record<string, string>>;
}

/** SHA-256 (hex): registered under the same key a flow gets no new version. */
export function registrationKey({ code, flow: { structure, schedule, parameters }, labels, runConfig, packages }: RegistrationContent): string {
  const env = runConfig === null ? null : Object.entries(runConfig.env).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash("sha256", JSON.stringify([code, structure, schedule, parameters, [...labels].sort(), env, runConfig?.workingDir ?? null, Object.entries(packages)]), "hex");
}
