/** A flow in a file: `npx flowlet run --path examples/daily-sales.ts` runs it here, `npx flowlet register examples/daily-sales.ts` hands it to the server. */
import { Flow, Parameter, task } from "flowlet";

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const load = task(async (day: string) => {
  console.log(`Loading the orders of ${day}`);
  await sleep(500);
  return Array.from({ length: 12 }, (_, hour) => ({ hour: hour + 8, amount: (hour * 37) % 90 + 10 }));
});

const tax = task(async (order: { hour: number; amount: number }) => {
  await sleep(20 * order.hour);
  return order.amount * 1.19;
});

const sum = task((amounts: number[]) => amounts.reduce((all, one) => all + one, 0));

const check = task((total: number, limit: number) => {
  if (total > limit) throw new RangeError(`${total.toFixed(2)} is above the limit of ${limit}`);
  return total;
}, { maxRetries: 1, retryDelay: 1000 });

const report = task((total: number, day: string) => `${day}: ${total.toFixed(2)}`);

export const flow = new Flow("Daily sales", () => {
  const day = new Parameter<string>("day", { default: "Monday" });
  const limit = new Parameter<number>("limit", { default: 10_000 });
  report(check(sum(tax.map(load(day))), limit), day);
});
