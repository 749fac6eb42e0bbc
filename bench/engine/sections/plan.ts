/** What a run would do, told without running anything: where nothing is kept, and where nothing has changed. */
import { median, number, table, type Cell } from "../../report.ts";
import { FLOWLET } from "../engines.ts";
import { count, perTask, want, type Section } from "../section.ts";

export const plan: Section = {
  name: "plan",

  wanted(quick) {
    const [tasks, repetitions] = quick ? [1_000, 3] : [10_000, 9];
    return [want(FLOWLET, "plan-chain", tasks, repetitions), want(FLOWLET, "plan-fan", tasks, repetitions), ...(quick ? [] : [want(FLOWLET, "plan-chain", 100_000, 3)])];
  },

  report(measured) {
    const rows = measured.map((one): Cell[] => {
      const whole = one.measurement.phases["all kept"]?.wall;
      return [
        one.engine.name, one.case.replace("plan-", ""), count(one.tasks), number(perTask(one, "nothing kept")), number(perTask(one, "all kept")), number(perTask(one, "all kept", "cpu")),
        whole === undefined ? "–" : `${number(median(whole))} ms`,
      ];
    });
    return table(["engine", "shape", "tasks", "nothing kept, µs a task", "all kept, µs a task", "processor, µs a task", "the whole plan"], rows);
  },
};
