/** Turns the schedule of a flow on and off. */
import type { JSX } from "preact";
import { useServices } from "../app/services.ts";
import type { Flow } from "../live/api.ts";
import { useAction } from "../live/use-action.ts";
import { Switch } from "./field.tsx";

/** @param named the flow's name is part of what it is called, for a list of several; then it is not shown */
export function ScheduleSwitch({ flow, named = false }: { readonly flow: Flow; readonly named?: boolean }): JSX.Element {
  const { client, queries } = useServices();
  const [set, busy] = useAction((active: boolean) => client.setScheduleActive({ flowId: flow.id, active }), {
    done: (now) => (now.isScheduleActive ? `${flow.name} runs by its schedule` : `The schedule of ${flow.name} is off`), failed: `The schedule of ${flow.name} was not changed`,
  });
  const change = async (on: boolean) => {
    await set(on);
    for (const operation of ["listFlows", "getFlow"]) queries.refresh(operation);
  };
  const word = flow.isScheduleActive ? "on" : "off";
  return <Switch label={named ? `Schedule of ${flow.name}: ${word}` : `Schedule ${word}`} hideLabel={named} on={flow.isScheduleActive} busy={busy} onChange={(on) => void change(on)} />;
}
