/** The flows that are run, as the code that is stored of a registered flow. */

export type Shape = "chain" | "fan";

/** Tasks that add two numbers: each takes the result of the one before, or all take that of the first. */
export function manyTasks(shape: Shape, tasks: number): string {
  return `import { Flow, task } from "flowlet";
const step = task(function step(value, number = 1) { return value + number; });
export const flow = new Flow("${shape} of ${tasks}", () => {
  const first = step(0);
  let upstream = first;
  for (let index = 1; index < ${tasks}; index++) upstream = ${shape === "chain" ? "step(upstream)" : "step(first, index)"};
});
`;
}

/** One task that goes on long enough to be seen. */
export const ONE_TASK = `import { Flow, task } from "flowlet";
const wait = task(async function wait() { await new Promise((resolve) => setTimeout(resolve, 300)); });
export const flow = new Flow("one task", () => { wait(); });
`;
