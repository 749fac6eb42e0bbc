/** All runs, newest first, with filters that stand in the address. */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { useServices } from "../../app/services.ts";
import { usePlace } from "../../app/use-place.ts";
import { Pager, usePaging } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Segments, Select } from "../../components/field.tsx";
import { exactTime } from "../../components/format-time.ts";
import { CloseIcon, RunsIcon } from "../../components/icons.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { Page } from "../../components/page.tsx";
import { ProjectSelect } from "../../components/project-select.tsx";
import { RunsTable } from "../../components/runs-table.tsx";
import { SearchField } from "../../components/search-field.tsx";
import { useNow } from "../../components/time.tsx";
import { useQuery } from "../../live/use-query.ts";
import { isFiltered, runFilters, STATE_GROUPS, TIMES } from "./run-filters.ts";

export function FlowRunsPage(): JSX.Element {
  const { router } = useServices();
  const { query } = usePlace();
  const filters = runFilters(query, useNow(30_000));
  // Not the filters themselves: a time that moves on is no other list.
  const paging = usePaging(query.toString());
  const shown = useRef<ReadonlySet<string>>(new Set());
  const { data, error, former, refresh } = useQuery("listFlowRuns", { ...filters, ...(paging.after !== undefined && { after: paging.after }) }, {
    refreshOn: (event) => event.type === "flowRun" || (event.type === "taskRuns" && shown.current.has(event.flowRunId)), keepFormer: true, leastGap: 800,
  });
  shown.current = new Set(data?.items.map(({ id }) => id));
  const time = query.get("time") ?? "";
  const states = query.get("states") ?? "";
  const empty = isFiltered(query)
    ? <EmptyState title="No run is like this" icon={<RunsIcon />}>Take filters away, or look at another time. <button type="button" class="link-button" onClick={() => router.go("/flow-runs")}>Show all runs</button></EmptyState>
    : <EmptyState title="No flow has run yet" icon={<RunsIcon />} commands={["flowlet run --name my-flow --watch"]}>Press Run on a <a href="/flows">flow</a>'s page, or in a terminal:</EmptyState>;
  return (
    <Page title="Flow runs" actions={<ProjectSelect />}>
      <div class="filters">
        <Segments label="State" value={states} options={STATE_GROUPS} onChange={(value) => router.setQuery({ states: value })} />
        <Select
          label="Time" value={time} onChange={(value) => router.setQuery({ time: value, since: null, until: null })}
          options={[{ value: "", text: "Any time" }, ...TIMES]}
        />
        <SearchField label="Name" value={query.get("name") ?? ""} onChange={(name) => router.setQuery({ name })} />
        {time === "" && (query.has("since") || query.has("until")) && <FilterChip text={spanText(query.get("since"), query.get("until"))} onRemove={() => router.setQuery({ since: null, until: null })} />}
        {filters.flowGroupId !== undefined && <FlowChip id={filters.flowGroupId} onRemove={() => router.setQuery({ flow: null })} />}
        {filters.agentId !== undefined && <AgentChip id={filters.agentId} onRemove={() => router.setQuery({ agent: null })} />}
        {states !== "" && !STATE_GROUPS.some(({ value }) => value === states) && <FilterChip text={`State: ${states.replaceAll(",", ", ")}`} onRemove={() => router.setQuery({ states: null })} />}
      </div>
      {error !== undefined && <ErrorNotice what="The runs could not be loaded" error={error} onRetry={refresh} />}
      {(data !== undefined || error === undefined) && <div class="card"><RunsTable rows={data?.items} former={former} empty={empty} pager={<Pager paging={paging} next={data?.next} />} /></div>}
    </Page>
  );
}

function FilterChip({ text, onRemove }: { readonly text: string; readonly onRemove: () => void }): JSX.Element {
  return <span class="filter-chip">{text}<button type="button" aria-label={`Take the filter away: ${text}`} onClick={onRemove}><CloseIcon /></button></span>;
}

function FlowChip({ id, onRemove }: { readonly id: string; readonly onRemove: () => void }): JSX.Element {
  const { data } = useQuery("getFlowGroup", { flowGroupId: id });
  return <FilterChip text={`Flow: ${data?.name ?? id}`} onRemove={onRemove} />;
}

function AgentChip({ id, onRemove }: { readonly id: string; readonly onRemove: () => void }): JSX.Element {
  const { data } = useQuery("getAgent", { agentId: id });
  return <FilterChip text={`Agent: ${data?.name ?? id}`} onRemove={onRemove} />;
}

function spanText(since: string | null, until: string | null): string {
  const text = (at: string) => (Number.isNaN(Date.parse(at)) ? "no time" : exactTime(Date.parse(at)));
  if (since === null) return `Before ${text(until ?? "")}`;
  return until === null ? `Since ${text(since)}` : `${text(since)} – ${text(until)}`;
}
