/** Flowlet's graph of tasks: its order, what can be asked of it, its copies. Each task takes the results of two others. */
import { Flow, Task, task } from "../../../lib/engine/index.js";
import { measureCases } from "./measurement.ts";

const step = task(function step(value: number, other: number = 1): number { return value + other; });

await measureCases({
  graph: async (tasks, measure) => {
    const made: Task[] = [];
    const flow = new Flow(`graph of ${tasks}`, () => {
      made.push(step(0) as Task);
      for (let index = 1; index < tasks; index++) made.push(step(made[index - 1] as never, made[index >> 1] as never) as Task);
    });
    const ask = (name: string, question: () => unknown) => measure(name, () => { question(); });
    await ask("sortedTasks", () => flow.sortedTasks());
    await ask("sortedTasks from the first", () => flow.sortedTasks([made[0]!]));
    await ask("upstreamTasks of each", () => { for (const one of made) flow.upstreamTasks(one); });
    await ask("downstreamTasks of each", () => { for (const one of made) flow.downstreamTasks(one); });
    await ask("edgesTo of each", () => { for (const one of made) flow.edgesTo(one); });
    await ask("getTasks by name", () => flow.getTasks({ name: "step" }));
    await ask("getTasks by type", () => flow.getTasks({ taskType: Task as never }));
    await ask("rootTasks", () => flow.rootTasks());
    await ask("terminalTasks", () => flow.terminalTasks());
    await ask("tasks", () => flow.tasks);
    await ask("edges", () => flow.edges);
    await ask("slugs", () => flow.slugs);
    let copy = flow;
    await ask("copy", () => { copy = flow.copy(); });
    await ask("equals", () => flow.equals(copy));
    const more = flow as unknown as { validate?(): unknown; serialize?(): unknown };
    if (typeof more.validate === "function") await ask("validate", () => more.validate!());
    if (typeof more.serialize === "function") await ask("serialize", () => more.serialize!());
  },
});
