/** Questions about the graph of a flow. */
import type { Edge, Flow, Task } from "../../engine/index.ts";
import { Constant } from "../../engine/index.ts";
import { compare, compareSets, compareThrown, recordedValue, type Difference } from "./comparison.ts";
import type { Query } from "./scenario.ts";
import type { Session } from "./session.ts";

const edgeLabel = (session: Session, flow: Flow, { upstreamTask, downstreamTask, key, mapped, flattened }: Edge) => ({
  from: session.label(upstreamTask as Task, flow), to: session.label(downstreamTask as Task, flow),
  ...(key === null ? {} : { key }), ...(mapped ? { mapped } : {}), ...(flattened ? { flattened } : {}),
});

/** The answer as it is recorded, and whether it is a set. */
function answer(session: Session, flow: Flow, query: Query): { readonly set?: readonly unknown[]; readonly value?: unknown } {
  const labels = (tasks: Iterable<Task>) => ({ set: [...tasks].map((task) => session.label(task, flow)) });
  const edges = (found: Iterable<Edge>) => ({ set: [...found].map((edge) => edgeLabel(session, flow, edge)) });
  const of = () => session.task(query.of);
  switch (query.query) {
    case "tasks": return labels(flow.tasks);
    case "roots": return labels(flow.rootTasks());
    case "terminals": return labels(flow.terminalTasks());
    case "referenceTasks": return labels(flow.referenceTasks());
    case "parameters": return { set: [...flow.parameters()].map((parameter) => parameter.name) };
    case "upstream": return labels(flow.upstreamTasks(of()));
    case "downstream": return labels(flow.downstreamTasks(of()));
    case "edges": return edges(flow.edges);
    case "edgesTo": return edges(flow.edgesTo(of()));
    case "edgesFrom": return edges(flow.edgesFrom(of()));
    case "constants": return { value: recordedValue(flow.constants.get(of()) ?? {}) };
    case "slugs": return { value: Object.fromEntries([...flow.slugs].filter(([task]) => !(task instanceof Constant)).map(([task, slug]) => [session.label(task, flow), slug])) };
    case "getTasks": return labels(flow.getTasks({ name: query.name ?? undefined, slug: query.slug ?? undefined, tags: query.tags ?? undefined }));
    case "equals": return { value: flow.equals(session.flowOf(query.other)) };
    case "validate":
      flow.validate();
      return { value: true };
    default: throw new Error(`Unknown query: ${query.query}.`);
  }
}

function askOrder(session: Session, flow: Flow, { roots, expect }: Query, where: string, differences: Difference[]): void {
  const order = flow.sortedTasks((roots as readonly string[] | undefined)?.map((id) => session.task(id))).map((task) => session.label(task, flow));
  compareSets(`${where} members`, expect.members ?? [], order, differences);
  for (const [first, then] of (expect.before ?? []) as readonly (readonly [string, string])[]) {
    if (order.indexOf(first) > order.indexOf(then)) differences.push({ where, expected: `${first} before ${then}`, got: order });
  }
}

/** Asks a question and compares its answer. */
export function ask(session: Session, query: Query, where: string, differences: Difference[]): void {
  const { expect } = query;
  const throws = typeof expect === "object" && expect !== null && "throws" in expect ? expect.throws : undefined;
  let got: ReturnType<typeof answer> | null = null;
  try {
    const flow = session.flowOf(query.flow);
    if (query.query === "sorted") {
      if (throws === undefined) return askOrder(session, flow, query, where, differences);
      flow.sortedTasks((query.roots as readonly string[] | undefined)?.map((id) => session.task(id)));
    } else got = answer(session, flow, query);
  } catch (error) {
    return compareThrown(where, throws, { error }, differences);
  }
  if (throws !== undefined) compareThrown(where, throws, null, differences);
  else if (got?.set !== undefined) compareSets(where, expect, got.set, differences);
  else compare(where, expect, got?.value, differences);
}
