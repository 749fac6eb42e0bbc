/** Objects of the engine that task functions use, and what their use means for a kept result. */
import { config } from "../config/config.ts";
import { context } from "../context.ts";
import { Secret } from "../secrets/secret.ts";
import type { FreeName } from "./function-text.ts";

/** What of the context may be used without a run differing from the last one for it. */
const STEADY_CONTEXT = new Set(["logger", "signal", "taskName", "taskFullName", "taskSlug", "taskTags", "flowName", "mapIndex"]);

/** For the content reader: the context counts by what is read from it. */
export function knownValue(value: object, use: FreeName | null): { readonly id: string; readonly unknown?: string } | undefined {
  if (value === Secret) return { id: "Secret", unknown: "it reads a secret" };
  if (value === config) return { id: "config", unknown: "it reads the configuration" };
  if (value !== context) return undefined;
  if (use === null || use.whole) return { id: "context", unknown: "it hands on the run context" };
  const unsteady = [...use.members].filter((member) => !STEADY_CONTEXT.has(member));
  return unsteady.length === 0 ? { id: "context" } : { id: "context", unknown: `it reads context.${unsteady[0]}` };
}
