/** All runs of a flow, of all its versions. */
import type { JSX } from "preact";
import { useQueryParameter } from "../../app/use-place.ts";
import { Pager, usePaging } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Select } from "../../components/field.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { RunsTable } from "../../components/runs-table.tsx";
import { SearchField } from "../../components/search-field.tsx";
import { useQuery } from "../../live/use-query.ts";

const STATES = [{ value: "", text: "All states" }, ...["Scheduled", "Submitted", "Running", "Success", "Failed", "Cancelled"].map((value) => ({ value, text: value }))];

export function FlowRuns({ flowGroupId }: { readonly flowGroupId: string }): JSX.Element {
  const [state, setState] = useQueryParameter("state");
  const [name, setName] = useQueryParameter("name");
  const paging = usePaging(`${state} ${name}`);
  const { data, error, former, refresh } = useQuery(
    "listFlowRuns", { flowGroupId, ...(state !== null && { states: state }), ...(name !== null && { name }), ...(paging.after !== undefined && { after: paging.after }) },
    { refreshOn: (event) => event.type === "flowRun" && event.flowGroupId === flowGroupId, keepFormer: true },
  );
  return (
    <div class="card">
      <div class="card-head"><Select label="State" value={state ?? ""} options={STATES} onChange={(value) => setState(value === "" ? null : value)} /><SearchField label="Name" value={name ?? ""} onChange={setName} /></div>
      {error !== undefined && <ErrorNotice what="The runs could not be loaded" error={error} onRetry={refresh} />}
      <RunsTable rows={data?.items} former={former} hideFlow pager={<Pager paging={paging} next={data?.next} />} empty={<EmptyState small title={state === null && name === null ? "It has not run yet" : "No run is like this"}>{state === null && name === null ? "Press Run above." : "Take the filters away."}</EmptyState>} />
    </div>
  );
}
