/** When a flow runs by itself: what counts, its next times, and another schedule. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useServices } from "../../app/services.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Field, Segments } from "../../components/field.tsx";
import { exactTime } from "../../components/format-time.ts";
import { TimeAgo } from "../../components/time.tsx";
import { ScheduleSwitch } from "../../components/schedule-switch.tsx";
import type { FlowDetails, Schedule } from "../../live/api.ts";
import { errorText } from "../../live/error-text.ts";
import { useAction } from "../../live/use-action.ts";
import { useQuery } from "../../live/use-query.ts";
import { clockKinds, describeSchedule, editedSchedule, type ClockKind, type EditedClock } from "./edited-schedule.ts";

export function FlowSchedule({ flow }: { readonly flow: FlowDetails }): JSX.Element {
  const { client, queries } = useServices();
  const group = useQuery("getFlowGroup", { flowGroupId: flow.flowGroupId }, { refreshOn: ["flow"] }).data;
  const [save, saving] = useAction(async (schedule: Schedule | null) => {
    await client.setSchedule({ flowGroupId: flow.flowGroupId, schedule });
    if (schedule !== null && !flow.isScheduleActive) await client.setScheduleActive({ flowId: flow.id, active: true });
    queries.refresh("getFlow");
    queries.refresh("getFlowGroup");
  }, { done: "The schedule is changed", failed: "The schedule was not changed" });
  const isOwn = group?.schedule !== null && group?.schedule !== undefined;
  return (
    <div class="columns">
      <Card title="Schedule" actions={flow.schedule === null ? undefined : <ScheduleSwitch flow={flow} />}>
        {flow.schedule === null ? <EmptyState small title="It runs when somebody says so">Give it a schedule, and the server makes its runs.</EmptyState> : (
          <>
            <ul class="clock-list">{describeSchedule(flow.schedule).map((line) => <li key={line}>{line}</li>)}</ul>
            <NextTimes schedule={flow.schedule} />
            {isOwn && <p class="schedule-own"><span class="faint">It was set here, and counts instead of the code's.</span> <Button small busy={saving} onClick={() => void save(null)}>Back to that of the code</Button></p>}
          </>
        )}
      </Card>
      <Card title={flow.schedule === null ? "New schedule" : "Another schedule"}><ScheduleEditor saving={saving} onSave={(schedule) => void save(schedule)} /></Card>
    </div>
  );
}

function NextTimes({ schedule }: { readonly schedule: Schedule }): JSX.Element {
  const { data, error } = useQuery("previewSchedule", { schedule, count: 5 });
  if (error !== undefined) return <p class="field-error">{errorText(error)}</p>;
  if (data === undefined) return <p class="faint">…</p>;
  if (data.times.length === 0) return <p class="faint">It has no more times.</p>;
  return <ol class="times">{data.times.map((at) => <li key={at}>{exactTime(Date.parse(at))} <span class="faint"><TimeAgo at={at} /></span></li>)}</ol>;
}

function ScheduleEditor({ saving, onSave }: { readonly saving: boolean; readonly onSave: (schedule: Schedule) => void }): JSX.Element {
  const [clock, setClock] = useState<EditedClock>({ kind: "interval", every: "1", unit: "hours", cron: "0 6 * * *", rule: "FREQ=WEEKLY;BYDAY=MO;BYHOUR=6;BYMINUTE=0", timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone });
  const set = (changes: Partial<EditedClock>) => setClock({ ...clock, ...changes });
  const schedule = editedSchedule(clock);
  const settled = useSettled(typeof schedule === "string" ? null : schedule);
  const zones = Intl.supportedValuesOf("timeZone");
  return (
    <form class="form" onSubmit={(event) => { event.preventDefault(); if (typeof schedule !== "string") onSave(schedule); }}>
      <Segments label="Kind" value={clock.kind} options={clockKinds} onChange={(kind) => set({ kind: kind as ClockKind })} />
      {clock.kind === "interval" && (
        <div class="form-row">
          <Field name="Every" error={typeof schedule === "string" ? schedule : undefined}>{(ids) => <input type="text" inputMode="numeric" {...ids} value={clock.every} onInput={(event) => set({ every: event.currentTarget.value })} />}</Field>
          <Field name="Unit">{(ids) => <select {...ids} value={clock.unit} onChange={(event) => set({ unit: event.currentTarget.value as EditedClock["unit"] })}>{["minutes", "hours", "days", "weeks"].map((unit) => <option key={unit}>{unit}</option>)}</select>}</Field>
        </div>
      )}
      {clock.kind === "cron" && <Field name="Cron expression" hint="minute hour day month weekday" error={typeof schedule === "string" ? schedule : undefined}>{(ids) => <input type="text" class="code" spellcheck={false} {...ids} value={clock.cron} onInput={(event) => set({ cron: event.currentTarget.value })} />}</Field>}
      {clock.kind === "rrule" && <Field name="Recurrence rule" hint="As in iCalendar (RFC 5545)." error={typeof schedule === "string" ? schedule : undefined}>{(ids) => <textarea class="code" spellcheck={false} {...ids} value={clock.rule} onInput={(event) => set({ rule: event.currentTarget.value })} />}</Field>}
      <Field name="Time zone">{(ids) => <><input type="text" list="time-zones" {...ids} value={clock.timeZone} onInput={(event) => set({ timeZone: event.currentTarget.value })} /><datalist id="time-zones">{zones.map((zone) => <option key={zone} value={zone} />)}</datalist></>}</Field>
      <div class="field"><span class="field-name">Next times</span>{settled === null ? <p class="faint">–</p> : <NextTimes schedule={settled} />}</div>
      <div class="form-actions"><Button kind="primary" type="submit" busy={saving} disabled={typeof schedule === "string" ? schedule : undefined}>Use this schedule</Button></div>
    </form>
  );
}

const PAUSE = 300;

/** A value that has not changed for a moment: not every letter is asked about. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  const key = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE);
    return () => clearTimeout(timer);
  }, [key]);
  return settled;
}
