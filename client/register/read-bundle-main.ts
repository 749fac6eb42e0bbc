/** The process of `readBundle`: a bundle comes on stdin, what it makes goes out on file descriptor 3. */
import { writeSync } from "node:fs";
import { text } from "node:stream/consumers";
import { withHost, type Host } from "../../engine/embedding.ts";
import type { Flow } from "../../engine/index.ts";
import { describeFlow } from "./flow-description.ts";
import { describe, loadBundle } from "./load-bundle.ts";
import type { ReadBundle, ReadFlow } from "./read-bundle.ts";

const ANSWER = 3;
const { code, sourceMap, parameterTypes } = JSON.parse(await text(process.stdin)) as { code: string; sourceMap: string | null; parameterTypes: Record<string, string> };
const made: Flow[] = [];
let answered = false;

function answer(flows: readonly Flow[], error: unknown): void {
  if (answered) return;
  answered = true;
  const read: ReadBundle = { flows: flows.map(descriptionOf), error: error === undefined ? null : describe(error) };
  let rest = Buffer.from(JSON.stringify(read));
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(ANSWER, rest));
    } catch (problem) {
      if ((problem as { code?: string }).code !== "EAGAIN") throw problem;
    }
  }
}

function descriptionOf(flow: Flow): ReadFlow {
  try {
    return describeFlow(flow, parameterTypes);
  } catch (error) {
    return { name: flow.name, error: describe(error) };
  }
}

// A script may end the process when its run is over, and here its run is over at once.
process.on("exit", (exitCode) => {
  if (exitCode === 0 || made.length > 0) answer(made, undefined);
});
process.on("uncaughtException", (error) => {
  answer(made, error);
  process.exit(1);
});
const host = { onFlowCreated: (flow: Flow) => void made.push(flow) } as Host;
const { flows, error } = await withHost(host, () => loadBundle({ code, sourceMap }));
answer(flows, error);
process.exit(0);
