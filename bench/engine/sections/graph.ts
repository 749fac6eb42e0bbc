/** Order and questions to the graph: a row a question, a column a size, so that a cost that grows with the size shows. */
import { number, table, type Cell } from "../../report.ts";
import { FLOWLET_GRAPH, PREFECT_1 } from "../engines.ts";
import { count, perTask, want, type Section } from "../section.ts";

export const graph: Section = {
  name: "graph",

  wanted(quick) {
    const prefect = quick ? [100] : [500, 1_000];
    return [
      want(FLOWLET_GRAPH, "graph", 1_000, 15), want(FLOWLET_GRAPH, "graph", 10_000, quick ? 3 : 9), ...(quick ? [] : [want(FLOWLET_GRAPH, "graph", 100_000, 3)]),
      ...prefect.map((size) => want(PREFECT_1, "graph", size, 1)),
    ];
  },

  report(measured) {
    const questions = [...new Set(measured.flatMap((one) => Object.keys(one.measurement.phases)))];
    const rows = questions.map((question): Cell[] => [question, ...measured.map((one) => number(perTask(one, question)))]);
    return table(["µs a task", ...measured.map((one) => `${one.engine.name}, ${count(one.tasks)}`)], rows);
  },
};
