/** The page of a flow. */
import type { JSX } from "preact";
import { Skeleton } from "../../components/notice.tsx";
import { Page } from "../../components/page.tsx";
import { useQuery } from "../../live/use-query.ts";
import { MissingPage } from "../not-found-page.tsx";

export function FlowPage({ id }: { readonly id: string }): JSX.Element {
  const { data, error, refresh } = useQuery("getFlow", { flowId: id });
  if (data === undefined) return error === undefined ? <Page title="…"><Skeleton /></Page> : <MissingPage what="flow" id={id} error={error} onRetry={refresh} />;
  return <Page title={data.name}><Skeleton /></Page>;
}
