/** The floor: as many awaited calls of an async function, with no engine around. */
import { measure } from "./measurement.ts";

const noop = async (value: number): Promise<number> => value;

await measure((shape, tasks) => async () => {
  if (shape === "fan") {
    const first = await noop(0);
    await Promise.all(Array.from({ length: tasks - 1 }, () => noop(first)));
    return;
  }
  let value = 0;
  for (let index = 0; index < tasks; index++) value = await noop(value);
});
