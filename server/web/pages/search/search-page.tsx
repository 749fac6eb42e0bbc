/** All that a search finds, by kind. */
import type { JSX } from "preact";
import { useQueryParameter } from "../../app/use-place.ts";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { SearchIcon } from "../../components/icons.tsx";
import { ErrorNotice, Skeleton } from "../../components/notice.tsx";
import { Page } from "../../components/page.tsx";
import { SearchField } from "../../components/search-field.tsx";
import { HitLine, hitAddress, hitKey, kindName } from "../../components/search-hits.tsx";
import { useQuery } from "../../live/use-query.ts";

const MOST = 100;

export function SearchPage(): JSX.Element {
  const [parameter, setText] = useQueryParameter("q");
  const text = parameter?.trim().slice(0, 200) ?? "";
  const { data, error, refresh } = useQuery("search", text === "" ? null : { text, limit: MOST }, { keepFormer: true, refreshOn: ["flow", "project"], leastGap: 1000 });
  const hits = text === "" ? [] : data?.items ?? [];
  const kinds = [...Map.groupBy(hits, (hit) => hit.kind)];
  return (
    <Page title="Search" documentTitle={text === "" ? "Search" : `Search: ${text}`} facts={hits.length >= MOST ? `The first ${MOST}. Type more to find less.` : undefined}>
      <div class="search-page-field"><SearchField label="Projects, flows, runs, tasks, agents" value={text} onChange={setText} /></div>
      {text === "" && <div class="card"><EmptyState title="What are you looking for?" icon={<SearchIcon />}>A part of the name is enough.</EmptyState></div>}
      {error !== undefined && <ErrorNotice what="The search did not work" error={error} onRetry={refresh} />}
      {text !== "" && data === undefined && error === undefined && <Skeleton />}
      {text !== "" && data !== undefined && hits.length === 0 && <div class="card"><EmptyState title={`Nothing has “${text}” in its name`} icon={<SearchIcon />}>Look for a shorter part of it.</EmptyState></div>}
      {kinds.map(([kind, found]) => (
        <Card key={kind} title={kindName(kind, true)} count={found.length} flush>
          <ul class="line-list">{found.map((hit) => <li key={hitKey(hit)}><a class="hit" href={hitAddress(hit)}><HitLine hit={hit} text={text} /></a></li>)}</ul>
        </Card>
      ))}
    </Page>
  );
}
