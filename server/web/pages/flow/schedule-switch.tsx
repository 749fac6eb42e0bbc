/** Turns the schedule of a flow on and off. */
import type { JSX } from "preact";
import { useServices } from "../../app/services.ts";
import { Switch } from "../../components/field.tsx";
import type { Flow } from "../../live/api.ts";
import { useAction } from "../../live/use-action.ts";

export function ScheduleSwitch({ flow }: { readonly flow: Flow }): JSX.Element {
  const { client, queries } = useServices();
  const [set, busy] = useAction(async (active: boolean) => { await client.setScheduleActive({ flowId: flow.id, active }); queries.refresh("getFlow"); }, {
    failed: "The schedule was not changed",
  });
  return <Switch label={flow.isScheduleActive ? "Schedule on" : "Schedule off"} on={flow.isScheduleActive} busy={busy} onChange={(on) => void set(on)} />;
}
