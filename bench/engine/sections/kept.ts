/** A run whose results are all kept from the run before: what it costs to find that nothing has to be done. */
import { number, ratio, table, type Cell } from "../../report.ts";
import { FLOWLET, HAMILTON, MARIMO, PREFECT_1, PREFECT_3 } from "../engines.ts";
import { count, perTask, want, type Section } from "../section.ts";

export const kept: Section = {
  name: "kept",

  wanted(quick) {
    const [many, several, few] = quick ? [1_000, 100, 50] : [10_000, 1_000, 200];
    return [
      want(FLOWLET, "kept-chain", many, quick ? 3 : 9), want(FLOWLET, "kept-fan", many, quick ? 3 : 9), ...(quick ? [] : [want(FLOWLET, "kept-chain", 10 * many, 3)]),
      want(HAMILTON, "kept-chain", several, 3), want(HAMILTON, "kept-fan", several, 3),
      want(MARIMO, "kept-chain", several, 3), want(MARIMO, "kept-fan", several, 3),
      want(PREFECT_1, "kept-fan", quick ? few : several, 1), ...(quick ? [] : [want(PREFECT_3, "kept-fan", few, 1)]),
    ];
  },

  report(measured) {
    const ours = (name: string) => measured.find((one) => one.engine === FLOWLET && one.case === name);
    const rows = measured.map((one): Cell[] => [
      one.engine.name, one.case.replace("kept-", ""), count(one.tasks), number(perTask(one, "first")), number(perTask(one, "again")), number(perTask(one, "again", "cpu")),
      ratio(perTask(one, "again"), perTask(ours(one.case), "again")),
    ]);
    return table(["engine", "shape", "tasks", "first run, µs a task", "all kept, µs a task", "processor, µs a task", "beside Flowlet"], rows);
  },
};
