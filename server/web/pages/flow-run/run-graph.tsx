/** The picture of a run, live. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { isStateKind } from "../../../../protocol/states.ts";
import { useServices } from "../../app/services.ts";
import { FlowPicture } from "../../components/flow-picture.tsx";
import { ErrorNotice, Skeleton } from "../../components/notice.tsx";
import type { FlowRunDetails } from "../../live/api.ts";
import { nodeStatus, taskDetails } from "../../live/task-details.ts";
import { useQuery } from "../../live/use-query.ts";
import { useTaskRuns } from "../../live/use-task-runs.ts";

export function RunGraph({ run }: { readonly run: FlowRunDetails }): JSX.Element {
  const { client } = useServices();
  const { data: flow, error, refresh } = useQuery("getFlow", { flowId: run.flowId });
  const { taskRuns } = useTaskRuns(run.id);
  const statuses = useMemo(() => Object.fromEntries([...taskRuns].map(([slug, taskRun]) => [slug, nodeStatus(taskRun)])), [taskRuns]);
  const running = isStateKind(run.state, "Running");
  const status = useMemo(() => ({ state: run.state, running, ...(run.startTime !== null && { startedAt: Date.parse(run.startTime) }), ...(run.endTime !== null && { endedAt: Date.parse(run.endTime) }) }), [run.state, run.startTime, run.endTime]);
  if (flow === undefined) return error === undefined ? <Skeleton lines={8} /> : <ErrorNotice what="The picture could not be loaded" error={error} onRetry={refresh} />;
  return <FlowPicture graph={flow.graph} statuses={statuses} run={status} details={(slug) => taskDetails(client, run.id, slug, flow.graph)} />;
}
