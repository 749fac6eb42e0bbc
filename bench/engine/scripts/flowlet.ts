/** Flowlet's engine, as a script uses it; `…-all-on`: with a handler that sees every state, and with results kept. */
import { Flow, task, type State, type TaskOptions } from "../../../lib/engine/index.js";
import { measureCases, type Case } from "./measurement.ts";

type Shape = "chain" | "fan" | "map";

/** Not the same for any two tasks: equal calls would be kept once. */
function makeFlow(shape: Shape, tasks: number, options: TaskOptions): Flow {
  const step = task(function step(value: number, number: number = 1): number { return value + number; }, options);
  const items = task(function items(count: number): number[] { return Array.from({ length: count }, (_, index) => index); });
  return new Flow(`${shape} of ${tasks}`, () => {
    if (shape === "map") {
      step.map(items(tasks));
      return;
    }
    const first = step(0);
    let upstream = first;
    for (let index = 1; index < tasks; index++) upstream = shape === "chain" ? step(upstream) : step(first, index);
  });
}

function check(state: State): void {
  if (!state.isSuccessful()) throw new Error(`the flow ended ${state.type}: ${state.message}`);
}

const run = (shape: Shape, options: { readonly allOn: boolean }): Case => async (tasks, measure) => {
  const flow = await measure("build", () => makeFlow(shape, tasks, options.allOn ? { stateHandlers: [(_, __, state) => state] } : {}));
  check(await measure("run", () => flow.run({}, options.allOn ? { cache: true } : {})));
};

/** Runs a flow again that has kept all results: each task must end Cached. */
const kept = (shape: "chain" | "fan"): Case => async (tasks, measure) => {
  const flow = makeFlow(shape, tasks, {});
  check(await measure("first", () => flow.run({}, { cache: true })));
  const state = await measure("again", () => flow.run({}, { cache: true }));
  check(state);
  const ran = [...state.result.values()].filter((one) => !one.isCached()).length;
  if (ran > 0) throw new Error(`${ran} of ${tasks} tasks ran again`);
};

/** Plans a flow whose results are all kept: each task must be fresh. */
const plan = (shape: "chain" | "fan"): Case => async (tasks, measure) => {
  const flow = makeFlow(shape, tasks, {});
  await measure("nothing kept", () => flow.plan());
  check(await flow.run({}, { cache: true }));
  const { counts } = await measure("all kept", () => flow.plan());
  if (counts.fresh !== tasks) throw new Error(`${tasks - counts.fresh} of ${tasks} tasks are not fresh`);
};

await measureCases({
  chain: run("chain", { allOn: false }), fan: run("fan", { allOn: false }), map: run("map", { allOn: false }),
  "chain-all-on": run("chain", { allOn: true }), "fan-all-on": run("fan", { allOn: true }), "map-all-on": run("map", { allOn: true }),
  "kept-chain": kept("chain"), "kept-fan": kept("fan"), "plan-chain": plan("chain"), "plan-fan": plan("fan"),
  build: async (tasks, measure) => { await measure("build", () => makeFlow("chain", tasks, {})); },
});
