/** What the next run would do with a task, in words and as a mark. */
import type { NodePlan, Verdict } from "../protocol/verdict.ts";
import { durationText, timeText, type Translate } from "./status-text.ts";

/** The mark of each verdict as a path in a box of 10 by 10, centred: told apart by shape, not by colour alone. */
export const VERDICT_MARKS: { readonly [Name in Verdict]: string } = {
  fresh: "M-3 0 -1 2.4 3-2.4",
  outside: "M0-3V0L2.2 1.4",
  stale: "M2.7-1.4A3 3 0 1 0 3 .8M3.2-3.6 2.8-1.2.5-1.6",
  unknown: "M-1.8-1.6A1.8 1.8 0 1 1 .4 0Q0 .4 0 1.1M0 3V3.1",
};

/** `runs` or `kept`, and what follows from it: "Will run, about 1.2 s". */
export function verdictText({ verdict, expected, saves, keptAt, children }: NodePlan, t: Translate): string {
  const at = keptAt === undefined ? "" : timeText(keptAt).slice(0, 8);
  switch (verdict) {
    case "fresh": return saves === undefined || saves < 1 ? t("Will not run: its result is kept") : t("Will not run: its result is kept from %1, saves %2", at, durationText(saves));
    case "outside": return t("Will not run: its result came from outside at %1", at);
    default: {
      const some = children === undefined ? undefined : children.stale + children.unknown;
      const what = some === undefined || some === 0 ? t("Will run") : t("%1 of %2 children will run", some, some + (children?.fresh ?? 0) + (children?.outside ?? 0));
      return expected === undefined ? what : `${what}, ${t("about %1", durationText(expected))}`;
    }
  }
}

/** With the reason: "Will run, about 1.2 s: `factor` changed (cell 2)". */
export function planText(plan: NodePlan, t: Translate): string {
  const text = verdictText(plan, t);
  return plan.verdict === "fresh" && plan.reason === "kept" ? text : `${text}: ${plan.reason}`;
}
