/** What can be done with a run. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { isStateKind } from "../../../../protocol/states.ts";
import { useServices } from "../../app/services.ts";
import { Button } from "../../components/button.tsx";
import { ConfirmDialog } from "../../components/dialog.tsx";
import { PenIcon, PlayIcon, RestartIcon, StopIcon, TrashIcon } from "../../components/icons.tsx";
import { MarkDialog } from "../../components/mark-dialog.tsx";
import { Menu } from "../../components/menu.tsx";
import { NameDialog } from "../../components/name-dialog.tsx";
import type { FlowRunDetails } from "../../live/api.ts";
import { useAction } from "../../live/use-action.ts";
import { pathTo } from "../../router/routes.ts";

const MARKS = ["Success", "Failed", "Cancelled", "Scheduled", "Pending", "Skipped"] as const;

export function RunActions({ run }: { readonly run: FlowRunDetails }): JSX.Element {
  const { client, queries, router } = useServices();
  const [dialog, setDialog] = useState<"mark" | "rename" | "delete" | null>(null);
  const changed = () => queries.refresh("getFlowRun");
  const flowRunId = run.id;
  const [cancel, cancelling] = useAction(async () => { await client.cancelFlowRun({ flowRunId }); changed(); }, { failed: "The run was not cancelled" });
  const [restart, restarting] = useAction(async () => { await client.restartFlowRun({ flowRunId }); changed(); }, { done: "The run goes on where it failed", failed: "The run was not restarted" });
  const [start, starting] = useAction(async () => { await client.startFlowRunNow({ flowRunId }); changed(); }, { failed: "The run was not started" });
  const [again, repeating] = useAction(() => client.createFlowRun({ flowId: run.flowId, parameters: run.parameters, context: run.context, labels: run.labels, runConfig: run.runConfig }), { failed: "No new run was made" });
  const [remove] = useAction(async () => { await client.deleteFlowRun({ flowRunId }); router.go(pathTo.flow(run.flowGroupId)); }, { done: `${run.name} is deleted`, failed: "The run was not deleted" });
  const [rename] = useAction(async (name: string) => { await client.renameFlowRun({ flowRunId, name }); changed(); }, { failed: "The run was not renamed" });
  const [mark] = useAction(async (state: (typeof MARKS)[number], message: string | null) => { await client.markFlowRun({ flowRunId, state, message, version: run.version }); changed(); }, { failed: "The state was not set" });
  const finished = isStateKind(run.state, "Finished");
  const going = isStateKind(run.state, "Running") || run.state === "Submitted";
  const repeat = async () => { const made = await again(); if (made !== undefined) router.go(pathTo.flowRun(made.id)); };
  return (
    <>
      {isStateKind(run.state, "Scheduled") && Date.parse(run.scheduledStartTime) > Date.now() && <Button kind="primary" icon={<PlayIcon />} busy={starting} onClick={() => void start()}>Start now</Button>}
      {(isStateKind(run.state, "Failed") || isStateKind(run.state, "Cancelled")) && <Button kind="primary" icon={<RestartIcon />} busy={restarting} title="What succeeded is not run again" onClick={() => void restart()}>Restart from failed</Button>}
      {!finished && <Button kind="danger" icon={<StopIcon />} busy={cancelling} disabled={run.state === "Cancelling" ? "It is being cancelled." : undefined} onClick={() => void cancel()}>Cancel</Button>}
      {finished && <Button icon={<PlayIcon />} busy={repeating} title="A new run with the same parameters" onClick={() => void repeat()}>Run again</Button>}
      <Menu
        label="More actions"
        items={[
          { text: "Mark as…", icon: <PenIcon />, onChoose: () => setDialog("mark") },
          { text: "Rename…", icon: <PenIcon />, onChoose: () => setDialog("rename") },
          { text: "Delete…", icon: <TrashIcon />, danger: true, disabled: going ? "Cancel it first: it is going." : undefined, onChoose: () => setDialog("delete") },
        ]}
      />
      {dialog === "mark" && <MarkDialog what={`run ${run.name}`} states={MARKS} onMark={mark} onClose={() => setDialog(null)} />}
      {dialog === "rename" && <NameDialog title="Rename the run" name={run.name} onSave={rename} onClose={() => setDialog(null)} />}
      {dialog === "delete" && <ConfirmDialog title={`Delete ${run.name}?`} action="Delete" danger onConfirm={remove} onClose={() => setDialog(null)}>Its states and log records are lost.</ConfirmDialog>}
    </>
  );
}
