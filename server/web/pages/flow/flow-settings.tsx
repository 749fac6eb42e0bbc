/** What all versions of a flow share. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../app/services.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { Field, Switch } from "../../components/field.tsx";
import { ErrorNotice, Skeleton } from "../../components/notice.tsx";
import type { FlowDetails, FlowGroup } from "../../live/api.ts";
import { useAction } from "../../live/use-action.ts";
import { useQuery } from "../../live/use-query.ts";
import { labelsOf, readJsonObject } from "./run-values.ts";

export function FlowSettings({ flow }: { readonly flow: FlowDetails }): JSX.Element {
  const { data, error, refresh } = useQuery("getFlowGroup", { flowGroupId: flow.flowGroupId });
  if (data === undefined) return error === undefined ? <Skeleton lines={6} /> : <ErrorNotice what="The settings could not be loaded" error={error} onRetry={refresh} />;
  return <Settings key={data.id} group={data} flow={flow} />;
}

function Settings({ group, flow }: { readonly group: FlowGroup; readonly flow: FlowDetails }): JSX.Element {
  const { client, queries } = useServices();
  const [description, setDescription] = useState(group.description ?? "");
  const [labels, setLabels] = useState(group.labels?.join(", ") ?? "");
  const [defaults, setDefaults] = useState(Object.keys(group.defaultParameters).length === 0 ? "" : JSON.stringify(group.defaultParameters, undefined, 2));
  const [settings, setSettings] = useState(group.settings);
  const parameters = readJsonObject(defaults);
  const [save, saving] = useAction(async () => {
    await client.updateFlowGroup({
      flowGroupId: group.id, description: description.trim() === "" ? null : description, labels: labels.trim() === "" ? null : labelsOf(labels), settings,
      defaultParameters: typeof parameters === "string" ? {} : parameters,
    });
    queries.refresh("getFlowGroup");
    queries.refresh("getFlow");
  }, { done: "Saved", failed: "Nothing was saved" });
  return (
    <Card title="For all versions">
      <form class="form narrow" onSubmit={(event) => { event.preventDefault(); if (typeof parameters !== "string") void save(); }}>
        <Field name="Description">{(ids) => <textarea {...ids} value={description} onInput={(event) => setDescription(event.currentTarget.value)} />}</Field>
        <Field name="Labels" hint={`Separated by commas. Empty: those of the version${flow.labels.length > 0 ? `, ${flow.labels.join(", ")}` : ""}.`}>{(ids) => <input type="text" {...ids} value={labels} onInput={(event) => setLabels(event.currentTarget.value)} />}</Field>
        <Field name="Default parameters" hint="A JSON object; they come before the flow's own defaults." error={typeof parameters === "string" ? parameters : undefined}>{(ids) => <textarea class="code" {...ids} value={defaults} spellcheck={false} placeholder="{}" onInput={(event) => setDefaults(event.currentTarget.value)} />}</Field>
        <Switch label="Heartbeat: a run that is silent for 10 minutes is given up" on={settings.heartbeatEnabled} onChange={(on) => setSettings({ ...settings, heartbeatEnabled: on })} />
        <Switch label="Lazarus: a run whose process is gone is started again, 3 times at most" on={settings.lazarusEnabled} onChange={(on) => setSettings({ ...settings, lazarusEnabled: on })} />
        <div class="form-actions"><Button kind="primary" type="submit" busy={saving} disabled={typeof parameters === "string" ? parameters : undefined}>Save</Button></div>
      </form>
    </Card>
  );
}
