/** p-graph: functions in a graph, without states, retries, inputs or results. */
import { createRequire } from "node:module";
import path from "node:path";
import { NPM_PEERS } from "../../peers.ts";
import { measureCases, type Measure } from "./measurement.ts";

interface Graph { run(options: { concurrency: number }): Promise<void> }

const { PGraph } = createRequire(path.join(NPM_PEERS, "package.json"))("p-graph") as {
  PGraph: new (nodes: Map<string, { run: () => Promise<void> }>, dependencies: [string, string][]) => Graph;
};

const build = (shape: "chain" | "fan", tasks: number): Graph => {
  const nodes = new Map<string, { run: () => Promise<void> }>();
  const dependencies: [string, string][] = [];
  for (let index = 0; index < tasks; index++) {
    nodes.set(String(index), { run: async () => {} });
    if (index > 0) dependencies.push([shape === "chain" ? String(index - 1) : "0", String(index)]);
  }
  return new PGraph(nodes, dependencies);
};

const run = (shape: "chain" | "fan") => async (tasks: number, measure: Measure) => {
  const graph = await measure("build", () => build(shape, tasks));
  await measure("run", () => graph.run({ concurrency: 16 }));
};

await measureCases({ chain: run("chain"), fan: run("fan"), build: async (tasks, measure) => { await measure("build", () => build("chain", tasks)); } });
