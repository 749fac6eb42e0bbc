/** Children of a mapped task: as many as a list has elements, made while the flow runs. */
import { number, ratio, table, type Cell } from "../../report.ts";
import { DAGSTER, DASK, FLOWLET, FLOWLET_ALL_ON, HAMILTON, PREFECT_1, PREFECT_3 } from "../engines.ts";
import { count, perTask, want, type Measured, type Section } from "../section.ts";

/** What the children added to the peak, a child; the smallest runs disappear in what was there before. */
function bytesPerChild({ tasks, measurement: { memory, memoryBefore } }: Measured): number | undefined {
  if (memory === null || memoryBefore === null || tasks < 10_000) return undefined;
  return ((memory - memoryBefore) * 2 ** 20) / tasks;
}

export const mapped: Section = {
  name: "map",

  wanted(quick) {
    const [all, many, few, slow] = quick ? [100_000, 1_000, 100, 50] : [1_000_000, 10_000, 1_000, 200];
    return [
      want(FLOWLET, "map", all, quick ? 1 : 3), want(FLOWLET, "map", all / 100, 9), want(FLOWLET_ALL_ON, "map-all-on", all / 10, 3),
      want(DASK, "map", many, 3), want(HAMILTON, "map", few, 1), want(DAGSTER, "map", quick ? few : slow, 1), want(PREFECT_1, "map", few, 1),
      ...(quick ? [] : [want(PREFECT_3, "map", slow, 1)]),
    ];
  },

  report(measured) {
    const ours = measured.find((one) => one.engine === FLOWLET);
    const rows = measured.map((one): Cell[] => [
      one.engine.name, count(one.tasks), number(perTask(one, "run")), number(perTask(one, "run", "cpu")), ratio(perTask(one, "run"), perTask(ours, "run")),
      number(one.measurement.memory ?? undefined), number(bytesPerChild(one)),
    ]);
    return table(["engine", "children", "run, µs a child", "processor, µs a child", "beside Flowlet", "peak memory, MiB", "memory, bytes a child"], rows);
  },
};
