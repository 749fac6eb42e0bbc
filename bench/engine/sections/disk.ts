/** Results on disk: what keeping them costs, and what it costs to find them in a process that has done nothing before. */
import { median, number, ratio, table, type Cell } from "../../report.ts";
import { FLOWLET_DISK, HAMILTON } from "../engines.ts";
import { count, want, type Measured, type Section } from "../section.ts";

const time = (one: Measured | undefined, phase: string, clock: "wall" | "cpu" = "wall"): number | undefined => {
  const times = one?.measurement.phases[phase]?.[clock];
  return times === undefined ? undefined : median(times);
};

export const disk: Section = {
  name: "disk",

  wanted(quick) {
    const [tasks, rows] = quick ? [1_000, 10_000] : [10_000, 100_000];
    return [
      want(FLOWLET_DISK, "disk-fan", tasks, quick ? 1 : 5), want(FLOWLET_DISK, "disk-rows", rows, quick ? 1 : 5),
      want(HAMILTON, "disk-fan", tasks / 10, quick ? 1 : 3), want(HAMILTON, "disk-rows", rows, quick ? 1 : 3),
    ];
  },

  report(measured) {
    const ours = (name: string) => measured.find((one) => one.engine === FLOWLET_DISK && one.case === name);
    const each = (one: Measured | undefined) => (one === undefined ? undefined : time(one, "again")! / one.tasks);
    const rows = measured.map((one): Cell[] => [
      one.engine.name, one.case === "disk-fan" ? `${count(one.tasks)} tasks` : `a result of ${count(one.tasks)} rows`,
      number(time(one, "first")), number(time(one, "keep")), number(time(one, "again")), number(time(one, "again", "cpu")), ratio(each(one), each(ours(one.case))),
    ]);
    return table(["engine", "kept", "first run, ms", "on disk after, ms more", "all kept, in a new process, ms", "processor, ms", "a task or row, beside Flowlet"], rows);
  },
};
