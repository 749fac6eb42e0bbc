/** Tasks in threads: what handing them over costs, and what it brings where they keep the processor busy. */
import { median, number, ratio, table, type Cell } from "../../report.ts";
import { DASK, FLOWLET_THREADS, PREFECT_1 } from "../engines.ts";
import { count, perTask, want, type Section } from "../section.ts";

const KINDS = [["threads", "in threads"], ["processes", "in processes"]] as const;

export const threads: Section = {
  name: "threads",

  wanted(quick) {
    const busy = quick ? 8 : 64;
    return [
      want(FLOWLET_THREADS, "tiny", quick ? 1_000 : 10_000, quick ? 1 : 3), want(FLOWLET_THREADS, "busy", busy, quick ? 1 : 3),
      want(DASK, "busy", busy, 1), want(PREFECT_1, "busy", busy, 1),
    ];
  },

  report(measured) {
    const rows = measured.flatMap((one) => KINDS.filter(([phase]) => one.measurement.phases[phase] !== undefined).map(([phase, title]): Cell[] => {
      const start = one.measurement.phases.start;
      return [
        `${one.engine.name}, ${title}`, one.case === "busy" ? "keeps a core busy" : "next to nothing", count(one.tasks), number(perTask(one, "one")), number(perTask(one, phase)),
        ratio(perTask(one, "one"), perTask(one, phase)), start && number(median(start.wall)),
      ];
    }));
    return table(["executor", "a task does", "tasks", "one thread, µs a task", "several, µs a task", "speed-up", "a run of one task, ms"], rows);
  },
};
