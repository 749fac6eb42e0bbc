/** A flow's structure as plain data, and its hash (prefect.serialization.flow). Code and values of inputs are no part of it. */
import { hash } from "node:crypto";
import { createRequire } from "node:module";
import { inspect, isDeepStrictEqual } from "node:util";
import { describeValue } from "../errors.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";
import type { SerializedRunConfig, UniversalRun } from "../run-config.ts";
import type { SerializedTask } from "../task/describe-task.ts";
import type { SerializedParameter } from "../task/parameter.ts";
import type { FlowModule } from "./flow-module.ts";

/** A task, told by its slug. */
export interface SlugReference {
  readonly slug: string;
}

/** A dependency as data. */
export interface SerializedEdge {
  readonly upstreamTask: SlugReference;
  readonly downstreamTask: SlugReference;
  readonly key: string | null;
  readonly mapped: boolean;
  readonly flattened: boolean;
}

/** A flow as data. Lists are in the order of slugs, whatever the order of construction. */
export interface SerializedFlow {
  readonly name: string;
  /** Name of the class. */
  readonly type: string;
  /** What the schedule says of itself; null where there is none. */
  readonly schedule: unknown;
  readonly parameters: readonly Pick<SerializedParameter, "name" | "slug" | "default" | "required" | "tags" | "outputs">[];
  /** All tasks, parameters too; slugs are those in the flow. */
  readonly tasks: readonly SerializedTask[];
  readonly edges: readonly SerializedEdge[];
  readonly referenceTasks: readonly SlugReference[];
  /** How runs of the registered flow are started; null where nothing is said. */
  readonly runConfig: SerializedRunConfig | null;
  /** Where the code can be found again; null unless it was asked for. */
  readonly storage: FlowModule | null;
  /** Flowlet's. */
  readonly version: string;
}

/** Linear in the flow's size, but for the sorting. */
export function serializeFlow(flow: FlowGraph, { schedule, runConfig, storage }: { readonly schedule: unknown; readonly runConfig?: UniversalRun; readonly storage: FlowModule | null }): SerializedFlow {
  const nodes = [...flow.tasks].map((task) => flow.node(task)).sort((a, b) => compare(a.slug, b.slug));
  const reference = (task: Parameters<FlowGraph["node"]>[0]): SlugReference => ({ slug: flow.node(task).slug });
  const tasks = nodes.map(({ task, slug }) => ({ ...task.serialize(), slug }));
  const edges = nodes.flatMap(({ upstream }) => upstream.map(({ upstreamTask, downstreamTask, key, mapped, flattened }): SerializedEdge => ({
    upstreamTask: reference(upstreamTask), downstreamTask: reference(downstreamTask), key, mapped, flattened,
  })));
  const edgeOrder = (edge: SerializedEdge) => [edge.upstreamTask.slug, edge.downstreamTask.slug, edge.key ?? ""] as const;
  edges.sort((a, b) => {
    const [one, other] = [edgeOrder(a), edgeOrder(b)];
    return compare(one[0], other[0]) || compare(one[1], other[1]) || compare(one[2], other[2]);
  });
  const parameters = [...flow.parameters()].map((parameter) => {
    const { name, default: value, required, tags, outputs } = parameter.serialize();
    return { name, slug: flow.node(parameter).slug, default: jsonValue(value), required, tags, outputs };
  });
  return {
    name: flow.name, type: flow.constructor.name,
    schedule: jsonValue((schedule as { toJson?(): unknown } | undefined)?.toJson?.() ?? null),
    parameters: parameters.sort((a, b) => compare(a.slug, b.slug)),
    tasks: tasks.map((task) => ("default" in task ? { ...task, default: jsonValue(task.default) } : task)), edges,
    referenceTasks: [...flow.referenceTasks()].map(reference).sort((a, b) => compare(a.slug, b.slug)),
    runConfig: runConfig?.serialize() ?? null, storage, version: flowletVersion(),
  };
}

/** SHA-256 (hex) of the structure; neither Flowlet's version nor where the code is count. */
export function structureHash({ version: _, storage: __, ...structure }: SerializedFlow): string {
  return hash("sha256", canonicalJson(structure), "hex");
}

/** JSON whose objects have their keys in order: equal texts for equal values. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => compare(a, b))) : inner);
}

/** By code units: the same everywhere, whatever the language of the machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The value where JSON can hold it, else a text that tells it. */
function jsonValue(value: unknown): unknown {
  try {
    if (value instanceof Date) return value.toISOString();
    const text = JSON.stringify(value);
    if (text !== undefined && isDeepStrictEqual(JSON.parse(text), value)) return value;
    return inspect(value, { depth: 6, sorted: true, breakLength: Infinity, maxStringLength: 10_000 });
  } catch {
    return describeValue(value);
  }
}

let version: string | undefined;

/** Flowlet's version. */
export function flowletVersion(): string {
  return (version ??= (createRequire(import.meta.url)("flowlet/package.json") as { readonly version: string }).version);
}
