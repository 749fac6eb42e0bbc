/** In place of a dashboard without flows: how to get there. */
import type { JSX } from "preact";
import { AgentHealth } from "../../components/agent-health.tsx";
import { Command, CopyButton } from "../../components/copyable.tsx";
import type { Agent } from "../../live/api.ts";

const REGISTER = 'await flow.register({ project: "examples" })';

export function FirstSteps({ agents }: { readonly agents: readonly Agent[] }): JSX.Element {
  return (
    <section class="card first-steps" aria-labelledby="first-steps">
      <h2 id="first-steps">No flow is registered yet</h2>
      <p class="faint">Three steps, and this page shows what runs. It changes by itself as you go.</p>
      <ol>
        <li>
          <h3>Register a flow</h3>
          <p>In a notebook's cell, below the one that makes the flow:</p>
          <span class="command code"><code>{REGISTER}</code><CopyButton text={REGISTER} what="line" /></span>
          <p>or a file, in a terminal:</p>
          <Command>flowlet register my-flow.ts --project examples</Command>
        </li>
        <li>
          <h3>Start an agent</h3>
          {agents.length > 0
            ? <ul class="first-agents">{agents.map((agent) => <li key={agent.id}>{agent.name} <AgentHealth agent={agent} /></li>)}</ul>
            : <><p>It runs flows on this machine, as long as it is there:</p><Command>flowlet agent local start</Command></>}
        </li>
        <li><h3>Press Run</h3><p>on the flow's page. Its address is what <code>register</code> prints.</p></li>
      </ol>
    </section>
  );
}
