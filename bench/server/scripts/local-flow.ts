/** Runs a flow once in this process and prints the milliseconds from the call of its run to its end. Its arguments: shape, tasks. */
import type { Flow } from "../../../lib/engine/index.js";
import { manyTasks, type Shape } from "../flow-code.ts";

const engine = new URL("../../../lib/engine/index.js", import.meta.url).href;
const code = manyTasks(process.argv[2] as Shape, Number(process.argv[3])).replace('"flowlet"', JSON.stringify(engine));
const { flow } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { readonly flow: Flow };
const started = performance.now();
const state = await flow.run();
const took = performance.now() - started;
if (!state.isSuccessful()) throw new Error(`the flow ended ${state.type}: ${state.message}`);
process.stdout.write(`\n${took}\n`);
