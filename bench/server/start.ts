/** How long the server takes to start, and how much memory it has. */
import { median, number, table, type Cell } from "../report.ts";
import { Scene } from "./scene.ts";

/** @param databases path by what it is called; undefined: a new one */
export async function measureStart(quick: boolean, databases: Readonly<Record<string, string | undefined>>): Promise<string> {
  const rows: Cell[][] = [];
  for (const [title, database] of Object.entries(databases)) {
    const times: number[] = [], memory: number[] = [];
    for (let repetition = 0; repetition < (quick ? 2 : 10); repetition++) {
      const scene = await Scene.open(database === undefined ? {} : { database });
      try {
        times.push(await scene.startTime);
        await new Promise((resolve) => setTimeout(resolve, 1000));
        memory.push(await scene.memory());
      } finally {
        await scene.close();
      }
    }
    rows.push([title, number(median(times)), number(Math.max(...times)), number(median(memory))]);
  }
  return table(["database", "start to first answer, median, ms", "slowest, ms", "memory after it, MiB"], rows);
}
