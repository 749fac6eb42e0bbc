/** One agent. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../app/services.ts";
import { AgentHealth } from "../../components/agent-health.tsx";
import { CopyableId } from "../../components/copyable.tsx";
import { ConfirmDialog } from "../../components/dialog.tsx";
import { TrashIcon } from "../../components/icons.tsx";
import { Labels } from "../../components/labels.tsx";
import { Menu } from "../../components/menu.tsx";
import { RunLine } from "../../components/run-line.tsx";
import { Duration, TimeAgo } from "../../components/time.tsx";
import type { Agent } from "../../live/api.ts";
import { useAction } from "../../live/use-action.ts";
import { useQuery } from "../../live/use-query.ts";
import { pathTo } from "../../router/routes.ts";

/** How many of its runs are shown (count). */
const MOST = 5;

export function AgentCard({ agent }: { readonly agent: Agent }): JSX.Element {
  const { client, queries } = useServices();
  const [asking, setAsking] = useState(false);
  const [forget] = useAction(async () => { await client.deleteAgent({ agentId: agent.id }); queries.refresh("listAgents"); }, { done: `Agent ${agent.name} is forgotten`, failed: `Agent ${agent.name} was not forgotten` });
  const runs = useQuery("listFlowRuns", agent.runningCount === 0 ? null : { agentId: agent.id, states: "Running,Submitted", limit: MOST }, { refreshOn: ["flowRun"], leastGap: 600 });
  const running = agent.runningCount === 0 ? [] : runs.data?.items ?? [];
  return (
    <li class="card agent">
      <header class="agent-head">
        <h2>{agent.name}</h2><AgentHealth agent={agent} /><span class="space" />
        <Menu label={`Actions for agent ${agent.name}`} items={[{ text: "Forget this agent", icon: <TrashIcon />, danger: true, onChoose: () => setAsking(true) }]} />
      </header>
      <dl class="agent-numbers">
        <div><dt>Going</dt><dd>{agent.runningCount}{agent.limit !== null && <span class="faint"> of {agent.limit}</span>}</dd></div>
        <div><dt>Waiting for it</dt><dd>{agent.waitingCount}</dd></div>
        <div><dt>Last heard</dt><dd class="agent-heard"><TimeAgo at={agent.lastQueried} /></dd></div>
      </dl>
      {agent.limit !== null && <meter class="agent-load" min={0} max={agent.limit} value={agent.runningCount} aria-label={`${agent.runningCount} of ${agent.limit} runs`} />}
      <dl class="facts">
        <dt>Labels</dt><dd><Labels labels={agent.labels} none="none: takes runs without labels only" /></dd>
        <dt>Kind</dt><dd>{agent.type} on {agent.hostname}, Flowlet {agent.coreVersion}</dd>
        <dt>Since</dt><dd><TimeAgo at={agent.createdAt} /></dd>
        <dt>Id</dt><dd><CopyableId id={agent.id} short /></dd>
      </dl>
      {running.length > 0 && <ul class="line-list agent-runs">{running.map((run) => <RunLine key={run.id} run={run} end={<Duration from={run.startTime} to={run.endTime} none="starting" />} />)}</ul>}
      <a class="card-foot" href={pathTo.flowRuns({ agent: agent.id })}>All its runs</a>
      {asking && (
        <ConfirmDialog title={`Forget agent ${agent.name}?`} action="Forget" danger onConfirm={forget} onClose={() => setAsking(false)}>
          {agent.healthy ? "It is running: it has to be started again to take runs. Its runs stay." : "Its runs stay. If it is started again, it is known again."}
        </ConfirmDialog>
      )}
    </li>
  );
}
