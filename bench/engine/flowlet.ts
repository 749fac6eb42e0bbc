/** Flowlet's engine, as a script uses it. */
import { Flow, task } from "../../lib/engine/index.js";
import { measure } from "./measurement.ts";

const noop = task(function noop(value: number): number { return value; });

await measure((shape, tasks) => {
  const flow = new Flow(`${shape} of ${tasks}`, () => {
    const first = noop(0);
    let upstream = first;
    for (let index = 1; index < tasks; index++) upstream = noop(shape === "chain" ? upstream : first);
  });
  return async () => {
    const state = await flow.run();
    if (!state.isSuccessful()) throw new Error(`the flow ended ${state.constructor.name}: ${state.message}`);
  };
});
