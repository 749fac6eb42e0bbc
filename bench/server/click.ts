/** From a click on Run to the first task that runs. */
import { number, median, table, type Cell } from "../report.ts";
import { ONE_TASK } from "./flow-code.ts";
import { until } from "./heard.ts";
import { Scene } from "./scene.ts";

/** Milliseconds after the request was sent. */
interface Click {
  /** The run's process has begun it. */
  readonly begun: number;
  /** Its first task runs, by the clock of the task's process. */
  readonly runs: number;
  /** That was heard in the event stream. */
  readonly seen: number;
}

const ROWS: readonly (readonly [string, keyof Click])[] = [["the run's process has it: it is Running", "begun"], ["its first task runs", "runs"], ["a page hears that", "seen"]];

export async function measureClicks(quick: boolean): Promise<string> {
  const times = quick ? 3 : 20, rows: Cell[][] = [];
  const scene = await Scene.open();
  try {
    const flowId = await scene.register("one task", ONE_TASK);
    for (const keepReady of [true, false]) {
      console.error(`${times} clicks on Run, ${keepReady ? "a process is kept ready" : "none is kept ready"} …`);
      const stop = await scene.agent({ keepReady });
      const clicks: Click[] = [];
      for (let index = 0; index < times; index++) {
        clicks.push(await click(scene, flowId));
        await new Promise((resolve) => setTimeout(resolve, 1500));
      }
      await stop();
      for (const [title, key] of ROWS) {
        const all = clicks.map((one) => one[key]);
        rows.push([title, keepReady ? "yes" : "no", number(median(all)), number(Math.max(...all))]);
      }
    }
  } finally {
    await scene.close();
  }
  return table(["after the request was sent", "a process is kept ready", "median, ms", "slowest, ms"], rows);
}

async function click(scene: Scene, flowId: string): Promise<Click> {
  const { client } = scene;
  const heard = await until(client, (event, id) => event.type === "taskRuns" && event.flowRunId === id && Object.values(event.states).includes("Running"));
  const started = performance.now(), clock = Date.now();
  const { id } = await client.createFlowRun({ flowId });
  const seen = (await heard.of(id)) - started;
  const { startTime } = await scene.success(id);
  const [task] = (await client.listTaskRuns({ flowRunId: id })).items;
  return { begun: Date.parse(startTime!) - clock, runs: Date.parse(task!.startTime!) - clock, seen };
}
