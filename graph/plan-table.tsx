/** The table below the picture of a plan: what would run, and why. As the plan was when it was made. */
import type { JSX } from "preact";
import type { NodePlan, SavedPlan } from "../protocol/verdict.ts";
import { durationText, type Translate } from "./status-text.ts";
import { VerdictMark } from "./verdict-mark.tsx";

export function PlanTable({ plan, nameOf, translate: t, onOpen }: { readonly plan: SavedPlan; readonly nameOf: (id: string) => string | undefined; readonly translate: Translate; readonly onOpen: (id: string) => void }): JSX.Element {
  return (
    <div class="jp-Flowlet-planTable" tabIndex={0} role="region" aria-label={t("Plan")}>
      <table>
        <caption>{plan.summary}</caption>
        <thead><tr><th scope="col">{t("Task")}</th><th scope="col">{t("Verdict")}</th><th scope="col">{t("Time")}</th><th scope="col">{t("Why")}</th></tr></thead>
        <tbody>
          {plan.tasks.map((task) => (
            <tr key={task.id}>
              <th scope="row"><button type="button" onClick={() => onOpen(task.id)} disabled={nameOf(task.id) === undefined}>{task.id}</button></th>
              <td><span class="jp-Flowlet-verdictCell"><VerdictMark verdict={task.verdict} />{t(task.verdict)}</span></td>
              <td>{timeOf(task, t)}</td>
              <td>{task.reason}</td>
            </tr>
          ))}
          {plan.more !== undefined && plan.more > 0 && <tr><td colSpan={4}>{t("… %1 more", plan.more)}</td></tr>}
        </tbody>
      </table>
    </div>
  );
}

function timeOf({ verdict, expected, saves }: NodePlan, t: Translate): string {
  if (verdict === "fresh" || verdict === "outside") return saves === undefined || saves < 1 ? "" : t("saves %1", durationText(saves));
  return expected === undefined ? "" : durationText(expected);
}
