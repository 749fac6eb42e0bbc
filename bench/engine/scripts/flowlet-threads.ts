/** Flowlet's ThreadExecutor beside its LocalExecutor, in one process. */
import os from "node:os";
import * as engine from "../../../lib/engine/index.js";
import { measureCases, type Measure } from "./measurement.ts";

const { Flow, LocalExecutor, task } = engine;
const { ThreadExecutor } = engine as unknown as { readonly ThreadExecutor: new (options: { readonly threads: number }) => engine.Executor };
const threads = os.availableParallelism();

const tiny = task(function tiny(value: number): number { return value + 1; });
const busy = task(function busy(seed: number): number {
  let value = seed;
  for (let round = 0; round < 1_250_000; round++) value = (value * 48_271) % 2_147_483_647;
  return value;
});

function flowOf(step: typeof tiny, tasks: number): engine.Flow {
  return new Flow(`${tasks} tasks`, () => { for (let index = 0; index < tasks; index++) step(index); });
}

async function run(flow: engine.Flow, executor: engine.Executor): Promise<void> {
  const state = await flow.run({}, { executor });
  if (!state.isSuccessful()) throw new Error(`the flow ended ${state.type}: ${state.message}`);
}

/** The threads of an executor live as long as a run: the run of a single task tells what they cost. */
async function compare(step: typeof tiny, tasks: number, measure: Measure): Promise<void> {
  await measure("one", () => run(flowOf(step, tasks), new LocalExecutor()));
  await measure("threads", () => run(flowOf(step, tasks), new ThreadExecutor({ threads })));
  await measure("start", () => run(flowOf(tiny, 1), new ThreadExecutor({ threads })));
}

await measureCases({
  tiny: (tasks, measure) => compare(tiny, tasks, measure),
  busy: (tasks, measure) => compare(busy, tasks, measure),
}, { rounds: 2, tasks: 10 });
