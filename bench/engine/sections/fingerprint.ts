/** What it costs to tell whether code and values are what they were. */
import { median, number, table, type Cell } from "../../report.ts";
import { FLOWLET_CONTENTS } from "../engines.ts";
import { count, perTask, want, type Section } from "../section.ts";

const ROWS: readonly (readonly [name: string, phase: string, title: string, aim: string])[] = [
  ["code", "first", "a task with 20 captured names, read for the first time", "1,000 µs"],
  ["code", "again", "the same, when nothing has changed", "20 µs"],
  ["new scripts", "first", "for the first time, in scripts of which V8 is asked: once for all 20 tasks", "–"],
  ["numbers", "content", "numbers", "15 ms"],
  ["rows", "content", "rows of five fields", "60 ms for 10,000"],
  ["keeping", "content", "a run of a task that makes rows, and keeps them in memory", "150 ms"],
];

export const fingerprint: Section = {
  name: "fingerprint",

  wanted(quick) {
    return [
      want(FLOWLET_CONTENTS, "code", 20, quick ? 2 : 9), want(FLOWLET_CONTENTS, "new scripts", 20, quick ? 2 : 9), want(FLOWLET_CONTENTS, "numbers", quick ? 10_000 : 1_000_000, quick ? 2 : 9),
      want(FLOWLET_CONTENTS, "rows", quick ? 1_000 : 10_000, quick ? 2 : 9), want(FLOWLET_CONTENTS, "rows", quick ? 2_000 : 100_000, quick ? 2 : 5), want(FLOWLET_CONTENTS, "keeping", quick ? 1_000 : 100_000, quick ? 2 : 5),
    ];
  },

  report(measured) {
    const rows = ROWS.flatMap(([name, phase, title, aim]) => measured.filter((one) => one.case === name).map((one): Cell[] => {
      const { cpu } = one.measurement.phases[phase]!;
      const isCode = name === "code" || name === "new scripts";
      return [isCode ? title : `${count(one.tasks)} ${title}`, `${number(isCode ? perTask(one, phase, "cpu") : median(cpu))} ${isCode ? "µs" : "ms"}`, aim];
    }));
    return table(["what is read", "processor time", "aim"], rows);
  },
};
