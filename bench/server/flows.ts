/** A flow of many tasks that do nothing: through server and agent, and run in a process. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { PREFECT_3 } from "../engine/engines.ts";
import { measureOne } from "../engine/suite.ts";
import { median, number, ratio, table, type Cell } from "../report.ts";
import { manyTasks, type Shape } from "./flow-code.ts";
import { Scene } from "./scene.ts";
import { until } from "./heard.ts";

const run = promisify(execFile);
const LOCAL = fileURLToPath(new URL("scripts/local-flow.ts", import.meta.url));
const SHAPES: readonly Shape[] = ["chain", "fan"];

export async function measureFlows({ quick, alone }: { readonly quick: boolean; readonly alone: boolean }): Promise<string> {
  const tasks = quick ? 100 : 1000, repetitions = quick ? 2 : 7;
  const rows: Cell[][] = [], missing: string[] = [], through = new Map<Shape, number>();
  const scene = await Scene.open();
  try {
    const stop = await scene.agent();
    for (const shape of SHAPES) {
      console.error(`${shape} of ${tasks} tasks, locally and through server and agent …`);
      const flowId = await scene.register(`${shape} of ${tasks}`, manyTasks(shape, tasks));
      const local: number[] = [], served: number[] = [], own: number[] = [];
      for (let repetition = 0; repetition < repetitions; repetition++) {
        local.push(Number((await run(process.execPath, [LOCAL, shape, String(tasks)], { env: { ...process.env, FLOWLET__LOGGING__LEVEL: "WARNING", NODE_ENV: "production" } })).stdout.trim().split("\n").at(-1)));
        const one = await servedRun(scene, flowId, tasks);
        served.push(one.seen);
        own.push(one.own);
        await new Promise((resolve) => setTimeout(resolve, 1500));
      }
      through.set(shape, median(served));
      rows.push([`**Flowlet**, ${shape}, in a process`, number(median(local)), undefined, number(Math.max(...local)), undefined]);
      rows.push([`**Flowlet**, ${shape}, through server and agent`, number(median(served)), number(median(own)), number(Math.max(...served)), number(median(served) - median(local))]);
    }
    await stop();
  } finally {
    await scene.close();
  }
  if (!alone) await addPrefect(rows, missing, through, tasks);
  return [table([`${tasks} tasks`, "median, ms", "of it from Running to Success, ms", "slowest, ms", "over the run in a process, ms"], rows), ...missing.map((line) => `\n${line}`)].join("\n");
}

/** From the request to its Success being heard, and from its first state to its last (milliseconds). */
async function servedRun({ client }: Scene, flowId: string, tasks: number): Promise<{ seen: number; own: number }> {
  const heard = await until(client, (event, id) => event.type === "flowRun" && event.flowRunId === id && ["Success", "Failed", "Cancelled"].includes(event.state));
  const started = performance.now();
  const { id } = await client.createFlowRun({ flowId });
  const seen = (await heard.of(id)) - started;
  const details = await client.getFlowRun({ flowRunId: id });
  if (details.state !== "Success" || details.taskCounts.Success !== tasks) throw new Error(`The run is ${details.state} (${details.stateMessage}), and ${details.taskCounts.Success ?? 0} of ${tasks} tasks succeeded.`);
  const at = (type: string) => Date.parse(details.stateHistory.find((entry) => entry.type === type)!.at);
  return { seen, own: at("Success") - at("Running") };
}

async function addPrefect(rows: Cell[][], missing: string[], through: ReadonlyMap<Shape, number>, tasks: number): Promise<void> {
  const reason = await PREFECT_3.install?.();
  if (reason !== undefined) {
    missing.push(`${PREFECT_3.name}: absent (${reason})`);
    return;
  }
  for (const shape of SHAPES) {
    console.error(`${PREFECT_3.name}, ${shape} of ${tasks} tasks …`);
    try {
      const took = (await measureOne({ engine: PREFECT_3, case: shape, tasks, repetitions: 1 })).phases.run!.wall[0]!;
      rows.push([`${PREFECT_3.name}, ${shape}, called in a process with its server: ${ratio(took, through.get(shape))} Flowlet's through server and agent`, number(took), undefined, number(took), undefined]);
    } catch (error) {
      missing.push(`${PREFECT_3.name}, ${shape}: failed (${(error as Error).message.split("\n")[0]})`);
    }
  }
}
