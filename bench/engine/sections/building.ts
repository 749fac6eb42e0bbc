/** Building a chain, without running it: a row an engine, a column a size, so that a cost that grows with the size shows. */
import { number, table, type Cell } from "../../report.ts";
import { DAGSTER, DASK, FLOWLET, HAMILTON, P_GRAPH, PREFECT_1, type Engine } from "../engines.ts";
import { count, perTask, want, type Section } from "../section.ts";

/** The largest size that ends in reasonable time. */
const ENGINES: readonly (readonly [Engine, largest: number])[] = [[FLOWLET, 100_000], [P_GRAPH, 100_000], [HAMILTON, 10_000], [DASK, 10_000], [DAGSTER, 1_000], [PREFECT_1, 10_000]];
const SIZES = [1_000, 10_000, 100_000];

export const building: Section = {
  name: "build",

  wanted(quick) {
    return ENGINES.flatMap(([engine, largest]) =>
      SIZES.filter((size) => size <= (quick ? Math.min(largest, engine === FLOWLET ? 10_000 : 1_000) : largest))
        .map((size) => want(engine, "build", size, size === 1_000 ? (quick ? 3 : 9) : engine === DASK ? 1 : 3)));
  },

  report(measured) {
    const rows = [...new Set(measured.map((one) => one.engine))].map((engine): Cell[] => {
      const of = (size: number) => measured.find((one) => one.engine === engine && one.tasks === size);
      const largest = SIZES.findLast((size) => of(size) !== undefined) as number;
      return [engine.name, ...SIZES.map((size) => number(perTask(of(size), "build"))), `${count(largest)} in ${number(((perTask(of(largest), "build") as number) * largest) / 1_000)} ms`];
    });
    return table(["engine", ...SIZES.map((size) => `${count(size)}, µs a task`), "the largest"], rows);
  },
};
