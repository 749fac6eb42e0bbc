/** Tasks that do next to nothing, so that what is left is the engine's own time. */
import { number, ratio, table, type Cell } from "../../report.ts";
import { BARE_AWAIT, DAGSTER, DASK, FLOWLET, FLOWLET_ALL_ON, HAMILTON, P_GRAPH, PREFECT_1, PREFECT_3 } from "../engines.ts";
import { count, perTask, want, type Measured, type Section } from "../section.ts";

const shapeOf = ({ case: name }: Measured) => name.replace("-all-on", "");

export const tasks: Section = {
  name: "tasks",

  wanted(quick) {
    const [many, few, slow] = quick ? [1_000, 100, 50] : [10_000, 1_000, 1_000];
    const repetitions = quick ? 3 : 9;
    return [
      want(BARE_AWAIT, "chain", many, repetitions), want(BARE_AWAIT, "fan", many, repetitions),
      want(FLOWLET, "chain", many, repetitions), want(FLOWLET, "fan", many, repetitions), want(FLOWLET, "chain", 10 * many, 3),
      want(FLOWLET_ALL_ON, "chain-all-on", many, repetitions), want(FLOWLET_ALL_ON, "fan-all-on", many, repetitions), want(FLOWLET_ALL_ON, "chain-all-on", 10 * many, 3),
      want(P_GRAPH, "chain", many, repetitions), want(P_GRAPH, "fan", many, repetitions),
      want(HAMILTON, "chain", many, 3), want(HAMILTON, "fan", many, 3),
      want(DASK, "chain", many, 1), want(DASK, "fan", many, 3),
      want(DAGSTER, "chain", few, 1), want(DAGSTER, "fan", few, 1),
      want(PREFECT_1, "chain", few, 1), want(PREFECT_1, "fan", few, 1),
      want(PREFECT_3, "chain", slow, 1), ...(quick ? [] : [want(PREFECT_3, "fan", slow, 1)]),
    ];
  },

  report(measured) {
    const ours = (shape: string) => measured.find((one) => one.engine === FLOWLET && one.case === shape);
    const rows = measured.map((one): Cell[] => [
      one.engine.name, shapeOf(one), count(one.tasks), number(perTask(one, "build")), number(perTask(one, "run")), number(perTask(one, "run", "cpu")),
      ratio(perTask(one, "run"), perTask(ours(shapeOf(one)), "run")), number(one.measurement.memory ?? undefined),
    ]);
    return table(["engine", "shape", "tasks", "build, µs a task", "run, µs a task", "processor, µs a task", "beside Flowlet", "peak memory, MiB"], rows);
  },
};
