/** A flow as the server knows it: what its pages show, and what its runs are made of. Plain data. */
import { isDeepStrictEqual } from "node:util";
import { flowSnapshot } from "../../engine/embedding.ts";
import { DateTimeParameter, type BackendFlow, type SerializedRunConfig } from "../../engine/index.ts";
import { packFlow } from "../../protocol/flow-snapshot.ts";
import type { FlowParameter, FlowRegistration, FlowTask, RunConfig } from "../api-types.ts";

/** What of a registration comes from the flow itself. */
export interface FlowDescription {
  readonly name: string;
  readonly parameters: FlowParameter[];
  readonly tasks: FlowTask[];
  readonly graph: FlowRegistration["graph"];
  readonly schedule: NonNullable<FlowRegistration["schedule"]> | null;
  /** Of the flow and its run config; sorted. */
  readonly labels: readonly string[];
  readonly runConfig: RunConfig | null;
  /** SHA-256 (hex) of the structure. */
  readonly structure: string;
}

/**
 * @param types of parameters by name, where the code tells them
 * @throws FlowletError UNSERIALIZABLE_SCHEDULE, CYCLE, and those of `flow.validate()`
 */
export function describeFlow(flow: BackendFlow, types: Readonly<Record<string, string>> = {}): FlowDescription {
  flow.validate();
  const serialized = flow.serialize();
  const { schedule, runConfig, labels = [] } = flow.options;
  const config = runConfig?.serialize() ?? null;
  const mapped = new Set(serialized.edges.filter((edge) => edge.mapped).map((edge) => edge.downstreamTask.slug));
  const snapshot = packFlow(flowSnapshot(flow, { flowId: serialized.name }));
  return {
    name: flow.name,
    parameters: [...flow.parameters()].map((parameter): FlowParameter => {
      const { name, required } = parameter;
      const fallback = required || parameter.default === undefined ? null : jsonDefault(parameter.default);
      const type = Object.hasOwn(types, name) ? types[name]! : parameter instanceof DateTimeParameter ? "Date" : typeOf(fallback);
      return { name, slug: flow.node(parameter).slug, required, default: fallback, type } as FlowParameter;
    }).sort((a, b) => (a.slug < b.slug ? -1 : 1)),
    tasks: serialized.tasks.map(({ slug, name, type, tags, maxRetries, retryDelay, timeout, trigger }) => ({
      slug: slug!, name, type, tags: [...tags], mapped: mapped.has(slug!), maxRetries, retryDelay, timeout, trigger,
    })),
    graph: JSON.parse(JSON.stringify(snapshot)) as FlowRegistration["graph"],
    schedule: schedule === undefined ? null : (schedule.toJson() as unknown as FlowDescription["schedule"]),
    labels: [...new Set([...labels, ...(config?.labels ?? [])])].sort(),
    runConfig: config === null ? null : runConfigData(config),
    structure: flow.serializedHash(),
  };
}

/** As the API has it: labels stand beside it. */
export function runConfigData({ env, workingDir }: SerializedRunConfig): RunConfig {
  return { env: { ...env }, workingDir };
}

/** Null for what JSON can not hold: pages do not show it, and runs have it from the code. */
function jsonDefault(value: unknown): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  try {
    const text = JSON.stringify(value);
    const read = text === undefined ? null : (JSON.parse(text) as unknown);
    return isDeepStrictEqual(read, value) ? read : null;
  } catch {
    return null;
  }
}

/** Of a parameter whose default says it. */
function typeOf(value: unknown): string | null {
  if (value === null) return null;
  if (typeof value !== "object") return typeof value;
  if (!Array.isArray(value)) return null;
  const kinds = new Set(value.map((element) => typeof element));
  const [kind] = kinds;
  return kinds.size === 1 && kind !== "object" ? `${kind}[]` : null;
}
