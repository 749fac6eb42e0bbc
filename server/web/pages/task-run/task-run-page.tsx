/** The page of a task run. */
import type { JSX } from "preact";
import { Skeleton } from "../../components/notice.tsx";
import { Page } from "../../components/page.tsx";
import { useQuery } from "../../live/use-query.ts";
import { MissingPage } from "../not-found-page.tsx";

export function TaskRunPage({ id }: { readonly id: string }): JSX.Element {
  const { data, error, refresh } = useQuery("getTaskRun", { taskRunId: id });
  if (data === undefined) return error === undefined ? <Page title="…"><Skeleton /></Page> : <MissingPage what="task run" id={id} error={error} onRetry={refresh} />;
  return <Page title={data.name}><Skeleton /></Page>;
}
