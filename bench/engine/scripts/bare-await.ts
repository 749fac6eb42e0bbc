/** The floor: as many awaited calls of an async function, with no engine around. */
import { measureCases } from "./measurement.ts";

const step = async (value: number, number: number): Promise<number> => value + number;

await measureCases({
  chain: async (tasks, measure) => {
    await measure("run", async () => {
      let value = 0;
      for (let index = 0; index < tasks; index++) value = await step(value, 1);
    });
  },
  fan: async (tasks, measure) => {
    await measure("run", async () => {
      const first = await step(0, 1);
      await Promise.all(Array.from({ length: tasks - 1 }, (_, index) => step(first, index)));
    });
  },
});
