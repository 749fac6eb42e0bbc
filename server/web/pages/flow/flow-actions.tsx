/** What can be done with a flow. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../app/services.ts";
import { Button, ButtonLink } from "../../components/button.tsx";
import { ConfirmDialog } from "../../components/dialog.tsx";
import { ArchiveIcon, PlayIcon, TrashIcon } from "../../components/icons.tsx";
import { Menu } from "../../components/menu.tsx";
import { ScheduleSwitch } from "../../components/schedule-switch.tsx";
import type { FlowDetails } from "../../live/api.ts";
import { useAction } from "../../live/use-action.ts";
import { useQuery } from "../../live/use-query.ts";
import { pathTo } from "../../router/routes.ts";

export function FlowActions({ flow }: { readonly flow: FlowDetails }): JSX.Element {
  const { client, queries, router } = useServices();
  const [dialog, setDialog] = useState<"version" | "flow" | null>(null);
  const group = useQuery("getFlowGroup", { flowGroupId: flow.flowGroupId }, { refreshOn: ["flow"] }).data;
  const [run, starting] = useAction(() => client.createFlowRun({ flowId: flow.id }), { failed: "No run was made" });
  const [archive] = useAction(async () => {
    await (flow.archived ? client.unarchiveFlow({ flowId: flow.id }) : client.archiveFlow({ flowId: flow.id }));
    queries.refresh("getFlow");
  }, { done: flow.archived ? `Version ${flow.version} is no longer archived` : `Version ${flow.version} is archived`, failed: "The version stays as it was" });
  const [remove] = useAction(async (what: "version" | "flow") => {
    await (what === "version" ? client.deleteFlow({ flowId: flow.id }) : client.deleteFlowGroup({ flowGroupId: flow.flowGroupId }));
    router.go("/flows");
  }, { done: "Deleted", failed: "Nothing was deleted" });
  const lacks = flow.parameters.some(({ name, required }) => required && !Object.hasOwn(group?.defaultParameters ?? {}, name));
  const quickRun = async () => { const made = await run(); if (made !== undefined) router.go(pathTo.flowRun(made.id)); };
  return (
    <>
      {flow.schedule !== null && <ScheduleSwitch flow={flow} />}
      {lacks ? <ButtonLink kind="primary" href="?tab=run" icon={<PlayIcon />}>Run…</ButtonLink>
        : <Button kind="primary" icon={<PlayIcon />} busy={starting} title="With the parameters' defaults; the tab New run asks for them" onClick={() => void quickRun()}>Run</Button>}
      <Menu
        label="More actions"
        items={[
          { text: flow.archived ? "Take out of the archive" : "Archive this version", icon: <ArchiveIcon />, onChoose: () => void archive() },
          { text: `Delete version ${flow.version}…`, icon: <TrashIcon />, danger: true, onChoose: () => setDialog("version") },
          { text: "Delete the flow…", icon: <TrashIcon />, danger: true, onChoose: () => setDialog("flow") },
        ]}
      />
      {dialog === "version" && <ConfirmDialog title={`Delete version ${flow.version}?`} action="Delete" danger onConfirm={() => remove("version")} onClose={() => setDialog(null)}>Its runs are lost with it.</ConfirmDialog>}
      {dialog === "flow" && <ConfirmDialog title={`Delete ${flow.name}?`} action="Delete" danger typed={flow.name} onConfirm={() => remove("flow")} onClose={() => setDialog(null)}>All its versions and all their runs are lost.</ConfirmDialog>}
    </>
  );
}
