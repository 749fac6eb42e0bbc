/** p-graph: functions in a graph, without states, retries, inputs or results. */
import { createRequire } from "node:module";
import path from "node:path";
import { NPM_PEERS } from "../peers.ts";
import { measure } from "./measurement.ts";

const { PGraph } = createRequire(path.join(NPM_PEERS, "package.json"))("p-graph") as {
  PGraph: new (nodes: Map<string, { run: () => Promise<void> }>, dependencies: [string, string][]) => { run(options: { concurrency: number }): Promise<void> };
};

await measure((shape, tasks) => {
  const nodes = new Map<string, { run: () => Promise<void> }>();
  const dependencies: [string, string][] = [];
  for (let index = 0; index < tasks; index++) {
    nodes.set(String(index), { run: async () => {} });
    if (index > 0) dependencies.push([shape === "chain" ? String(index - 1) : "0", String(index)]);
  }
  const graph = new PGraph(nodes, dependencies);
  return () => graph.run({ concurrency: 16 });
});
